"""One histogram sample for each request, and one log line for each that failed."""

import logging
import re
from collections.abc import Sequence
from time import perf_counter

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.metrics import Metrics

logger = logging.getLogger(__name__)

# Clients may invent methods, and each would be a series.
METHODS = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}
)

# The route of a request that matches none: one name, however many paths are tried.
UNMATCHED = "unmatched"

SERVER_ERROR = 500

# What nginx logs for a client that has gone before it was answered.
CLIENT_GONE = 499


class Measure:
    """Measures until the answer begins, because from then on the client decides how long it takes.

    A client that is found to have gone before that is counted too: who gives up tells of slowness.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute], metrics: Metrics) -> None:
        self.app = app
        self.routes = routes
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, and keep how it went."""
        started = perf_counter()
        answered = gone = False

        async def watch() -> Message:
            nonlocal gone
            message = await receive()
            gone = gone or message["type"] == "http.disconnect"
            return message

        async def answer(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start" and not gone:
                answered = True
                self.record(scope, message["status"], perf_counter() - started)
            await send(message)

        try:
            await self.app(scope, watch, answer)
        except ClientDisconnect:
            gone = True
        except Exception as error:
            # FastAPI has answered with 500, and passes the exception on so that it is seen.
            logger.exception("exception: %s", error)
            if not answered:
                raise
        finally:
            if gone and not answered:
                self.record(scope, CLIENT_GONE, perf_counter() - started)

    def record(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request that is answered now, or never."""
        method = scope["method"] if scope["method"] in METHODS else "_OTHER"
        route = self.template(scope)
        self.metrics.observe(method, route, status, seconds)
        failed = status >= SERVER_ERROR
        level = logging.ERROR if failed else logging.DEBUG
        if logger.isEnabledFor(level):
            facts = {"method": method, "route": route, "status": status, "seconds": seconds}
            facts["trace"] = trace_id(Headers(scope=scope))
            logger.log(level, "request failed" if failed else "request", extra=facts)

    def template(self, scope: Scope) -> str:
        """Find the template of a path; `scope["route"]` has none where no handler was reached."""
        for route in self.routes:
            match, _ = route.matches(scope)
            if match is not Match.NONE and isinstance(route, Route):
                return route.path_format
        return UNMATCHED


def trace_id(headers: Headers) -> str | None:
    """The trace that a caller's `traceparent` names, so that its log and ours can be joined."""
    parent = re.match("[^-]*-([0-9A-Fa-f]{32})(-|$)", headers.get("traceparent", ""))
    return parent[1] if parent else None
