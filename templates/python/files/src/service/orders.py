"""The domain: what an order is, and where orders are kept.

The store is memory, bounded, and gone with the process. A database takes the place of `Orders`;
its reachability then belongs into `/readyz`.
"""

import re
from collections import OrderedDict
from typing import Annotated, Any
from uuid import UUID, uuid4

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.dataclasses import dataclass

from service.rules import require

CAPACITY = 10_000
"""How many orders are kept; the oldest go first."""

MAX_CUSTOMER = 64
MAX_ITEMS = 50
MAX_SKU = 32
MAX_QUANTITY = 1000


def name(longest: int) -> BeforeValidator:
    """Require a name as customers and articles have them."""
    pattern = re.compile(f"[A-Za-z0-9-]{{1,{longest}}}")
    return require(
        f"1 to {longest} letters, digits and dashes",
        lambda text: isinstance(text, str) and pattern.fullmatch(text) is not None,
    )


def is_quantity(value: Any) -> bool:
    """Tell a quantity; JSON has one kind of number, and to a JSON schema 2.0 is the integer 2."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 1 <= value <= MAX_QUANTITY and value == int(value)


# A fifth of a model's memory: half a million of them are kept where every order has 50.
@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Item:
    """One article of an order."""

    sku: Annotated[str, name(MAX_SKU)]
    quantity: Annotated[int, require(f"1 to {MAX_QUANTITY}", is_quantity)]


class NewOrder(BaseModel):
    """What a customer asks for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    customer: Annotated[str, name(MAX_CUSTOMER)]
    items: Annotated[
        list[Item],
        require(
            f"1 to {MAX_ITEMS} items",
            lambda items: isinstance(items, list) and 1 <= len(items) <= MAX_ITEMS,
        ),
    ]

    def accept(self) -> "Order":
        """Turn it into an order with a name of its own."""
        return Order(
            id=uuid4(),
            customer=self.customer,
            items=self.items,
            units=sum(item.quantity for item in self.items),
        )


class Order(BaseModel):
    """An order that was accepted."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    customer: str
    items: list[Item]
    units: int
    """The sum of the quantities."""


def order_id(text: str) -> UUID:
    """Read the name of an order: a UUID in its hyphenated form, or a `ValueError`."""
    try:
        uuid = UUID(text)
    except ValueError:
        uuid = None
    # UUID also reads forms with braces, with `urn:` and without hyphens: one name each is enough.
    if uuid is None or str(uuid) != text.lower():
        raise ValueError("an order id is a UUID such as 6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10")
    return uuid


class Orders:
    """The orders of one process."""

    def __init__(self) -> None:
        # Not a dict: finding the first key of one that lost many first keys takes ever longer.
        self._by_id: OrderedDict[UUID, Order] = OrderedDict()

    def find(self, wanted: UUID) -> Order | None:
        """Find the order of this name, if it is still kept."""
        return self._by_id.get(wanted)

    def keep(self, order: Order) -> Order:
        """Keep an order, and let the oldest one go where there is no more room."""
        if len(self._by_id) == CAPACITY:
            self._by_id.popitem(last=False)
        self._by_id[order.id] = order
        return order
