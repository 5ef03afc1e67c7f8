"""Faults on request, for alert drills: the service with a switch that is never in an image.

`POST /drill/faults` takes `{"error_ratio": 0.2, "latency_ms": 600, "occupied": 250}`; what is
left out is none. It answers with what holds from now on.
"""

import asyncio
import logging
import sys
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict, NonNegativeFloat, NonNegativeInt
from starlette.types import ASGIApp, Receive, Scope, Send

from service import http
from service.__main__ import main
from service.http import operations
from service.http.body import json_body
from service.http.problem import Problem
from service.slots import Slots
from service.state import State

SWITCH = "/drill/faults"


class Fault(BaseModel):
    """What goes wrong now."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    error_ratio: NonNegativeFloat = 0
    """The share of requests that are answered with 500, from 0 to 1."""
    latency_ms: NonNegativeInt = 0
    """How much longer every request takes."""
    occupied: NonNegativeInt = 0
    """How many of the slots for concurrent requests are taken."""


class Faults:
    """The faults of one process."""

    def __init__(self, slots: Slots) -> None:
        self.slots = slots
        self.fault = Fault()
        self.owed = 0.0

    def set(self, fault: Fault) -> bool:
        """Let this go wrong and nothing else; not, where fewer slots are free."""
        self.slots.give_back(self.fault.occupied)
        taken = self.slots.take(fault.occupied)
        self.fault = fault if taken else Fault()
        self.owed = 0.0
        return taken

    def next_fails(self) -> bool:
        """Whether the next request fails.

        A running sum instead of a dice: the share is exact, and a drill repeats itself.
        """
        self.owed += self.fault.error_ratio
        fails = self.owed >= 1
        self.owed -= fails
        return fails

    def add_routes(self, api: FastAPI) -> None:
        """Add the switch."""

        @api.post(SWITCH)
        async def switch(fault: Annotated[Fault, Depends(json_body(Fault))]) -> Fault:
            if not self.set(fault):
                raise HTTPException(HTTPStatus.CONFLICT, "fewer slots are free")
            return fault


class Inject:
    """Lets requests fail as the faults say."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.app = app
        self.faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, late, or not at all."""
        fails = self.faults.next_fails()
        await asyncio.sleep(self.faults.fault.latency_ms / 1000)
        app = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "a drill") if fails else self.app
        await app(scope, receive, send)


def create_app(state: State) -> ASGIApp:
    """Everything that the service serves, and the switch."""
    logging.getLogger(__name__).warning("this is a drill: POST %s injects faults", SWITCH)
    faults = Faults(state.slots)
    api = http.create_api(state)
    faults.add_routes(api)
    limited = http.limited(state, api, Inject(api, faults))
    return http.by_path(operations.PATHS | {SWITCH}, api, limited)


if __name__ == "__main__":
    sys.exit(main(create_app))
