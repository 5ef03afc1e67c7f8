"""The SQL sample, run on rows whose answer is known."""

import re

import duckdb

from check import Check, Context, Edit, Fault, Render

SQL = "ops/sql/throughput_quality_hourly.sql"
BOUND = re.compile(r"slow_percent counts requests over the latency bound of the objective, ([\d.]+) ms")


def hourly(_context: Context, render: Render, _files: list[str]) -> str:
    """Two hours of requests, and rows of another service, environment and month that must not count."""
    text = (render.folder / SQL).read_text()
    bound = float(BOUND.search(text).group(1))
    table = re.search(r"CREATE TABLE request_log \(.*?\);", text).group()
    database = duckdb.connect()
    database.execute(table)
    rows = "INSERT INTO request_log SELECT ?, ?, date_trunc('hour', now()::timestamp) - INTERVAL 1 HOUR * ? + INTERVAL 1 SECOND * i, ?, ? FROM range(?) t(i)"
    for service, environment, hours, status, duration, count in (
        ("orders", "production", 2, 200, bound / 2, 90),
        ("orders", "production", 2, 500, bound / 2, 5),
        ("orders", "production", 2, 503, bound * 2, 5),
        ("orders", "production", 3, 200, bound, 36),
        ("orders", "staging", 2, 500, bound * 2, 50),
        ("parcels", "production", 2, 500, bound * 2, 50),
        ("orders", "production", 24 * 40, 500, bound * 2, 50),
    ):
        database.execute(rows, [service, environment, hours, status, duration, count])
    got = [tuple(float(value) for value in row[1:]) for row in database.execute(text).fetchall()]
    # requests, a second, failed, failure %, p95, slow %
    quiet = (36.0, 0.01, 0.0, 0.0, bound, 0.0)
    # The 95th of 100 sorted durations and a twentieth of the way to the next, which is slow.
    busy = (100.0, 0.03, 10.0, 10.0, bound / 2 + 0.05 * bound * 1.5, 5.0)
    return "" if near(got, [quiet, busy]) else f"expected {[quiet, busy]}, got {got}"


def near(got: list, expected: list) -> bool:
    """Equal, but for the last digits."""
    return len(got) == len(expected) and all(
        len(a) == len(b) and all(abs(x - y) < 1e-6 for x, y in zip(a, b, strict=True))
        for a, b in zip(got, expected, strict=True)
    )


def with_delivery_metrics(render: Render) -> bool:
    """Quick Start has none."""
    return render.preset != "quick-start"


CHECKS = (
    Check(
        "SQL: throughput and quality by the hour",
        "duckdb",
        (SQL,),
        hourly,
        (
            Fault(Edit(SQL, "status >= 500", "status > 500"), "expected"),
            Fault(Edit(SQL, "environment = 'production'", "environment <> ''"), "expected"),
            Fault(Edit(SQL, "duration_ms > ", "duration_ms >= "), "expected"),
        ),
        where=with_delivery_metrics,
        numbers=True,
        pure=True,
    ),
)
