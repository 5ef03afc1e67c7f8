"""The body of a request, as a value of the domain."""

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TypeVar

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

Model = TypeVar("Model", bound=BaseModel)

JSON = re.compile(r"application/json\s*(;|$)", re.IGNORECASE)


def json_body(model: type[Model]) -> Callable[[Request], Awaitable[Model]]:
    """Make the dependency that reads a body of this model.

    A parameter of the model's type would do, but then FastAPI answers 422 where the contract
    says 415 (the content type is not JSON) or 400 (the body is not JSON).
    """

    async def read(request: Request) -> Model:
        if not JSON.match(request.headers.get("content-type", "")):
            detail = "the content type must be application/json"
            raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
        try:
            content = from_json(await request.body(), allow_inf_nan=False)
        except ValueError as error:
            raise HTTPException(HTTPStatus.BAD_REQUEST, f"the body is not JSON: {error}") from error
        try:
            return model.model_validate(content)
        except ValidationError as error:
            errors = error.errors()
            for details in errors:
                details["loc"] = ("body", *details["loc"])
            raise RequestValidationError(errors) from error

    return read
