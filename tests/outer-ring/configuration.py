"""Files that are data: YAML, JSON, TOML, and what OpenSLO says."""

import json
import tomllib
from pathlib import Path

import yaml

from check import Add, Check, Context, Edit, Fault, Render
from schema import findings, load

YAMLLINT = Path(__file__).with_name("yamllint.yaml")
SLO = ("ops/slo/availability.yaml", "ops/slo/latency.yaml")


def yamllint(context: Context, render: Render, files: list[str]) -> str:
    """Style and duplicate keys."""
    return context.run(render.folder, "yamllint", "--strict", "--config-file", YAMLLINT, *files)


def no_duplicates(pairs: list[tuple[str, object]]) -> dict:
    """A JSON object whose keys are all different."""
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"duplicate keys: {twice}")
    return dict(pairs)


def parses(_context: Context, render: Render, files: list[str]) -> str:
    """Every JSON, JSON Lines and TOML file can be read, and has no key twice."""
    found = []
    for file in files:
        text = (render.folder / file).read_text()
        try:
            if file.endswith((".toml", ".lock")):
                tomllib.loads(text)
            else:
                for document in text.splitlines() if file.endswith(".jsonl") else [text]:
                    json.loads(document, object_pairs_hook=no_duplicates)
        except ValueError as error:
            found.append(f"{file}: {error}")
    return "\n".join(found)


def openslo(_context: Context, render: Render, files: list[str]) -> str:
    """OpenSLO documents, and that each refers to policies that exist."""
    found, policies, wanted = [], set(), set()
    for file in files:
        for number, document in enumerate(yaml.safe_load_all((render.folder / file).read_text()), start=1):
            found += findings(load("openslo"), document, f"{file}, document {number}")
            if document.get("kind") == "AlertPolicy":
                policies.add(document["metadata"]["name"])
            wanted |= {entry.get("alertPolicyRef") for entry in document.get("spec", {}).get("alertPolicies", [])}
    return "\n".join(found + [f"alert policy {name} is missing or not used" for name in sorted(policies ^ wanted)])


def dashboards(_context: Context, render: Render, files: list[str]) -> str:
    """What Grafana needs to show a panel: a title, a description, a unit and a query; no panel over another."""
    found = []
    for file in files:
        board = json.loads((render.folder / file).read_text())
        found += [f"{file}: no {key}" for key in ("uid", "title", "panels", "schemaVersion") if not board.get(key)]
        taken: dict[tuple[int, int], str] = {}
        for panel in board["panels"]:
            name, at = panel.get("title", "?"), panel["gridPos"]
            if panel["type"] not in ("row", "text"):
                found += [
                    f"{file}: {name}: no {key}"
                    for key in ("title", "description", "targets", "datasource")
                    if not panel.get(key)
                ]
                if not panel.get("fieldConfig", {}).get("defaults", {}).get("unit"):
                    found.append(f"{file}: {name}: no unit")
            if at["x"] + at["w"] > 24:
                found.append(f"{file}: {name} is wider than the page")
            for cell in ((x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])):
                if taken.setdefault(cell, name) != name:
                    found.append(f"{file}: {name} lies over {taken[cell]}")
                    break
    return "\n".join(found)


CHECKS = (
    Check(
        "YAML: style and duplicate keys",
        "yamllint",
        ("**/*.yml", "**/*.yaml"),
        yamllint,
        (
            Fault(Edit("openapi.yaml", "info:\n", "info: {}\ninfo:\n"), "duplication of key"),
            Fault(Add("deploy/kubernetes/base/service.yaml", "   \n"), "trailing"),
        ),
        pure=True,
    ),
    Check(
        "JSON and TOML: syntax and duplicate keys",
        "python",
        ("**/*.json", "**/*.jsonl", "**/*.toml", "goldpath.lock", "Cargo.lock"),
        parses,
        (
            Fault(Edit("ops/rollout/production.json", '"service"', '"environment"'), "duplicate keys"),
            Fault(Add("config/secrets.toml", "\n[[secret\n"), "config/secrets.toml"),
        ),
        numbers=True,
        pure=True,
    ),
    Check(
        "OpenSLO: schema and references",
        "python",
        SLO,
        openslo,
        (
            Fault(Edit(SLO[0], "lookbackWindow: 1h", "lookbackWindow: 1 hour"), "1 hour"),
            Fault(Edit(SLO[1], "isRolling:", "rolling:"), "rolling"),
            Fault(Edit(SLO[0], "alertPolicyRef: orders", "alertPolicyRef: order"), "missing or not used"),
        ),
        numbers=True,
        pure=True,
    ),
    Check(
        "dashboards: panels",
        "python",
        ("ops/dashboards/*.json",),
        dashboards,
        (
            Fault(Edit("ops/dashboards/slo.json", '"unit"', '"unitt"'), "no unit"),
            Fault(Edit("ops/dashboards/slo.json", '      "description"', '      "describtion"'), "no description"),
        ),
        numbers=True,
        pure=True,
    ),
)
