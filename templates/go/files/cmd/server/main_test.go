//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The process contract, against the real process: configuration, limits, and how it stops.

const (
	order    = `{"customer":"c-1","items":[{"sku":"TEA-1","quantity":2}]}`
	patience = 20 * time.Second
	// asServer makes this test binary the service.
	asServer = "TEST_RUNS_AS_SERVER"
)

func TestMain(m *testing.M) {
	if os.Getenv(asServer) != "" {
		main()
	}
	os.Exit(m.Run())
}

// command is the service with these variables; ordinary ones hold where a test says nothing.
func command(t *testing.T, variables map[string]string, arguments ...string) *exec.Cmd {
	t.Helper()
	all := map[string]string{
		asServer:             "1",
		"CONCURRENCY_LIMIT":  "16",
		"DRAIN_MS":           "0",
		"REQUEST_TIMEOUT_MS": "5000",
		"SHUTDOWN_MS":        "10000",
	}
	maps.Copy(all, variables)
	service := exec.CommandContext(t.Context(), os.Args[0], arguments...)
	for name, value := range all {
		service.Env = append(service.Env, name+"="+value)
	}
	return service
}

// service is one that runs, and is killed when the test is over.
type service struct {
	*testing.T
	process *exec.Cmd
	address string
	log     *bytes.Buffer
	ended   chan struct{}
}

func start(t *testing.T, variables map[string]string) *service {
	t.Helper()
	// Another process may take the port between the two times that it is taken here: then the next one is tried.
	for range 10 {
		if service := tryStart(t, variables); service != nil {
			return service
		}
	}
	t.Fatal("the service does not start")
	return nil
}

func tryStart(t *testing.T, variables map[string]string) *service {
	t.Helper()
	listener := listen(t)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	listener.Close()

	process := command(t, variables)
	process.Env = append(process.Env, "PORT="+port)
	s := &service{t, process, net.JoinHostPort("127.0.0.1", port), new(bytes.Buffer), make(chan struct{})}
	process.Stdout = s.log
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(s.ended)
		_ = process.Wait() // how it ended is asked of ProcessState
	}()
	t.Cleanup(func() {
		_ = process.Process.Kill() // fails where it has ended, which is as well
		<-s.ended
	})
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if s.accepts() {
			return s
		}
		select {
		case <-s.ended:
			return nil
		default:
		}
	}
	return nil
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

func (s *service) accepts() bool {
	connection, err := new(net.Dialer).DialContext(s.Context(), "tcp", s.address)
	if err != nil {
		return false
	}
	connection.Close()
	return true
}

func (s *service) terminate() {
	s.Helper()
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		s.Fatal(err)
	}
}

// finish waits for the end, and returns the exit code and the log.
func (s *service) finish() (int, []map[string]any) {
	s.Helper()
	select {
	case <-s.ended:
	case <-time.After(patience):
		s.Fatal("the process does not end")
	}
	return s.process.ProcessState.ExitCode(), events(s.T, s.log.Bytes())
}

func (s *service) eventually(what string, holds func() bool) {
	s.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.Fatalf("in vain: %s", what)
		}
	}
}

// exchange is one connection.
type exchange struct {
	*testing.T
	net.Conn
	reader *bufio.Reader
}

func (s *service) open() *exchange {
	s.Helper()
	connection, err := new(net.Dialer).DialContext(s.Context(), "tcp", s.address)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { connection.Close() })
	if err := connection.SetDeadline(time.Now().Add(patience)); err != nil {
		s.Fatal(err)
	}
	return &exchange{s.T, connection, bufio.NewReader(connection)}
}

func (e *exchange) send(text string) {
	e.Helper()
	if _, err := io.WriteString(e, text); err != nil {
		e.Fatal(err)
	}
}

func (e *exchange) status() int {
	e.Helper()
	line, err := e.reader.ReadString('\n')
	if err != nil {
		e.Fatal(err)
	}
	status, err := strconv.Atoi(strings.Fields(line)[1])
	if err != nil {
		e.Fatalf("no status in %q", line)
	}
	return status
}

