// Package logging writes the log: one JSON object a line.
package logging

import (
	"io"
	"log/slog"
)

// New returns a logger of events of this level and the more severe ones.
func New(out io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level, ReplaceAttr: rename}))
}

// rename gives the fields that every event has the names that all services share.
func rename(groups []string, field slog.Attr) slog.Attr {
	if len(groups) > 0 {
		return field
	}
	switch field.Key {
	case slog.TimeKey:
		return slog.Time("timestamp", field.Value.Time().UTC())
	case slog.MessageKey:
		field.Key = "message"
	}
	return field
}
