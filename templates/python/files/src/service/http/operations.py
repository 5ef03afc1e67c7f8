"""What the platform asks: is it alive, is it ready, what has it measured."""

from http import HTTPStatus

from fastapi import FastAPI, HTTPException, Response
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from service.state import State

PATHS = frozenset({"/livez", "/healthz", "/readyz", "/metrics"})
READ = ["GET", "HEAD"]


def add_routes(api: FastAPI, state: State) -> None:
    """Add the routes under `PATHS`."""

    @api.api_route("/livez", methods=READ)
    @api.api_route("/healthz", methods=READ)
    async def alive() -> Response:
        """Restarting helps when this fails: so it depends on nothing but the process."""
        return Response(status_code=HTTPStatus.NO_CONTENT)

    @api.api_route("/readyz", methods=READ)
    async def ready() -> Response:
        """503 from the moment of a stop signal, while requests are still served."""
        if not state.ready:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, "the process is stopping")
        return Response(status_code=HTTPStatus.NO_CONTENT)

    @api.api_route("/metrics", methods=READ)
    async def metrics() -> Response:
        return Response(state.metrics.exposition(), media_type=CONTENT_TYPE_PLAIN_0_0_4)
