"""How many requests are served at a time, for how long, and how large one may be."""

import asyncio
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.http.problem import Problem
from service.slots import Slots


class ConcurrencyLimit:
    """Turns a request away at once where too many are served: a queue would only make it late."""

    def __init__(self, app: ASGIApp, slots: Slots) -> None:
        self.app = app
        self.slots = slots

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, if there is a slot for it."""
        if not self.slots.take():
            detail = "too many requests at a time"
            full = Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"retry-after": "1"})
            return await full(scope, receive, send)
        try:
            return await self.app(scope, receive, send)
        finally:
            self.slots.give_back()


class TimeLimit:
    """Gives up on a request that takes too long. 504, so that it can be told from a full service.

    A body that comes too late is the client's doing, and 408.

    A handler that blocks the event loop is not interrupted: nothing in one thread could.
    """

    def __init__(self, app: ASGIApp, milliseconds: int) -> None:
        self.app = app
        self.milliseconds = milliseconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, if it begins to be answered in time."""
        waiting = whole = False

        async def read() -> Message:
            nonlocal waiting, whole
            waiting = not whole
            message = await receive()
            waiting, whole = False, not message.get("more_body", False)
            return message

        async def answer(message: Message) -> None:
            # From here on the client decides how long it takes.
            if not deadline.expired():
                deadline.reschedule(None)
            await send(message)

        try:
            async with asyncio.timeout(self.milliseconds / 1000) as deadline:
                await self.app(scope, read, answer)
        except TimeoutError:
            if not deadline.expired():
                raise
            if waiting:
                detail = f"the body did not arrive within {self.milliseconds} ms"
                headers = {"connection": "close"}
                late = Problem(HTTPStatus.REQUEST_TIMEOUT, detail, headers=headers)
            else:
                detail = f"the request took longer than {self.milliseconds} ms"
                late = Problem(HTTPStatus.GATEWAY_TIMEOUT, detail)
            await late(scope, receive, send)


class BodyLimit:
    """Refuses a body that is too large, when a handler reads it.

    FastAPI's own `max_body_size` answers in plain text where the length is announced.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, and count what is read of its body."""
        size = 0

        async def read() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.most:
                detail = f"the body is larger than {self.most} bytes"
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
            return message

        await self.app(scope, read, send)
