//go:build drill

package httpapi

import (
	"net/http"
	"slices"
	"testing"
)

func TestADrillMakesRequestsFailAndStopsWhenTold(t *testing.T) {
	service := start(t, map[string]string{"CONCURRENCY_LIMIT": "4", "REQUEST_TIMEOUT_MS": "100"})
	place := func(want ...int) {
		t.Helper()
		var got []int
		for range want {
			got = append(got, service.post("/v1/orders", anOrder).status)
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}

	service.post("/drill/faults", `{"error_ratio": 0.5}`).want(http.StatusOK)
	place(201, 500, 201, 500)

	service.post("/drill/faults", `{"occupied": 4}`).want(http.StatusOK)
	place(503)

	service.post("/drill/faults", `{"latency_ms": 60000}`).want(http.StatusOK)
	place(504)

	service.post("/drill/faults", `{"occupied": 5}`).wantProblem(http.StatusConflict)
	place(201, 201)

	service.post("/drill/faults", `{"error": 1}`).wantProblem(http.StatusUnprocessableEntity)
	service.post("/drill/faults", "{}").want(http.StatusOK)
	place(201, 201)
}
