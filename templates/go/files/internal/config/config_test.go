package config

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"
)

func read(variables map[string]string) (Config, []Violation) {
	return Read(func(name string) (string, bool) {
		value, set := variables[name]
		return value, set
	})
}

func TestAnEmptyEnvironmentIsAValidOne(t *testing.T) {
	config, violations := read(nil)
	if len(violations) > 0 {
		t.Fatalf("the defaults are not valid: %v", violations)
	}
	want := Config{
		Port:             defaultPort,
		LogLevel:         slog.LevelInfo,
		Drain:            defaultDrainMS * time.Millisecond,
		Shutdown:         defaultShutdownMS * time.Millisecond,
		RequestTimeout:   defaultRequestTimeoutMS * time.Millisecond,
		BodyLimit:        defaultBodyLimitBytes,
		ConcurrencyLimit: defaultConcurrencyLimit,
		Version:          "dev",
	}
	if config != want {
		t.Errorf("got %+v, want %+v", config, want)
	}
}

func TestEveryVariableIsRead(t *testing.T) {
	config, violations := read(map[string]string{
		"PORT":               "9000",
		"LOG_LEVEL":          "warn",
		"DRAIN_MS":           "0",
		"SHUTDOWN_MS":        "2000",
		"REQUEST_TIMEOUT_MS": "1500",
		"BODY_LIMIT_BYTES":   "1024",
		"CONCURRENCY_LIMIT":  "7",
		"SERVICE_VERSION":    "1.2.3+abc",
	})
	if len(violations) > 0 {
		t.Fatalf("all of them are valid: %v", violations)
	}
	want := Config{
		Port:             9000,
		LogLevel:         slog.LevelWarn,
		Drain:            0,
		Shutdown:         2 * time.Second,
		RequestTimeout:   1500 * time.Millisecond,
		BodyLimit:        1024,
		ConcurrencyLimit: 7,
		Version:          "1.2.3+abc",
	}
	if config != want {
		t.Errorf("got %+v, want %+v", config, want)
	}
}

func TestAViolationNamesTheVariableTheValueAndTheRule(t *testing.T) {
	for _, test := range []struct{ variable, value, want string }{
		{"PORT", "0", `PORT="0" must be a whole number from 1 to 65535`},
		{"PORT", "65536", `PORT="65536" must be a whole number from 1 to 65535`},
		{"PORT", "+80", `PORT="+80" must be a whole number from 1 to 65535`},
		{"PORT", "", `PORT="" must be a whole number from 1 to 65535`},
		{"DRAIN_MS", "5s", `DRAIN_MS="5s" must be a whole number from 0 to 300000`},
		{"DRAIN_MS", "-0", `DRAIN_MS="-0" must be a whole number from 0 to 300000`},
		{"LOG_LEVEL", "INFO", `LOG_LEVEL="INFO" must be one of error, warn, info, debug, trace`},
	} {
		_, violations := read(map[string]string{test.variable: test.value})
		if len(violations) != 1 || violations[0].String() != test.want {
			t.Errorf("got %v, want %s", violations, test.want)
		}
	}
}

func TestAllViolationsAreReportedAtOnce(t *testing.T) {
	_, violations := read(map[string]string{"SERVICE_VERSION": "a b", "LOG_LEVEL": "loud", "PORT": "x"})
	var variables []string
	for _, violation := range violations {
		variables = append(variables, violation.Variable)
	}
	if want := []string{"PORT", "LOG_LEVEL", "SERVICE_VERSION"}; !slices.Equal(variables, want) {
		t.Errorf("got %v, want %v", variables, want)
	}
}

func TestARequestMayNotOutlastTheShutdown(t *testing.T) {
	_, violations := read(map[string]string{"REQUEST_TIMEOUT_MS": "3000", "SHUTDOWN_MS": "2999"})
	if len(violations) != 1 || !strings.Contains(violations[0].String(), "at most SHUTDOWN_MS (2999)") {
		t.Errorf("got %v", violations)
	}
}

func TestTheValueOfASecretIsNeverShown(t *testing.T) {
	if got := shown("DATABASE_PASSWORD", "hunter2"); got != "(hidden)" {
		t.Errorf("a secret is shown as %s", got)
	}
	if got := shown("PORT", "80"); got != "80" {
		t.Errorf("a value is shown as %s", got)
	}
}
