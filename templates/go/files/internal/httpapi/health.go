package httpapi

import "net/http"

// alive depends on nothing but the process: restarting must help where it fails.
func alive(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNoContent)
}

// readiness is 503 from the moment of a stop signal, while requests are still served.
func (a *API) readiness(w http.ResponseWriter, _ *http.Request) {
	if !a.ready.Load() {
		newProblem(http.StatusServiceUnavailable, "the process is stopping").write(w)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
