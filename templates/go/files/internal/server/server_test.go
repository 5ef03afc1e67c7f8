package server

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestRequestsThatDoNotFinishInTimeAreCutAndCounted(t *testing.T) {
	started, release := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(started)
		<-release
	}))
	defer server.Close()
	defer close(release)
	go func() {
		if response, err := server.Client().Get(server.URL); err == nil { //nolint:noctx // it ends with the server
			response.Body.Close()
		}
	}()
	<-started

	err := shutDown(server.Config, 20*time.Millisecond, func() int { return 1 })
	const want = "1 requests were cut: they did not finish within SHUTDOWN_MS (20 ms)"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if err := shutDown(server.Config, 20*time.Millisecond, func() int { return 0 }); err != nil {
		t.Errorf("a connection without a request is %v", err)
	}
}
