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

// clientGone is what a request is counted as whose client did not wait for the answer. No client sees it: the number is
// that of nginx.
const clientGone = 499

// errClientGone is a body that broke off in the middle.
var errClientGone = errors.New("the client has gone")

// measure takes one histogram sample of each request, and writes one log line for each that failed. It also gives
// errors their form.
func (a *API) measure(route string, next handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		answer := &answer{ResponseWriter: w}
		err := next(answer, r)
		begun := answer.status != 0
		if err != nil {
			a.refuse(answer, r, err)
		}
		took := time.Since(started)
		a.metrics.Observe(methodName(r.Method), route, answer.status, took)
		a.logRequest(r, route, answer.status, took)
		if err != nil && begun || answer.status == clientGone {
			// Half an answer is on its way, or none: only the end of the connection can say that it is not whole.
			panic(http.ErrAbortHandler)
		}
	})
}

func (a *API) logRequest(r *http.Request, route string, status int, took time.Duration) {
	level, message := slog.LevelDebug, "request"
	if status >= http.StatusInternalServerError {
		level, message = slog.LevelError, "request failed"
	}
	if !a.log.Enabled(r.Context(), level) {
		return
	}
	fields := []slog.Attr{
		slog.String("method", methodName(r.Method)),
		slog.String("route", route),
		slog.Int("status", status),
		slog.Float64("seconds", took.Seconds()),
	}
	if trace, ok := traceID(r.Header); ok {
		fields = append(fields, slog.String("trace", trace))
	}
	a.log.LogAttrs(r.Context(), level, message, fields...)
}

// refuse answers with an error, where no answer has begun; one that is no problem is the service's own business.
func (a *API) refuse(w *answer, r *http.Request, err error) {
	begun := w.status != 0
	// What the client ended is no failure. A write of its answer fails in many ways, and ends the context in all of them.
	ended := r.Context().Err() != nil && (begun || errors.Is(err, context.Canceled))
	if ended || errors.Is(err, errClientGone) {
		w.status = clientGone
		return
	}
	var refused *problem
	if !errors.As(err, &refused) {
		a.log.Error(err.Error())
		refused = newProblem(http.StatusInternalServerError, failed)
	}
	if begun {
		// Whatever the client was told at first, this is what it is counted as.
		w.status = http.StatusInternalServerError
		return
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
