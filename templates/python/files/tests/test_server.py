import asyncio
import signal
import socket

import pytest
from harness import Start
from starlette.types import Receive, Scope, Send

from service import server
from service.http import create_app


@pytest.mark.parametrize("sent", [b"", b"GET /livez HTTP/1.1\r\nho"])
def test_a_connection_that_sends_no_request_is_closed(
    start: Start, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(server, "HEAD_TIMEOUT", 0.05)

    async def read_to_the_end() -> bytes:
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        running = server.Server(create_app(start().state))
        serving = asyncio.create_task(running.serve([listener]))
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            answer = await reader.read()
            writer.close()
            running.should_exit = True
            await serving
        return answer

    assert asyncio.run(read_to_the_end()) == b""


def test_a_request_that_does_not_finish_is_cut(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = start(DRAIN_MS="0", REQUEST_TIMEOUT_MS="300", SHUTDOWN_MS="300").state
    listener = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setattr(server, "listen", lambda _port: listener)

    async def never(_scope: Scope, _receive: Receive, _send: Send) -> None:
        assert state.slots.take()
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(60)

    async def stop_in_the_middle() -> None:
        serving = asyncio.create_task(server.serve(state, never))
        async with asyncio.timeout(10):
            _, writer = await asyncio.open_connection(*listener.getsockname())
            writer.write(b"GET / HTTP/1.1\r\nhost: t\r\n\r\n")
            try:
                await serving
            finally:
                writer.close()

    with pytest.raises(server.ServerError, match=r"1 requests were cut: .* SHUTDOWN_MS \(300 ms\)"):
        asyncio.run(stop_in_the_middle())


def test_an_answer_is_sent_at_once(start: Start) -> None:
    async def no_delay() -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        running = server.Server(create_app(start().state))
        serving = asyncio.create_task(running.serve([listener]))
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            writer.write(b"GET /livez HTTP/1.1\r\nhost: t\r\n\r\n")
            await reader.readline()
            [connection] = running.server_state.connections
            opened: socket.socket = connection.transport.get_extra_info("socket")
            option = opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            writer.close()
            running.should_exit = True
            await serving
        return option

    assert asyncio.run(no_delay()) != 0
