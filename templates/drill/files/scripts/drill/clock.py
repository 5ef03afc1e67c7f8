"""A clock that runs faster: every duration in rules, routes and queries, divided by one factor.

What holds a duration in a place that is not known here is an error: half a faster clock proves nothing.
"""

import re
from typing import Any

UNITS = {"y": 31_536_000_000, "w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
PART = re.compile(r"([0-9]+)(ms|[ywdhms])")
DURATION = re.compile(r"(?:[0-9]+(?:ms|[ywdhms]))+")

TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)
    |(?P<range>\[[^]]*\])
    |(?P<duration>(?:[0-9]+(?:ms|[ywdhms]))+(?![A-Za-z0-9_:.]))
    |(?P<number>(?:0x[0-9a-fA-F]+|[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)(?![A-Za-z0-9_:.]))
    |(?P<name>[A-Za-z_:][A-Za-z0-9_:]*)
    |(?P<sign>[-+*/%^(){},]|==|!=|=~|!~|>=|<=|=|<|>)""",
    re.VERBOSE,
)
# Functions whose result or argument is in seconds or points of time: their numbers would need scaling too.
IN_SECONDS = {
    *("time", "timestamp", "predict_linear", "deriv", "holt_winters", "double_exponential_smoothing"),
    *("minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month", "year"),
}
RULE_KEYS = {"record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"}
ROUTE_DURATIONS = {"group_wait", "group_interval", "repeat_interval"}
ROUTE_KEYS = {"receiver", "group_by", "routes", "matchers", "match", "match_re", "continue", *ROUTE_DURATIONS}


class ClockError(ValueError):
    """A place where the clock cannot be made faster."""


class Clock:
    """Divides durations by a factor."""

    def __init__(self, factor: int) -> None:
        self.factor = factor

    def seconds(self, seconds: float) -> float:
        """What these seconds of the real world last in the drill."""
        return seconds / self.factor

    def duration(self, text: str) -> str:
        """A duration such as `1h30m`, shortened."""
        scaled, rest = divmod(milliseconds(text), self.factor)
        if rest or (scaled == 0 and milliseconds(text) > 0):
            raise ClockError(f"{text} divided by {self.factor} is not a whole number of milliseconds")
        return f"{scaled // 1000}s" if scaled % 1000 == 0 else f"{scaled}ms"

    def query(self, query: str) -> str:
        """A PromQL expression with every window and offset shortened."""
        parts = []
        at, before = 0, ""
        while at < len(query):
            match = TOKEN.match(query, at)
            if not match:
                raise ClockError(f"{query[at : at + 20]!r} in a query: not a token that is known here")
            kind, token = match.lastgroup, match[0]
            if kind == "range":
                token = self.window(token)
            elif kind == "duration":
                if before not in ("offset", "offset-"):
                    raise ClockError(f"the duration {token} stands neither in brackets nor behind `offset`")
                token = self.duration(token)
            elif kind == "name" and token in IN_SECONDS and query[match.end() :].lstrip().startswith("("):
                raise ClockError(f"{token}() counts in seconds, which a faster clock does not reach")
            parts.append(token)
            if kind != "space":
                before = "offset-" if (before, token) == ("offset", "-") else match[0].lower()
            at = match.end()
        return "".join(parts)

    def window(self, brackets: str) -> str:
        match = re.fullmatch(rf"\[\s*({DURATION.pattern})\s*(?::\s*({DURATION.pattern})?\s*)?\]", brackets)
        if not match:
            raise ClockError(f"the window {brackets} is not made of durations")
        step = f":{self.duration(match[2]) if match[2] else ''}" if ":" in brackets else ""
        return f"[{self.duration(match[1])}{step}]"

    def rules(self, rules: dict[str, Any]) -> dict[str, Any]:
        """A rule file. Names of recordings stay, so that whoever reads them finds them."""
        known(rules, {"groups"}, "the rule file")
        groups = []
        for group in rules["groups"]:
            known(group, {"name", "interval", "rules"}, f"group {group['name']}")
            scaled = {**group, "rules": [self.rule(rule) for rule in group["rules"]]}
            if "interval" in group:
                scaled["interval"] = self.duration(group["interval"])
            groups.append(scaled)
        return {"groups": groups}

    def rule(self, rule: dict[str, Any]) -> dict[str, Any]:
        name = rule.get("alert") or rule.get("record")
        known(rule, RULE_KEYS, f"rule {name}")
        try:
            scaled = {**rule, "expr": self.query(str(rule["expr"]))}
            for key in ("for", "keep_firing_for"):
                if key in rule:
                    scaled[key] = self.duration(rule[key])
        except ClockError as error:
            raise ClockError(f"rule {name}: {error}") from error
        return scaled

    def route(self, route: dict[str, Any]) -> dict[str, Any]:
        """A route of the Alertmanager and those below it: nothing but their waiting times changes."""
        known(route, ROUTE_KEYS, "a route")
        scaled = {key: self.duration(value) if key in ROUTE_DURATIONS else value for key, value in route.items()}
        if "routes" in route:
            scaled["routes"] = [self.route(child) for child in route["routes"]]
        return scaled


def milliseconds(text: str) -> int:
    """How long a duration lasts."""
    if not isinstance(text, str) or not DURATION.fullmatch(text):
        raise ClockError(f"{text!r} is not a duration")
    return sum(int(number) * UNITS[unit] for number, unit in PART.findall(text))


def known(mapping: dict[str, Any], keys: set[str], where: str) -> None:
    if unknown := set(mapping) - keys:
        raise ClockError(f"{where}: it is not known whether {', '.join(sorted(unknown))} holds durations")
