"""Load at a constant rate that does not slow down when the service does: one order placed for every nine read.

Usage: load.py RATE URL...    (RATE requests a second on each URL, until it is stopped)
"""

import asyncio
import http.client
import json
import re
import sys
import time
import urllib.request
from urllib.parse import urlsplit

TICK = 0.004
# What could not be sent in time is not made up for in one burst, which would be a fault of its own.
BURST = 12
ORDER = json.dumps({"customer": "drill", "items": [{"sku": "TEA-1", "quantity": 2}]}).encode()
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class Connection(asyncio.Protocol):
    """One connection with one request at a time."""

    def __init__(self, idle: list["Connection"]) -> None:
        self.idle = idle
        self.answer = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, request: bytes) -> None:
        assert self.transport
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.answer += data
        end = self.answer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = LENGTH.search(self.answer[: end + 2])
        if not length:
            # Its end can't be told: this connection has served its purpose.
            assert self.transport
            self.transport.close()
        elif len(self.answer) >= end + 4 + int(length[1]):
            self.answer = b""
            self.idle.append(self)

    def connection_lost(self, _error: Exception | None) -> None:
        if self in self.idle:
            self.idle.remove(self)


def first_order(url: str) -> str:
    request = urllib.request.Request(f"{url}/v1/orders", ORDER, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(json.load(answer)["id"])


def bearable(url: str, share: float) -> int:
    """How many requests a second use this share of a core, by the time that one takes after a second of warming up."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=10)
    path = f"/v1/orders/{first_order(url)}"
    begin, measured = time.monotonic() + 1, 0
    while (now := time.monotonic()) < begin + 1:
        connection.request("GET", path)
        connection.getresponse().read()
        measured += now > begin
    connection.close()
    return int(share * measured)


def warm(url: str) -> None:
    """Place and read orders, one after the other, for a second: as the load does, with no more waiting than one."""
    begin = time.monotonic()
    while time.monotonic() < begin + 1:
        order = f"{url}/v1/orders/{first_order(url)}"
        for _ in range(9):
            with urllib.request.urlopen(order, timeout=10) as answer:
                answer.read()


async def drive(url: str, rate: float) -> None:
    host, port = str(urlsplit(url).hostname), urlsplit(url).port or 80
    head = f"HTTP/1.1\r\nHost: {host}:{port}\r\n"
    read = f"GET /v1/orders/{first_order(url)} {head}\r\n".encode()
    fields = f"Content-Type: application/json\r\nContent-Length: {len(ORDER)}\r\n\r\n"
    place = f"POST /v1/orders {head}{fields}".encode() + ORDER
    idle: list[Connection] = []
    loop = asyncio.get_running_loop()
    opening: set[asyncio.Task[None]] = set()

    async def fresh(request: bytes) -> None:
        try:
            _, protocol = await loop.create_connection(lambda: Connection(idle), host, port)
        except OSError:
            return
        protocol.send(request)

    begin, due, turn = time.monotonic(), 0.0, 0
    while True:
        await asyncio.sleep(TICK)
        now = time.monotonic()
        due = min(due + (now - begin) * rate, BURST)
        begin = now
        while due >= 1:
            due -= 1
            turn += 1
            request = place if turn % 10 == 0 else read
            if idle:
                idle.pop().send(request)
            else:
                task = loop.create_task(fresh(request))
                opening.add(task)
                task.add_done_callback(opening.discard)


async def main() -> None:
    rate, urls = float(sys.argv[1]), sys.argv[2:]
    await asyncio.gather(*(drive(url, rate) for url in urls))


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(130)
