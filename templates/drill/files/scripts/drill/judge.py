"""How a drill says what held, and how it fails."""

import time
from typing import Any

from world import World

# What a machine may be late by: a scrape, an evaluation or a message that had to wait for a processor.
LATE = 1.5


class Failed(Exception):
    """Something is not as it should be."""


def say(text: str) -> None:
    print(f"  ok  {text}", flush=True)


def differences(world: World, labels: dict[str, str], expected: dict[str, Any]) -> str:
    wanted = {"alertname": expected["alert"], "service": world.plan["service"], "team": world.plan["team"]}
    wanted |= {key: expected[key] for key in ("slo", "tier", "severity", "priority")}
    return ", ".join(
        f"{key} is {labels.get(key)}, not {value}" for key, value in wanted.items() if labels.get(key) != value
    )


def described(labels: dict[str, Any]) -> str:
    return f"{labels.get('alertname')} ({labels.get('slo')}, {labels.get('tier')}, {labels.get('severity')})"


def sleep_until(world: World, moment: float) -> None:
    while (left := moment - time.monotonic()) > 0:
        world.bench.alive()
        time.sleep(min(left, 0.5))
