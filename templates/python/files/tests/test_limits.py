"""What happens to requests that go wrong on the way."""

import asyncio
from typing import Any

import pytest
from harness import Service, Start
from starlette.types import Message

from service.http import create_api, limited


def with_route(start: Start, handler: Any, **variables: str) -> Service:
    state = start(**variables).state
    api = create_api(state)
    api.add_api_route("/broken", handler)
    return Service(state, limited(state, api, api))


async def fails() -> None:
    raise ValueError("what only the log may know")


async def waits() -> None:
    await asyncio.sleep(60)


async def gives_up_by_itself() -> None:
    raise TimeoutError


def test_an_exception_is_answered_counted_and_logged(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    service = with_route(start, fails)
    answer = service.client.get("/broken", headers={"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "the service failed"
    assert service.state.slots.taken == 0

    failed, exception = caplog.records
    assert failed.getMessage() == "request failed"
    facts = {name: getattr(failed, name) for name in ("method", "route", "status", "trace")}
    assert facts == {"method": "GET", "route": "/broken", "status": 500, "trace": "a" * 32}
    assert exception.getMessage() == "exception: what only the log may know"
    assert exception.exc_info


def test_a_request_that_takes_too_long_is_given_up(start: Start) -> None:
    service = with_route(start, waits, REQUEST_TIMEOUT_MS="20")
    answer = service.get("/broken")
    assert answer.status_code == 504
    assert answer.json()["detail"] == "the request took longer than 20 ms"
    assert service.state.slots.taken == 0


def test_a_timeout_of_the_handler_is_not_that_of_the_request(start: Start) -> None:
    service = with_route(start, gives_up_by_itself)
    assert service.get("/broken").status_code == 500


def test_a_client_that_goes_away_is_counted_and_no_failure(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    service = start()
    api = create_api(service.state)
    app = limited(service.state, api, api)
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/orders",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    messages: list[Message] = [
        {"type": "http.request", "body": b'{"cust', "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return messages.pop(0)

    async def send(_: Message) -> None:
        """Nobody listens."""

    async def serve() -> None:
        await app(scope, receive, send)

    asyncio.run(serve())
    assert service.state.slots.taken == 0
    assert service.series() == {("POST", "/v1/orders", "499")}
    once = 'http_response_status_code="499",http_route="/v1/orders"} 1.0\n'
    assert once in service.get("/metrics").text
    assert not caplog.records
