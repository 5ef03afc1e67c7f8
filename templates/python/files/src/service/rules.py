"""Rules that say in one sentence what a value must be.

Whoever sends a wrong value, in a request or in the environment, reads that sentence.
"""

from collections.abc import Callable
from typing import Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError


def broken(rule: str) -> PydanticCustomError:
    """Make the error whose message is the rule and nothing else."""
    return PydanticCustomError("rule", "{rule}", {"rule": rule})


def require(rule: str, holds: Callable[[Any], bool]) -> BeforeValidator:
    """Let a value through if the rule holds for it, as it came, before it is converted."""

    def check(value: Any) -> Any:
        if not holds(value):
            raise broken(rule)
        return value

    return BeforeValidator(check)
