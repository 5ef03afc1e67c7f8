from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from service.orders import CAPACITY, Item, NewOrder, Order, Orders, order_id

ITEM = TypeAdapter(Item)


def new_order(customer: str, *items: tuple[str, Any]) -> NewOrder:
    content = {
        "customer": customer,
        "items": [{"sku": sku, "quantity": quantity} for sku, quantity in items],
    }
    return NewOrder.model_validate(content)


def broken(customer: str, *items: tuple[str, Any]) -> dict[tuple[str | int, ...], str]:
    with pytest.raises(ValidationError) as caught:
        new_order(customer, *items)
    return {details["loc"]: details["msg"] for details in caught.value.errors()}


def test_an_order_knows_its_units() -> None:
    assert new_order("c-1", ("TEA-1", 2), ("MUG-7", 3)).accept().units == 5


def test_every_broken_rule_is_reported_with_its_place() -> None:
    assert broken("a b", ("TEA-1", 0), ("", 1)) == {
        ("customer",): "1 to 64 letters, digits and dashes",
        ("items", 0, "quantity"): "1 to 1000",
        ("items", 1, "sku"): "1 to 32 letters, digits and dashes",
    }


@pytest.mark.parametrize("count", [0, 51])
def test_an_order_has_items_but_not_too_many(count: int) -> None:
    assert broken("c-1", *[("TEA-1", 1)] * count) == {("items",): "1 to 50 items"}


@pytest.mark.parametrize("customer", ["", "ä", "c_1", "c-1\n", "x" * 65])
def test_a_name_has_letters_digits_and_dashes(customer: str) -> None:
    assert list(broken(customer, ("TEA-1", 1))) == [("customer",)]


@pytest.mark.parametrize("quantity", [2, 2.0])
def test_a_quantity_is_a_whole_number_however_it_is_written(quantity: float) -> None:
    item = ITEM.validate_python({"sku": "TEA-1", "quantity": quantity})
    assert (type(item.quantity), item.quantity) == (int, 2)


@pytest.mark.parametrize(
    "quantity", [2.5, -1, 0, 1001, 1e300, float("inf"), float("nan"), None, "2", True]
)
def test_a_quantity_is_nothing_else(quantity: object) -> None:
    assert list(broken("c-1", ("TEA-1", quantity))) == [("items", 0, "quantity")]


def test_fields_that_an_order_does_not_have_are_refused() -> None:
    with pytest.raises(ValidationError, match="price"):
        ITEM.validate_python({"sku": "TEA-1", "quantity": 1, "price": 3})


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10", True),
        ("6F1C1C1E-8A0B-4C57-9D0E-2F4F1F8F3A10", True),
        ("6f1c1c1e8a0b4c579d0e2f4f1f8f3a10", False),
        ("6f1c1c1e8a0b4c579d0e2f4f1f8f3a10----", False),
        ("{6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10}", False),
        ("urn:uuid:6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10", False),
        ("17", False),
        ("", False),
    ],
)
def test_an_id_has_one_form(*, text: str, valid: bool) -> None:
    if valid:
        assert str(order_id(text)) == text.lower()
    else:
        with pytest.raises(ValueError, match="an order id is a UUID such as"):
            order_id(text)


def test_the_oldest_order_goes_when_the_store_is_full() -> None:
    orders = Orders()

    def keep() -> Order:
        return orders.keep(new_order("c-1", ("TEA-1", 1)).accept())

    first, second = keep(), keep()
    for _ in range(2, CAPACITY):
        keep()
    assert orders.find(first.id) == first
    last = keep()
    assert orders.find(first.id) is None
    assert orders.find(second.id) == second
    assert orders.find(last.id) == last
