package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"time"
)

// limitConcurrency turns a request away at once where too many are being served: a queue would only make it late.
func (a *API) limitConcurrency(next handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		select {
		case a.slots <- struct{}{}:
			defer func() { <-a.slots }()
			return next(w, r)
		default:
			w.Header().Set("Retry-After", "1")
			return newProblem(http.StatusServiceUnavailable, "too many requests at a time")
		}
	}
}

// limitTime gives up on a request that takes too long. 504, so that it can be told from a full service; a body that
// comes too late is the client's doing, and 408. Whatever a handler waits for must heed the context of its request.
func (a *API) limitTime(next handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, cancel := context.WithTimeout(r.Context(), a.config.RequestTimeout)
		defer cancel()
		err := next(w, r.WithContext(ctx))
		// A handler may have shorter limits of its own: where one of them passes, the request is not late.
		deadline, _ := ctx.Deadline()
		late := !time.Now().Before(deadline)
		if late && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded)) {
			limit := a.config.RequestTimeout.Milliseconds()
			return newProblem(http.StatusGatewayTimeout, fmt.Sprintf("the request took longer than %d ms", limit))
		}
		return err
	}
}

// recoverPanics makes a problem of a panic: the log has its message and place, the client sees that the service failed.
func (a *API) recoverPanics(next handler) handler {
	return func(w http.ResponseWriter, r *http.Request) (err error) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if asked, ok := cause.(error); ok && errors.Is(asked, http.ErrAbortHandler) {
				panic(cause)
			}
			a.log.Error(fmt.Sprintf("panic: %v", cause), "stack", string(debug.Stack()))
			err = newProblem(http.StatusInternalServerError, failed)
		}()
		return next(w, r)
	}
}