func (s *service) get(path string) int {
	s.Helper()
	exchange := s.open()
	exchange.send("GET " + path + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
	return exchange.status()
}

func (s *service) metrics() string {
	s.Helper()
	exchange := s.open()
	exchange.send("GET /metrics HTTP/1.0\r\n\r\n")
	text, err := io.ReadAll(exchange.reader)
	if err != nil {
		s.Fatal(err)
	}
	return string(text)
}

// beginOrder sends a request whose body is not whole: it is in flight until finishOrder.
func (s *service) beginOrder() *exchange {
	s.Helper()
	exchange := s.open()
	const head = "POST /v1/orders HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
	exchange.send(fmt.Sprintf(head, len(order)) + order[:10])
	s.eventually("the request is taken up", func() bool {
		return strings.Contains(s.metrics(), "\nhttp_server_active_requests 1\n")
	})
	return exchange
}

func (e *exchange) finishOrder() int {
	e.Helper()
	e.send(order[10:])
	return e.status()
}

// events are those of a log, which must be one JSON object a line and nothing else.
func events(t *testing.T, log []byte) []map[string]any {
	t.Helper()
	var found []map[string]any
	for line := range bytes.Lines(log) {
		var event map[string]any
		if err := json.Unmarshal(line, &event); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		for _, key := range []string{"timestamp", "level", "message"} {
			if _, ok := event[key].(string); !ok {
				t.Errorf("no %s in %s", key, line)
			}
		}
		found = append(found, event)
	}
	return found
}

// outcome is that of a service that ends by itself.
func outcome(t *testing.T, variables map[string]string, arguments ...string) (int, []map[string]any) {
	t.Helper()
	service := command(t, variables, arguments...)
	output, err := service.Output()
	if service.ProcessState == nil {
		t.Fatal(err)
	}
	return service.ProcessState.ExitCode(), events(t, output)
}

func TestAValidConfigurationPassesItsCheck(t *testing.T) {
	defaults := exec.CommandContext(t.Context(), os.Args[0], "--check-config")
	defaults.Env = []string{asServer + "=1"}
	if output, err := defaults.Output(); err != nil {
		t.Errorf("the defaults are not valid: %v, %s", err, output)
	}
	if code, _ := outcome(t, nil, "--check-config"); code != 0 {
		t.Errorf("it ends with %d", code)
	}
}

func TestAnInvalidConfigurationEndsWith78AndEveryReason(t *testing.T) {
	variables := map[string]string{"PORT": "99999", "LOG_LEVEL": "loud"}
	code, events := outcome(t, variables, "--check-config")
	if code != 78 || len(events) != 2 {
		t.Fatalf("it ends with %d and says %v", code, events)
	}
	for key, want := range map[string]string{
		"variable": "PORT",
		"value":    "99999",
		"rule":     "a whole number from 1 to 65535",
	} {
		if got := events[0][key]; got != want {
			t.Errorf("%s is %v, want %s", key, got, want)
		}
	}

	if code, _ := outcome(t, variables); code != 78 {
		t.Errorf("a start ends with %d, not as the check does", code)
	}
}

func TestAnUnknownArgumentIsRefused(t *testing.T) {
	if code, _ := outcome(t, nil, "--chekc-config"); code != 64 {
		t.Errorf("it ends with %d", code)
	}
}

func TestAPortInUseIsAnErrorThatNamesIt(t *testing.T) {
	_, port, _ := net.SplitHostPort(listen(t).Addr().String())
	code, events := outcome(t, map[string]string{"PORT": port})
	message := fmt.Sprint(events[len(events)-1]["message"])
	if code != 1 || !strings.HasPrefix(message, "port "+port+" can't be served: ") {
		t.Errorf("it ends with %d and says %s", code, message)
	}
}

func TestAStopDropsReadinessFirstAndServesWhileItDrains(t *testing.T) {
	t.Parallel()
	service := start(t, map[string]string{"DRAIN_MS": "2000"})
	if status := service.get("/readyz"); status != 204 {
		t.Fatalf("got %d", status)
	}

	stopped := time.Now()
	service.terminate()
	service.eventually("readiness is withdrawn", func() bool { return service.get("/readyz") == 503 })
	if order, alive := service.get("/v1/orders/17"), service.get("/livez"); order != 400 || alive != 204 {
		t.Errorf("got %d and %d", order, alive)
	}

	code, events := service.finish()
	if took := time.Since(stopped); code != 0 || took < 2*time.Second {
		t.Errorf("it ends with %d after %s", code, took)
	}
	var messages []string
	for _, event := range events {
		messages = append(messages, fmt.Sprint(event["message"]))
	}
	if want := []string{"serving", "no longer ready, still serving", "stopped"}; !slices.Equal(messages, want) {
		t.Errorf("it says %q", messages)
	}
	if got := events[1]["signal"]; got != "SIGTERM" {
		t.Errorf("the signal is %v", got)
	}
}

func TestARequestInFlightFinishesAfterThePortWasClosed(t *testing.T) {
	t.Parallel()
	service := start(t, nil)
	exchange := service.beginOrder()
	service.terminate()
	service.eventually("the port is closed", func() bool { return !service.accepts() })
	if status := exchange.finishOrder(); status != 201 {
		t.Errorf("got %d", status)
	}
	if code, _ := service.finish(); code != 0 {
		t.Errorf("it ends with %d", code)
	}
}

func TestAnIdleConnectionDoesNotDelayAStop(t *testing.T) {
	t.Parallel()
	service := start(t, nil)
	idle := service.open()
	idle.send("GET /livez HTTP/1.1\r\nHost: t\r\n\r\n")
	if status := idle.status(); status != 204 {
		t.Fatalf("got %d", status)
	}

	stopped := time.Now()
	service.terminate()
	code, _ := service.finish()
	if took := time.Since(stopped); code != 0 || took > 5*time.Second {
		t.Errorf("it ends with %d after %s", code, took)
	}
}

func TestABodyThatDoesNotArriveIsAnsweredAndNoFailure(t *testing.T) {
	t.Parallel()
	service := start(t, map[string]string{"REQUEST_TIMEOUT_MS": "200", "LOG_LEVEL": "debug"})
	if status := service.beginOrder().status(); status != 408 {
		t.Errorf("got %d", status)
	}

	service.terminate()
	_, events := service.finish()
	late := slices.IndexFunc(events, func(event map[string]any) bool { return event["status"] == 408.0 })
	if late < 0 {
		t.Fatalf("no such request in %v", events)
	}
	for key, want := range map[string]any{"level": "DEBUG", "method": "POST", "route": "/v1/orders"} {
		if got := events[late][key]; got != want {
			t.Errorf("%s is %v, want %v", key, got, want)
		}
	}
}

func TestOneRequestMoreThanTheLimitIsTurnedAway(t *testing.T) {
	t.Parallel()
	service := start(t, map[string]string{"CONCURRENCY_LIMIT": "1"})
	exchange := service.beginOrder()
	if status := service.get("/v1/orders/17"); status != 503 {
		t.Errorf("got %d", status)
	}
	if status := exchange.finishOrder(); status != 201 {
		t.Errorf("got %d", status)
	}
	if status := service.get("/v1/orders/17"); status != 400 {
		t.Errorf("got %d", status)
	}
}
