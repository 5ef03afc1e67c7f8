"""Connections, and the order in which things stop.

On SIGTERM or SIGINT `/readyz` turns 503 first. For `DRAIN_MS` connections are still accepted,
because whoever balances the load needs that long to notice. Then the port closes, idle
connections are closed, and requests in flight have `SHUTDOWN_MS` to finish.
"""

import asyncio
import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from service.state import State

logger = logging.getLogger(__name__)

# How long a connection may wait for the whole head of its next request, in seconds. Longer than
# the 60 s for which load balancers keep idle connections, so that it is they who close them.
HEAD_TIMEOUT = 75


class ServerError(Exception):
    """Why the process could not serve, or not stop in order."""


async def serve(state: State, app: ASGIApp) -> None:
    """Serve until the process is told to stop."""
    config = state.config
    stop = stop_signal()
    with listen(config.port) as listener:
        server = Server(close_in_time(app, state))
        serving = asyncio.create_task(server.serve([listener]))
        logger.info("serving", extra={"port": config.port, "version": config.service_version})

        both: set[asyncio.Future[Any]] = {serving, stop}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            return serving.result()
        state.ready = False
        facts = {"signal": stop.result().name, "drain_seconds": config.drain_ms / 1000}
        logger.info("no longer ready, still serving", extra=facts)
        await asyncio.sleep(config.drain_ms / 1000)

        server.should_exit = True
        finished, _ = await asyncio.wait({serving}, timeout=config.shutdown_ms / 1000)
    # A client that opened a connection and asked for nothing is not worth an error.
    if not finished and state.slots.taken:
        limit = f"SHUTDOWN_MS ({config.shutdown_ms} ms)"
        raise ServerError(
            f"{state.slots.taken} requests were cut: they did not finish within {limit}"
        )
    logger.info("stopped")
    return None


def listen(port: int) -> socket.socket:
    """Open the port on every interface: a container has one of its own."""
    try:
        if socket.has_dualstack_ipv6():
            return socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
        return socket.create_server(("0.0.0.0", port))  # noqa: S104
    except OSError as error:
        raise ServerError(f"port {port} can't be served: {error}") from error


def close_in_time(app: ASGIApp, state: State) -> ASGIApp:
    """Close connections while the process drains, each with an answer.

    The stop would cut the next request on one that is kept.
    """

    async def closing(scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and not state.ready:
                headers = [*message.get("headers", ()), (b"connection", b"close")]
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receive, answer)

    return closing


def stop_signal() -> asyncio.Future[signal.Signals]:
    """The first signal that asks the process to stop, once it comes; later ones change nothing."""
    loop = asyncio.get_running_loop()
    first: asyncio.Future[signal.Signals] = loop.create_future()

    def receive(number: signal.Signals) -> None:
        if not first.done():
            first.set_result(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, receive, number)
    return first


class Server(uvicorn.Server):
    """uvicorn, without what it would do on signals: it would skip the drain, and end with 143."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=HEAD_TIMEOUT,
                # Where there are no more file descriptors, asyncio logs an error for each place.
                backlog=128,
            )
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to `serve`."""
        yield


class Protocol(H11Protocol):
    """HTTP/1.1 with a limit for the head of a request, which uvicorn waits for without end."""

    _head_deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Send what is written at once, and start to wait for the first head."""
        super().connection_made(transport)
        # asyncio does this only where it made the socket; without it an answer, which is written
        # in two parts, waits 40 ms for the client to acknowledge the first.
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Stop waiting when the head is whole, and wait for the next one from its first byte."""
        super().data_received(data)
        in_request = self.cycle is not None and not self.cycle.response_complete
        if in_request:
            self._forget_head()
        elif self._head_deadline is None:
            self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        super().connection_lost(exc)
        self._forget_head()

    def _expect_head(self) -> None:
        self._head_deadline = self.loop.call_later(HEAD_TIMEOUT, self.timeout_keep_alive_handler)

    def _forget_head(self) -> None:
        if self._head_deadline is not None:
            self._head_deadline.cancel()
            self._head_deadline = None
