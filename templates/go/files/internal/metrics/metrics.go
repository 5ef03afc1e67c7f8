// Package metrics is what Prometheus reads. Alerts, dashboards and the canary analysis use these names, so that
// changing one means changing them all.
//
// Names and buckets are those of OpenTelemetry's semantic conventions for HTTP servers.
package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// buckets are the upper bounds of the duration histogram, in seconds. A latency objective must be one of them.
var buckets = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}

// Metrics are those of one process.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

// New returns metrics without a sample yet. At each scrape, active tells how many requests are being served of the
// limit that may be.
func New(version string, limit int, active func() int) *Metrics {
	requests := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "http_server_request_duration_seconds",
		Help:    "How long requests took, by method, route template and status",
		Buckets: buckets,
	}, []string{"http_request_method", "http_route", "http_response_status_code"})
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "build_info",
		Help:        "The version that is running",
		ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	places := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "http_server_active_requests_limit",
		Help: "Requests that may be served at the same time",
	})
	places.Set(float64(limit))

	registry := prometheus.NewRegistry()
	registry.MustRegister(
		requests,
		build,
		places,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "http_server_active_requests",
			Help: "Requests that are being served now",
		}, func() float64 { return float64(active()) }),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return &Metrics{registry, requests}
}

// Observe counts one answered request. The route is a template, never a path, so that the number of series does not
// depend on what clients ask for.
func (m *Metrics) Observe(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
}

// Handler answers with all metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
