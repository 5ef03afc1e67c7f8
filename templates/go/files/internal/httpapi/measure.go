package httpapi

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// measure takes one histogram sample of each request, and writes one log line for each that failed. It also gives
// errors their form.
func (a *API) measure(route string, next handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		answer := &answer{ResponseWriter: w}
		err := next(answer, r)
		if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
			// The client has gone: nobody waits for an answer, and nothing failed.
			return
		}
		if err != nil {
			a.refuse(answer, err)
		}
		took := time.Since(started)
		method := methodName(r.Method)
		a.metrics.Observe(method, route, answer.status, took)

		level, message := slog.LevelDebug, "request"
		if answer.status >= http.StatusInternalServerError {
			level, message = slog.LevelError, "request failed"
		}
		if !a.log.Enabled(r.Context(), level) {
			return
		}
		fields := []slog.Attr{
			slog.String("method", method),
			slog.String("route", route),
			slog.Int("status", answer.status),
			slog.Float64("seconds", took.Seconds()),
		}
		if trace, ok := traceID(r.Header); ok {
			fields = append(fields, slog.String("trace", trace))
		}
		a.log.LogAttrs(r.Context(), level, message, fields...)
	})
}

// refuse answers with an error; one that is no problem is the service's own business.
func (a *API) refuse(w *answer, err error) {
	var refused *problem
	if !errors.As(err, &refused) {
		a.log.Error(err.Error())
		refused = newProblem(http.StatusInternalServerError, failed)
	}
	if w.status != 0 {
		// Half an answer is on its way: only the end of the connection can say that it is not whole.
		panic(http.ErrAbortHandler)
	}
	refused.write(w)
}

// answer remembers the status that was written.
type answer struct {
	http.ResponseWriter
	status int
}

func (a *answer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(body []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(body)
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter {
	return a.ResponseWriter
}

// methodName is the method, or _OTHER: clients may invent methods, and each would be a series.
func methodName(method string) string {
	switch method {
	case http.MethodConnect, http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodOptions,
		http.MethodPatch, http.MethodPost, http.MethodPut, http.MethodTrace:
		return method
	}
	return "_OTHER"
}

// traceID is the trace that a caller's traceparent header names, so that its log and ours can be joined.
func traceID(header http.Header) (string, bool) {
	parts := strings.Split(header.Get("traceparent"), "-")
	if len(parts) < 2 || len(parts[1]) != 32 {
		return "", false
	}
	_, err := hex.DecodeString(parts[1])
	return parts[1], err == nil
}
