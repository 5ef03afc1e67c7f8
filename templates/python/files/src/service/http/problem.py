"""The form of every error: problem details, RFC 9457."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

# What the router finds out by itself, and has no sentence for.
ROUTING = {
    HTTPStatus.NOT_FOUND: "there is nothing under this path",
    HTTPStatus.METHOD_NOT_ALLOWED: "the Allow header lists the methods",
}

# What pydantic says in other words; our own rules are such words already.
RULES = {
    "missing": "present",
    "extra_forbidden": "absent",
    "unexpected_keyword_argument": "absent",
    "model_type": "an object",
    "dataclass_type": "an object",
}


# How many errors an answer names: a body of 64 kB can break thousands of rules.
MOST_ERRORS = 50


class Problem(JSONResponse):
    """An error as a client sees it."""

    media_type = "application/problem+json"

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        content = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
        super().__init__(content | ({"errors": errors} if errors else {}), status, headers)


def install(api: FastAPI) -> None:
    """Answer every error of this application with a problem document."""

    @api.exception_handler(HTTPException)
    async def refused(_request: Request, error: HTTPException) -> Problem:
        status = HTTPStatus(error.status_code)
        own_words = error.detail != status.phrase
        detail = error.detail if own_words else ROUTING.get(status, error.detail)
        return Problem(status, detail, headers=error.headers)

    @api.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> Problem:
        errors = [
            # The first part of a place says where in the request, such as `body`.
            {
                "field": pointer(details["loc"][1:]),
                "rule": RULES.get(details["type"], details["msg"]),
            }
            for details in error.errors()[:MOST_ERRORS]
        ]
        detail = "the request breaks a rule"
        return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)

    # What a client sees of an exception; the log has its place and message.
    @api.exception_handler(Exception)
    async def failed(_request: Request, _error: Exception) -> Problem:
        return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "the service failed")


def pointer(place: tuple[str | int, ...]) -> str:
    """Write a place in a document as a JSON pointer, RFC 6901."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)
