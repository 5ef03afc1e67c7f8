"""Orders over HTTP."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Path, Response

from service.http.body import json_body
from service.orders import NewOrder, Order, Orders, order_id


def add_routes(api: FastAPI, orders: Orders) -> None:
    """Add the routes under /v1/orders."""

    @api.post("/v1/orders", status_code=HTTPStatus.CREATED)
    async def place(
        new: Annotated[NewOrder, Depends(json_body(NewOrder))], response: Response
    ) -> Order:
        order = orders.keep(new.accept())
        response.headers["location"] = f"/v1/orders/{order.id}"
        return order

    @api.api_route("/v1/orders/{id}", methods=["GET", "HEAD"])
    async def show(text: Annotated[str, Path(alias="id")]) -> Order:
        try:
            wanted = order_id(text)
        except ValueError as error:
            raise HTTPException(HTTPStatus.BAD_REQUEST, str(error)) from error
        order = orders.find(wanted)
        if order is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"no order {wanted}")
        return order
