import pytest
from harness import Service, Start

from drill.server import create_app


@pytest.fixture
def service(start: Start) -> Service:
    state = start(CONCURRENCY_LIMIT="4").state
    return Service(state, create_app(state))


def inject(service: Service, **fault: float) -> int:
    return int(service.client.post("/drill/faults", json=fault).status_code)


def place(service: Service, count: int) -> list[int]:
    return [service.place().status_code for _ in range(count)]


def test_a_drill_makes_requests_fail_and_stops_when_told(service: Service) -> None:
    assert inject(service, error_ratio=0.5) == 200
    assert place(service, 4) == [201, 500, 201, 500]
    assert service.get("/livez").status_code == 204

    assert inject(service, occupied=4) == 200
    assert place(service, 1) == [503]

    assert inject(service) == 200
    assert place(service, 2) == [201, 201]
    assert service.series() == {("POST", "/v1/orders", str(status)) for status in (201, 500, 503)}


def test_a_drill_makes_requests_late(service: Service) -> None:
    inject(service, latency_ms=30)
    service.place()
    bucket = 'http_response_status_code="201",http_route="/v1/orders",le="0.025"} 0.0'
    assert bucket in service.get("/metrics").text


def test_more_slots_than_are_free_cannot_be_taken(service: Service) -> None:
    assert inject(service, occupied=5) == 409
    assert place(service, 1) == [201]


@pytest.mark.parametrize("fault", [{"error_ratio": -1}, {"occupied": -1}, {"errors": 1}])
def test_a_fault_that_is_none_is_refused(service: Service, fault: dict[str, float]) -> None:
    assert inject(service, **fault) == 422


def test_the_service_itself_has_no_switch(start: Start) -> None:
    assert inject(start()) == 404
