import json
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from service.config import Config
from service.http import create_app
from service.state import State

ORDER = {"customer": "c-1", "items": [{"sku": "TEA-1", "quantity": 2}]}


class Service:
    """The application of one process, without the process."""

    def __init__(self, state: State, app: ASGIApp) -> None:
        self.state = state
        self.client = TestClient(app)

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def place(self, order: object = ORDER) -> Any:
        return self.client.post("/v1/orders", json=order)

    def series(self) -> set[tuple[str, str, str]]:
        """Method, route and status of each series of the duration histogram."""
        prefix = "http_server_request_duration_seconds_count"
        found = set()
        for line in self.get("/metrics").text.splitlines():
            if line.startswith(prefix):
                pairs = line[len(prefix) + 1 : line.rindex("}")].split(",")
                labels = dict(pair.split("=") for pair in pairs)
                method, route, status = (
                    json.loads(labels[f"http_{name}"])
                    for name in ("request_method", "route", "response_status_code")
                )
                found.add((method, route, status))
        return found


class Start:
    """Makes services that are configured by what is given, and by nothing else."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch

    def config(self, variables: Mapping[str, str]) -> Config:
        for name in Config.model_fields:
            self.patch.delenv(name.upper(), raising=False)
        for name, value in variables.items():
            self.patch.setenv(name, value)
        return Config.read()

    def __call__(self, **variables: str) -> Service:
        ordinary = {"REQUEST_TIMEOUT_MS": "5000", "SHUTDOWN_MS": "5000"}
        state = State(self.config(ordinary | variables))
        return Service(state, create_app(state))
