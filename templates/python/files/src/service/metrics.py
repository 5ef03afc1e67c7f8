"""What Prometheus reads.

Alerts, dashboards and the canary analysis use these names, so that changing one means changing
them all. Names and buckets are those of OpenTelemetry's semantic conventions for HTTP servers.
"""

from prometheus_client import (
    CollectorRegistry,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from service.slots import Slots

# The upper bounds of the duration histogram, in seconds. A latency objective must be one of them.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)

# One more series for each of the histogram's, with the time of its first sample: nobody asks.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """The metrics of one process."""

    def __init__(self, version: str, slots: Slots) -> None:
        # Not the registry that the library shares: each test has a process of its own.
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "http_server_request_duration_seconds",
            "How long requests took, by method, route template and status.",
            ["http_request_method", "http_route", "http_response_status_code"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        build = Gauge(
            "build_info", "The version that is running.", ["version"], registry=self._registry
        )
        build.labels(version).set(1)
        Gauge(
            "http_server_active_requests",
            "Requests that are being served now.",
            registry=self._registry,
        ).set_function(lambda: slots.taken)
        Gauge(
            "http_server_active_requests_limit",
            "Requests that may be served at the same time.",
            registry=self._registry,
        ).set(slots.limit)
        ProcessCollector(registry=self._registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request.

        The route is a template, never a path, so that the number of series does not depend on
        what clients ask for.
        """
        self._requests.labels(method, route, status).observe(seconds)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self._registry)
