#!/usr/bin/env python3
"""Judges whether one commit is slower than another.

Slower means both: the median of the 95th percentiles is higher by more than the allowed
percentage, and the rounds differ by more than chance (one-sided Mann-Whitney U test, five rounds
against five, p < 0.05). Either alone would fail on a noisy machine.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

ROUNDS = 5
# The largest U with p < 0.05 when five rounds are compared with five, one-sided.
CRITICAL_U = 4


def mann_whitney_u(base: list[float], head: list[float]) -> float:
    """Counts the pairs in which head is the faster one; a tie counts half."""
    return sum(1.0 if h < b else 0.5 if h == b else 0.0 for b in base for h in head)


def is_slower(base: list[float], head: list[float], percent: float) -> bool:
    """Says whether head is slower than base by more than the percentage, and not by chance."""
    if len(base) != ROUNDS or len(head) != ROUNDS:
        raise ValueError(
            f"the test needs {ROUNDS} rounds of each, not {len(base)} and {len(head)}"
        )
    limit = statistics.median(base) * (1 + percent / 100)
    return statistics.median(head) > limit and mann_whitney_u(base, head) <= CRITICAL_U


def p95(path: Path) -> float:
    """Reads the 95th percentile that perf/load.js wrote."""
    return float(json.loads(path.read_text(encoding="utf-8"))["latency_ms"]["p95"])


def main() -> int:
    """Reads the rounds, prints the verdict, and returns the exit code."""
    parser = argparse.ArgumentParser(
        description="Judges whether head is slower than base."
    )
    parser.add_argument(
        "--percent", type=float, required=True, help="how much slower is allowed"
    )
    parser.add_argument(
        "--base", type=Path, nargs="+", required=True, help="a summary a round"
    )
    parser.add_argument(
        "--head", type=Path, nargs="+", required=True, help="a summary a round"
    )
    arguments = parser.parse_args()

    base = [p95(path) for path in arguments.base]
    head = [p95(path) for path in arguments.head]
    try:
        slower = is_slower(base, head, arguments.percent)
    except ValueError as error:
        print(f"perf_gate: {error}", file=sys.stderr)
        return 2
    before, after = statistics.median(base), statistics.median(head)
    print(
        f"median p95: base {before:.2f} ms, head {after:.2f} ms ({(after / before - 1) * 100:+.1f} %,"
        f" allowed {arguments.percent:+g} %); U = {mann_whitney_u(base, head):g}"
        f" (by chance above {CRITICAL_U})"
    )
    print("head is slower" if slower else "head is not slower")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
