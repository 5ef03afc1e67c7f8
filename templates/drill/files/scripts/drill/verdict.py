"""What Argo Rollouts would decide: its conditions over the result of a query, and the phase that follows.

After argo-rollouts, `utils/evaluate` and `analysis`: a condition that cannot be evaluated is an error, a true
failureCondition fails, a true successCondition succeeds, and neither is inconclusive.
"""

import math
import re
from collections.abc import Callable
from typing import Any

TOKEN = re.compile(r"\s*(&&|\|\||==|!=|<=|>=|<|>|!|[()\[\]]|[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?|[A-Za-z]+)")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}


class ConditionError(ValueError):
    """A condition that Argo would not evaluate either, or that is not known here."""


def holds(condition: str, result: list[float]) -> bool:
    """Whether a condition is true of the values that a query returned."""
    value = _Condition(condition, result).whole()
    if not isinstance(value, bool):
        raise ConditionError(f"{condition!r} is {value!r}, neither true nor false")
    return value


def phase(metric: dict[str, Any], result: list[float]) -> str:
    """Successful, Failed or Inconclusive."""
    success, failure = metric.get("successCondition"), metric.get("failureCondition")
    if failure and holds(failure, result):
        return "Failed"
    if not success:
        return "Successful"
    if holds(success, result):
        return "Successful"
    return "Inconclusive" if failure else "Failed"


def fill(query: str, arguments: dict[str, str]) -> str:
    """Put the arguments of an analysis into its query."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in arguments:
            raise ConditionError(f"the argument {match[1]} is not given")
        return arguments[match[1]]

    return re.sub(r"\{\{ *args\.([A-Za-z0-9-]+) *\}\}", value, query)


class _Condition:
    """A recursive descent over `||`, `&&`, comparisons, `!`; both sides of `||` and `&&` only where needed."""

    def __init__(self, text: str, result: list[float]) -> None:
        self.text, self.result = text, result
        self.tokens: list[str] = []
        at = 0
        while at < len(text.rstrip()):
            match = TOKEN.match(text, at)
            if not match:
                raise ConditionError(f"{text!r}: {text[at:]!r} is not known here")
            self.tokens.append(match[1])
            at = match.end()

    def whole(self) -> Any:
        value = self.either(True)
        if self.tokens:
            raise ConditionError(f"{self.text!r}: {self.tokens[0]!r} is left over")
        return value

    def take(self, *tokens: str) -> str | None:
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in tokens else None

    def need(self, token: str) -> None:
        if not self.take(token):
            raise ConditionError(f"{self.text!r}: {token!r} is missing")

    def either(self, wanted: bool) -> Any:
        value = self.both(wanted)
        while self.take("||"):
            other = self.both(wanted and not value)
            value = value or other
        return value

    def both(self, wanted: bool) -> Any:
        value = self.compared(wanted)
        while self.take("&&"):
            other = self.compared(wanted and bool(value))
            value = value and other
        return value

    def compared(self, wanted: bool) -> Any:
        value = self.unary(wanted)
        while sign := self.take(*COMPARE):
            other = self.unary(wanted)
            value = COMPARE[sign](value, other) if wanted else False
        return value

    def unary(self, wanted: bool) -> Any:
        if self.take("!"):
            return not self.unary(wanted)
        return self.primary(wanted)

    def primary(self, wanted: bool) -> Any:
        if self.take("("):
            value = self.either(wanted)
            self.need(")")
            return value
        if not self.tokens:
            raise ConditionError(f"{self.text!r} ends too early")
        token = self.tokens.pop(0)
        if token in ("true", "false"):
            return token == "true"
        if token == "result":
            return self.element(wanted)
        if token in ("len", "isNaN"):
            return self.called(token, wanted)
        if re.match(r"[0-9.]", token):
            return float(token)
        raise ConditionError(f"{self.text!r}: {token!r} is not known here")

    def called(self, name: str, wanted: bool) -> Any:
        self.need("(")
        if name == "len":
            self.need("result")
            value: Any = len(self.result)
        else:
            self.need("result")
            value = math.isnan(self.element(wanted))
        self.need(")")
        return value

    def element(self, wanted: bool) -> float:
        self.need("[")
        index = self.tokens.pop(0) if self.tokens else ""
        self.need("]")
        if not index.isdigit():
            raise ConditionError(f"{self.text!r}: result[{index}] is not known here")
        if not wanted:
            return 0.0
        if int(index) >= len(self.result):
            raise ConditionError(f"{self.text!r}: result[{index}] of {len(self.result)} values")
        return self.result[int(index)]
