"""How a request gets to its handler."""

from collections.abc import Set as AbstractSet

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from service.http import operations, orders, problem
from service.http.limits import BodyLimit, ConcurrencyLimit, TimeLimit
from service.http.measure import Measure
from service.state import State


def create_app(state: State) -> ASGIApp:
    """Everything that is served. Operations are answered whatever the load, and not measured."""
    api = create_api(state)
    return by_path(operations.PATHS, api, limited(state, api, api))


def create_api(state: State) -> FastAPI:
    """All routes. The contract is openapi.yaml, so FastAPI publishes none of its own."""
    api = FastAPI(openapi_url=None, redirect_slashes=False)
    problem.install(api)
    # Routes are tried in this order: first those that are asked for most.
    orders.add_routes(api, state.orders)
    operations.add_routes(api, state)
    return api


def limited(state: State, api: FastAPI, app: ASGIApp) -> ASGIApp:
    """Put before `app` what every request passes; `api` has the routes that it is measured by."""
    app = BodyLimit(app, state.config.body_limit_bytes)
    app = TimeLimit(app, state.config.request_timeout_ms)
    app = ConcurrencyLimit(app, state.slots)
    return Measure(app, api.routes, state.metrics)


def by_path(paths: AbstractSet[str], chosen: ASGIApp, otherwise: ASGIApp) -> ASGIApp:
    """Serve these paths by one application, and all others by another."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (chosen if scope["path"] in paths else otherwise)(scope, receive, send)

    return app
