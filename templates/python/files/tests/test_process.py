"""The process contract, against the real process: configuration, limits, and how it stops."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Self

import pytest

BODY = b'{"customer":"c-1","items":[{"sku":"TEA-1","quantity":2}]}'
PATIENCE = 20.0

# What holds where a test says nothing, whatever the defaults of this service are.
ORDINARY = {
    "CONCURRENCY_LIMIT": "16",
    "DRAIN_MS": "0",
    "REQUEST_TIMEOUT_MS": "5000",
    "SHUTDOWN_MS": "10000",
}


def spawn(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "service", *arguments]
    return subprocess.Popen(
        command, env=ORDINARY | variables, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and the log, which must be one JSON object a line and nothing else."""
    output, _ = process.communicate(timeout=PATIENCE)
    events = [json.loads(line) for line in output.splitlines()]
    for event in events:
        assert {"timestamp", "level", "message"} <= event.keys()
    return process.returncode, events


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class Service:
    """A running service, killed when the test is over."""

    def __init__(self, **variables: str) -> None:
        # Another process may take the port between the two binds: then the next one is tried.
        for _ in range(10):
            with socket.create_server(("127.0.0.1", 0)) as listener:
                self.port = listener.getsockname()[1]
            self.process = spawn(PORT=str(self.port), **variables)
            until(lambda: self.accepts() or self.process.poll() is not None)
            if self.process.poll() is None:
                return
        pytest.fail("the service does not start")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def accepts(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except ConnectionRefusedError:
            return False
        return True

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def finish(self) -> tuple[int, list[dict[str, Any]]]:
        return ended(self.process)

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def ask(self, path: str) -> tuple[int, str]:
        connection = self.connection()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def get(self, path: str) -> int:
        return self.ask(path)[0]

    @contextmanager
    def order_in_flight(self) -> Iterator[http.client.HTTPConnection]:
        """A request whose body is sent by `finish_order`."""
        connection = self.connection()
        connection.putrequest("POST", "/v1/orders")
        connection.putheader("content-type", "application/json")
        connection.putheader("content-length", str(len(BODY)))
        connection.endheaders(BODY[:10])
        until(lambda: "\nhttp_server_active_requests 1.0\n" in self.ask("/metrics")[1])
        try:
            yield connection
        finally:
            connection.close()


def finish_order(connection: http.client.HTTPConnection) -> int:
    connection.send(BODY[10:])
    return connection.getresponse().status


def test_the_defaults_are_a_valid_configuration() -> None:
    command = [sys.executable, "-m", "service", "--check-config"]
    done = subprocess.run(command, env={}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_invalid_configuration_ends_with_78_and_every_reason() -> None:
    variables = {"PORT": "99999", "LOG_LEVEL": "loud"}
    code, events = ended(spawn("--check-config", **variables))
    assert code == 78
    assert [event["variable"] for event in events] == ["PORT", "LOG_LEVEL"]
    assert events[0]["value"] == "99999"
    assert events[0]["rule"] == "a whole number from 1 to 65535"
    assert ended(spawn(**variables))[0] == 78, "a start ends as the check does"


def test_an_unknown_argument_is_refused() -> None:
    assert ended(spawn("--chekc-config"))[0] == 64


def test_a_port_in_use_is_an_error_that_names_it() -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = taken.getsockname()[1]
        code, [event] = ended(spawn(PORT=str(port)))
    assert code == 1
    assert f"port {port} can't be served" in event["message"]


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="there is no IPv6")
def test_it_listens_on_ipv6_and_on_ipv4() -> None:
    with Service() as service:
        for host in ("::1", "127.0.0.1"):
            socket.create_connection((host, service.port)).close()


def test_a_stop_drops_readiness_first_and_serves_while_it_drains() -> None:
    with Service(DRAIN_MS="2000") as service:
        assert service.get("/readyz") == HTTPStatus.NO_CONTENT

        stopped = time.monotonic()
        service.terminate()
        until(lambda: service.get("/readyz") == HTTPStatus.SERVICE_UNAVAILABLE)
        assert service.get("/v1/orders/17") == HTTPStatus.BAD_REQUEST
        assert service.get("/livez") == HTTPStatus.NO_CONTENT

        code, events = service.finish()
        assert code == 0
        assert time.monotonic() - stopped >= 2, "the drain is as long as configured"
        messages = [event["message"] for event in events]
        assert messages == ["serving", "no longer ready, still serving", "stopped"]


def test_every_answer_closes_its_connection_while_it_drains() -> None:
    with Service(DRAIN_MS="2000") as service:
        kept = service.connection()
        for closes in (None, "close"):
            kept.request("POST", "/v1/orders", BODY, {"content-type": "application/json"})
            answer = kept.getresponse()
            assert (answer.status, answer.getheader("connection")) == (HTTPStatus.CREATED, closes)
            answer.read()
            if not closes:
                service.terminate()
                until(lambda: service.get("/readyz") == HTTPStatus.SERVICE_UNAVAILABLE)
        kept.close()


def test_a_request_in_flight_finishes_after_the_port_was_closed() -> None:
    with Service() as service, service.order_in_flight() as order:
        service.terminate()
        until(lambda: not service.accepts())
        assert finish_order(order) == HTTPStatus.CREATED
        assert service.finish()[0] == 0


def test_an_idle_connection_does_not_delay_a_stop() -> None:
    with Service() as service:
        idle = service.connection()
        idle.request("GET", "/livez")
        assert idle.getresponse().status == HTTPStatus.NO_CONTENT

        stopped = time.monotonic()
        service.terminate()
        assert service.finish()[0] == 0
        assert time.monotonic() - stopped < 5
        idle.close()


def test_a_body_that_does_not_arrive_is_answered_and_no_failure() -> None:
    limits = {"REQUEST_TIMEOUT_MS": "500", "LOG_LEVEL": "debug"}
    with Service(**limits) as service, service.order_in_flight() as order:
        answer = order.getresponse()
        assert answer.status == HTTPStatus.REQUEST_TIMEOUT
        assert answer.getheader("connection") == "close"
        service.terminate()
        _, events = service.finish()
        [late] = [event for event in events if event.get("status") == HTTPStatus.REQUEST_TIMEOUT]
        assert late["level"] == "DEBUG"
        assert late["route"] == "/v1/orders"


def test_one_request_more_than_the_limit_is_turned_away() -> None:
    with Service(CONCURRENCY_LIMIT="1") as service, service.order_in_flight() as order:
        assert service.get("/v1/orders/17") == HTTPStatus.SERVICE_UNAVAILABLE
        assert finish_order(order) == HTTPStatus.CREATED
        assert service.get("/v1/orders/17") == HTTPStatus.BAD_REQUEST
