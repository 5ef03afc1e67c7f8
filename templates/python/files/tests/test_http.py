from typing import Any

import pytest
from harness import ORDER, Service, Start
from starlette.routing import Route

from service.http import create_api

UNKNOWN = "6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10"
JSON = {"content-type": "application/json"}


def assert_problem(answer: Any, status: int) -> Any:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert {"title", "detail"} <= problem.keys()
    return problem


def test_an_order_that_was_placed_can_be_read(service: Service) -> None:
    placed = service.place()
    assert placed.status_code == 201
    assert placed.json() == ORDER | {"id": placed.json()["id"], "units": 2}

    read = service.get(placed.headers["location"])
    assert read.status_code == 200
    assert read.headers["content-type"] == "application/json"
    assert read.json() == placed.json()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/orders/17", "", 400),
        ("GET", f"/v1/orders/{UNKNOWN}", "", 404),
        ("GET", "/v1/orders/", "", 404),
        ("GET", "/openapi.json", "", 404),
        ("DELETE", "/v1/orders", "", 405),
        ("POST", "/v1/orders", "", 400),
        ("POST", "/v1/orders", "{", 400),
        ("POST", "/v1/orders", '{"customer": NaN}', 400),
        ("POST", "/v1/orders", r'{"customer": "\ud800"}', 400),
        ("POST", "/v1/orders", "[" * 100, 400),
        ("POST", "/v1/orders", "x" * 101, 413),
        ("POST", "/v1/orders", "null", 422),
        ("POST", "/v1/orders", '{"customer": "c-1"}', 422),
    ],
)
def test_every_error_is_a_problem_document(
    start: Start, method: str, path: str, body: str, status: int
) -> None:
    service = start(BODY_LIMIT_BYTES="100")
    answer = service.client.request(method, path, content=body, headers=JSON)
    assert_problem(answer, status)


def test_the_problem_with_an_order_names_each_field(service: Service) -> None:
    item = {"sku": "TEA-1", "quantity": 0, "price": 3}
    broken = {"customer": "", "items": [item, 17, {"sku": "TEA-1"}], "a/b": 1}
    assert assert_problem(service.place(broken), 422)["errors"] == [
        {"field": "/customer", "rule": "1 to 64 letters, digits and dashes"},
        {"field": "/items/0/quantity", "rule": "1 to 1000"},
        {"field": "/items/0/price", "rule": "absent"},
        {"field": "/items/1", "rule": "an object"},
        {"field": "/items/2/quantity", "rule": "present"},
        {"field": "/a~1b", "rule": "absent"},
    ]
    assert assert_problem(service.place([]), 422)["errors"] == [{"field": "", "rule": "an object"}]


def test_an_answer_names_50_errors_at_most(service: Service) -> None:
    order = {"customer": "c-1", "items": [1] * 5000}
    errors = assert_problem(service.place(order), 422)["errors"]
    assert errors == [{"field": "/items", "rule": "1 to 50 items"}]
    strange = {f"x{number}": 1 for number in range(5000)}
    assert len(assert_problem(service.place(strange), 422)["errors"]) == 50


def test_a_wrong_method_is_told_the_right_ones(service: Service) -> None:
    assert service.client.delete("/v1/orders").headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        (None, 415),
        ("text/plain", 415),
        ("application/jsonp", 415),
        ("application/json", 422),
        ("Application/JSON; charset=utf-8", 422),
        ("application/vnd.orders+json", 415),
    ],
)
def test_a_body_that_does_not_say_json_is_refused(
    service: Service, content_type: str | None, status: int
) -> None:
    headers = {"content-type": content_type} if content_type else {}
    assert_problem(service.client.post("/v1/orders", content=b"{}", headers=headers), status)


def test_health_says_alive_and_ready_until_readiness_is_withdrawn(service: Service) -> None:
    for path in ("/livez", "/healthz", "/readyz"):
        answer = service.get(path)
        assert (answer.status_code, answer.text) == (204, "")
        assert "content-type" not in answer.headers

    service.state.ready = False
    assert_problem(service.get("/readyz"), 503)
    assert service.get("/livez").status_code == 204
    assert service.place().status_code == 201


def test_a_request_is_counted_by_method_template_and_status(service: Service) -> None:
    placed = service.place()
    service.get(placed.headers["location"])
    service.client.head(placed.headers["location"])
    service.get(f"/v1/orders/{UNKNOWN}")
    service.get("/v1/orders/17")
    assert service.series() == {
        ("GET", "/v1/orders/{id}", "200"),
        ("GET", "/v1/orders/{id}", "400"),
        ("GET", "/v1/orders/{id}", "404"),
        ("HEAD", "/v1/orders/{id}", "200"),
        ("POST", "/v1/orders", "201"),
    }


def test_paths_and_methods_that_clients_invent_are_one_series_each(service: Service) -> None:
    for number in range(50):
        service.get(f"/wp-admin/{number}")
        service.client.request(f"BREW{number}", "/v1/orders")
    assert service.series() == {("GET", "unmatched", "404"), ("_OTHER", "/v1/orders", "405")}


def test_health_and_metrics_are_not_counted(service: Service) -> None:
    for path in ("/livez", "/healthz", "/readyz", "/metrics"):
        service.get(path)
        service.client.post(path)
    assert service.series() == set()


def test_the_duration_histogram_has_the_boundaries_of_the_semantic_conventions(
    service: Service,
) -> None:
    service.get("/v1/orders/17")
    bounds = [
        line.split('le="')[1].split('"')[0]
        for line in service.get("/metrics").text.splitlines()
        if line.startswith("http_server_request_duration_seconds_bucket")
    ]
    expected = "0.005 0.01 0.025 0.05 0.075 0.1 0.25 0.5 0.75 1.0 2.5 5.0 7.5 10.0 +Inf"
    assert " ".join(bounds) == expected


def test_the_process_reports_itself(start: Start) -> None:
    answer = start(SERVICE_VERSION="1.2.3", CONCURRENCY_LIMIT="7").get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    assert 'build_info{version="1.2.3"} 1.0' in lines
    assert "http_server_active_requests 0.0" in lines
    assert "http_server_active_requests_limit 7.0" in lines
    # Elsewhere than on Linux the library knows nothing of the process.
    names = {line.split()[0] for line in lines if line.startswith("process_")}
    assert not names or names >= {
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_start_time_seconds",
    }


def test_a_full_service_turns_requests_away_and_stays_observable(start: Start) -> None:
    service = start(CONCURRENCY_LIMIT="1")
    assert service.state.slots.take()

    answer = service.place()
    assert_problem(answer, 503)
    assert answer.headers["retry-after"] == "1"
    assert service.get("/readyz").status_code == 204
    assert "\nhttp_server_active_requests 1.0\n" in service.get("/metrics").text
    assert service.series() == {("POST", "/v1/orders", "503")}

    service.state.slots.give_back()
    assert service.place().status_code == 201


def test_every_route_is_one_that_the_measurement_finds(service: Service) -> None:
    # A router that is included is no Route: its requests would be counted as unmatched.
    assert all(isinstance(route, Route) for route in create_api(service.state).routes)
