"""The SQL sample and the figures of reviews and dashboards, on data whose answer is known."""

import json
import re
import runpy
import tomllib

import duckdb

from check import Check, Context, Edit, Fault, Render

SQL = "ops/sql/throughput_quality_hourly.sql"
REVIEW = "scripts/weekly_review.py"
KPIS = "ops/kpis.toml"
DELIVERY = "ops/dashboards/delivery.json"
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


def time_with_a_page(context: Context, render: Render, _files: list[str]) -> str:
    """Two hours in which two tiers page are two hours, in the weekly review as in the list of KPIs."""
    review = runpy.run_path(str(render.folder / REVIEW))["QUERIES"]["Hours with a page firing"]
    kpis = tomllib.loads((render.folder / KPIS).read_text())["kpi"]
    pages = {
        f'ALERTS{{service="orders",severity="page",alertstate="firing",tier="{tier}"}}': "1x119 stale"
        for tier in ("page-quick", "page-slow")
    }
    wanted = [{"labels": "{}", "value": 2}]
    queries = [review, next(kpi["query"] for kpi in kpis if kpi["name"] == "time_with_a_page")]
    return asked(context, render, pages, [(query, wanted) for query in queries])


def errors_by_version(context: Context, render: Render, _files: list[str]) -> str:
    """A version without an error has a share of 0, not none."""
    panels = json.loads((render.folder / DELIVERY).read_text())["panels"]
    query = next(panel["targets"][0]["expr"] for panel in panels if panel["title"] == "Errors by version")
    metric = re.search(r"\w+_count", query)[0]
    series = {f'{metric}{{job="orders",instance="{of}",http_response_status_code="200"}}': "0+1x200" for of in "ab"}
    series[f'{metric}{{job="orders",instance="b",http_response_status_code="503"}}'] = "0+1x200"
    series |= {f'build_info{{job="orders",instance="{of}",version="{of}"}}': "1x200" for of in "ab"}
    wanted = [{"labels": f'{{version="{of}"}}', "value": value} for of, value in (("a", 0), ("b", 0.5))]
    query = query.replace("$job", "orders").replace("$__rate_interval", "5m")
    return asked(context, render, series, [(query, wanted)])


def asked(context: Context, render: Render, series: dict[str, str], expected: list) -> str:
    """Asks promtool for each query after 200 minutes."""
    test = {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {"expr": query, "eval_time": "200m", "exp_samples": samples} for query, samples in expected
        ],
    }
    return context.run(render.folder, "promtool", "test", "rules", "/dev/stdin", stdin=json.dumps({"tests": [test]}))


def with_delivery_board(render: Render) -> bool:
    """Enterprise alone has the third dashboard."""
    return render.preset == "enterprise"


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
    Check(
        "figures: time with a page",
        "promtool",
        (REVIEW, KPIS),
        time_with_a_page,
        (
            Fault(Edit(REVIEW, "(max({PAGES}))", "(count({PAGES}))"), "4E+00"),
            Fault(Edit(KPIS, "(max(ALERTS", "(count(ALERTS"), "4E+00"),
        ),
        where=with_delivery_metrics,
        pure=True,
    ),
    Check(
        "figures: errors by version",
        "promtool",
        (DELIVERY,),
        errors_by_version,
        (Fault(Edit(DELIVERY, " or 0 * sum by", " or 1 * sum by"), "1E+00"),),
        where=with_delivery_board,
        pure=True,
    ),
)
