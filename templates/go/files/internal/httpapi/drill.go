//go:build drill

package httpapi

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// fault is what goes wrong now.
type fault struct {
	// ErrorRatio is the share of requests that are answered with 500, from 0 to 1.
	ErrorRatio float64 `json:"error_ratio"`
	// LatencyMS is how much longer every request takes.
	LatencyMS uint32 `json:"latency_ms"`
	// Occupied is how many of the slots for concurrent requests are taken.
	Occupied uint32 `json:"occupied"`
}

// faults are those of one process.
type faults struct {
	slots chan struct{}

	mu    sync.Mutex
	fault fault
	owed  float64
	held  uint32
}

// drill serves the switch: POST /drill/faults takes {"error_ratio": 0.2, "latency_ms": 600, "occupied": 250}; what is
// left out is none. It answers with what holds from now on.
func (a *API) drill() func(handler) handler {
	a.log.Warn("this is a drill build: POST /drill/faults injects faults")
	faults := &faults{slots: a.slots}
	a.mux.HandleFunc("POST /drill/faults", func(w http.ResponseWriter, r *http.Request) {
		var wanted fault
		decoder := json.NewDecoder(r.Body)
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&wanted); err != nil {
			newProblem(http.StatusUnprocessableEntity, err.Error()).write(w)
			return
		}
		if !faults.set(wanted) {
			newProblem(http.StatusConflict, "fewer slots are free").write(w)
			return
		}
		writeJSON(w, "application/json", http.StatusOK, wanted)
	})
	return faults.inject
}

// set replaces the fault that holds. It is none where the slots that the new one takes are not free.
func (f *faults) set(wanted fault) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	// The slots that the last drill holds are free before new ones are taken.
	f.release()
	f.fault, f.owed = fault{}, 0
	for f.held < wanted.Occupied {
		select {
		case f.slots <- struct{}{}:
			f.held++
		default:
			f.release()
			return false
		}
	}
	f.fault = wanted
	return true
}

func (f *faults) release() {
	for ; f.held > 0; f.held-- {
		<-f.slots
	}
}

// inject makes of a request what the switch says.
func (f *faults) inject(next handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		latency, fails := f.next()
		select {
		case <-time.After(latency):
		case <-r.Context().Done():
			return r.Context().Err()
		}
		if fails {
			return newProblem(http.StatusInternalServerError, "a drill")
		}
		return next(w, r)
	}
}

func (f *faults) next() (latency time.Duration, fails bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	// A running sum instead of a dice: the share is exact, and a drill repeats itself.
	f.owed += f.fault.ErrorRatio
	if fails = f.owed >= 1; fails {
		f.owed--
	}
	return time.Duration(f.fault.LatencyMS) * time.Millisecond, fails
}
