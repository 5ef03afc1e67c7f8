"""Rules, their unit tests, and where alerts go."""

import json
import re
import tomllib
from pathlib import Path

import yaml

from check import Check, Context, Edit, Fault, Render

RULES = "ops/slo/rules.yml"
ALERTMANAGER = "ops/alertmanager.yml"
RECEIVERS = {"page": "pager", "ticket": "tickets"}


def rules_of(tool: str):
    """Rules without duplicates and without anything that the linter has to say."""

    def ask(context: Context, render: Render, _files: list[str]) -> str:
        return context.run(render.folder, tool, "check", "rules", "--lint=all", "--lint-fatal", RULES)

    return ask


def unit_tests(context: Context, render: Render, files: list[str]) -> str:
    """The generated unit tests of the rules."""
    tests = [file for file in files if file.endswith(".test.yml")]
    return context.run(render.folder, "promtool", "test", "rules", *tests) if tests else "no unit tests"


def configuration(context: Context, render: Render, files: list[str]) -> str:
    """The configuration of Prometheus, with the rules that it names."""
    return context.run(render.folder, "promtool3", "check", "config", "ops/prometheus.yml")


def alertmanager(context: Context, render: Render, files: list[str]) -> str:
    """The configuration of Alertmanager."""
    return context.run(render.folder, "amtool", "check-config", *files)


def routes(context: Context, render: Render, _files: list[str]) -> str:
    """Every alert of the rules, with its own labels, arrives where its severity belongs."""
    groups = yaml.safe_load((render.folder / RULES).read_text())["groups"]
    alerts = [rule for group in groups for rule in group["rules"] if "alert" in rule]
    found = [] if alerts else ["no alerts"]
    for alert in alerts:
        labels = {"alertname": alert["alert"]} | alert["labels"]
        words = [f"{name}={value}" for name, value in labels.items()]
        verify = f"--verify.receivers={RECEIVERS[labels['severity']]}"
        said = context.run(
            render.folder, "amtool", "config", "routes", "test", f"--config.file={ALERTMANAGER}", verify, *words
        )
        if said:
            found.append(f"{alert['alert']} {labels.get('tier', '')}: {said}")
    return "\n".join(found)


def queries(context: Context, render: Render, files: list[str]) -> str:
    """Every PromQL query outside the rules, made a rule of a temporary file, so that Prometheus itself parses it."""
    found = [(file, query) for file in files for query in queries_of(render.folder / file)]
    if not found:
        return "no queries"
    rules = [{"record": f"query:{number}:x", "expr": query} for number, (_, query) in enumerate(found)]
    text = json.dumps({"groups": [{"name": "queries", "rules": rules}]})
    said = context.run(render.folder, "promtool3", "check", "rules", "--lint=none", "/dev/stdin", stdin=text)
    for number, (file, query) in enumerate(found):
        said = re.sub(rf"query:{number}:x\b", f"{file}: {query}", said)
    return said


def queries_of(file: Path) -> list[str]:
    """The queries of a dashboard, a runbook, the list of KPIs or an analysis, with their variables filled in."""
    text = file.read_text()
    if file.suffix == ".json":
        panels = json.loads(text).get("panels", [])
        found = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    elif file.suffix == ".md":
        blocks = re.findall(r"^( *)```promql\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
        found = [line.strip() for _, block in blocks for line in block.splitlines() if line.strip()]
    elif file.suffix == ".toml":
        found = [kpi["query"] for kpi in tomllib.loads(text)["kpi"] if kpi["source"] == "prometheus"]
    else:
        objects = [found for found in yaml.safe_load_all(text) if found]
        metrics = [
            metric for found in objects if found["kind"] == "AnalysisTemplate" for metric in found["spec"]["metrics"]
        ]
        found = [metric["provider"]["prometheus"]["query"] for metric in metrics]
    filled = [re.sub(r"\$(__rate_interval|__interval|__range)|\$\{__\w+\}", "5m", query) for query in found]
    return [re.sub(r"\{\{args\.\w+\}\}", "x", query) for query in filled]


CHECKS = (
    Check(
        "rules: lint",
        "promtool",
        (RULES,),
        rules_of("promtool"),
        (
            Fault(Edit(RULES, "[5m]", "[5x]"), "parse error"),
            Fault(Edit(RULES, "ratio_rate30m\n", "ratio_rate5m\n"), "duplicate"),
        ),
        numbers=True,
        pure=True,
    ),
    Check(
        "rules: lint, Prometheus 3",
        "promtool3",
        (RULES,),
        rules_of("promtool3"),
        (Fault(Edit(RULES, "[5m]", "[5x]"), "parse error"),),
        numbers=True,
        pure=True,
    ),
    Check(
        "rules: unit tests",
        "promtool",
        ("ops/slo/*.yml",),
        unit_tests,
        (
            Fault(Edit(RULES, "> (14.4 * 0.001)", "> (144 * 0.001)"), "AvailabilityBudgetBurn"),
            Fault(Edit(RULES, "> (6 * 0.001)", "> (60 * 0.001)"), "AvailabilityBudgetBurn"),
            Fault(Edit(RULES, "[1h])) >= 3\n", "[1h])) >= 0\n"), "AvailabilityBudgetBurn"),
            Fault(Edit(RULES, "max_over_time(ALERTS{", "max_over_time(NONE{"), "AvailabilityBudgetBurn"),
            Fault(Edit(RULES, '"5.."', '"500"'), "AvailabilityBudgetBurn"),
            Fault(Edit(RULES, " or vector(0)", ""), "NoTraffic"),
        ),
        numbers=True,
        pure=True,
    ),
    Check(
        "prometheus: configuration",
        "promtool3",
        ("ops/prometheus.yml", RULES),
        configuration,
        (Fault(Edit("ops/prometheus.yml", "scrape_interval: 15s", "scrape_interval: 15"), "15"),),
        pure=True,
    ),
    Check(
        "queries of dashboards, runbooks, KPIs and analyses",
        "promtool3",
        ("ops/dashboards/*.json", "docs/runbooks/*.md", "ops/kpis.toml", "deploy/kubernetes/base/analysis-*.yaml"),
        queries,
        (
            Fault(Edit("ops/dashboards/service-red.json", "sum(", "sun("), "service-red.json"),
            Fault(Edit("docs/runbooks/LatencyBudgetBurn.md", "topk(5, ", "topk(5 "), "LatencyBudgetBurn.md"),
            Fault(
                Edit("deploy/kubernetes/base/analysis-latency.yaml", "sum(rate(", "sum(rate(("), "analysis-latency.yaml"
            ),
        ),
        numbers=True,
        pure=True,
    ),
    Check(
        "alertmanager: configuration",
        "amtool",
        (ALERTMANAGER,),
        alertmanager,
        (Fault(Edit(ALERTMANAGER, "receiver: pager", "receiver: pagr"), "pagr"),),
        pure=True,
    ),
    Check(
        "alertmanager: every alert reaches its receiver",
        "amtool",
        (ALERTMANAGER, RULES),
        routes,
        (
            Fault(
                Edit(
                    ALERTMANAGER,
                    "- matchers: ['severity=\"page\"', 'priority=\"P1\"']\n      receiver: pager",
                    "- matchers: ['severity=\"page\"', 'priority=\"P1\"']\n      receiver: tickets",
                ),
                "did not match",
            ),
        ),
        numbers=True,
        pure=True,
    ),
)
