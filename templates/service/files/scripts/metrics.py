#!/usr/bin/env python3
"""Holds the metrics of a running service against ops/metrics.toml.

Usage: scripts/metrics.py URL    (or `make metrics-check`, which starts the service)
"""

import re
import sys
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

CONTRACT = "ops/metrics.toml"
SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? \S+")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')


def samples(text):
    """The samples of a scrape: [(name, {label: value})]."""
    found = (SAMPLE.match(line) for line in text.splitlines() if not line.startswith("#"))
    return [(match[1], dict(LABEL.findall(match[2] or ""))) for match in found if match]


def types(text):
    """The types that a scrape declares: {name: type}."""
    return dict(re.findall(r"^# TYPE (\S+) (\S+)", text, re.MULTILINE))


def problems(contract, text):
    """What the scrape lacks or has differently."""
    scraped, declared = samples(text), types(text)
    found = []
    for metric in contract:
        name, kind = metric["name"], metric["type"]
        histogram = kind == "histogram"
        own = [labels for sample, labels in scraped if sample == (f"{name}_bucket" if histogram else name)]
        if not own and name.startswith("process_") and sys.platform != "linux":
            print(f"NOT CHECKED: {name}, which takes /proc", file=sys.stderr)
            continue
        if not own:
            found.append(f"{name} is listed in {CONTRACT}, and the service does not export it")
            continue
        if declared.get(name) != kind:
            found.append(f"{name} is a {kind} in {CONTRACT}, and the service says it is a {declared.get(name, 'metric without a type')}")
        for labels in own:
            if set(labels) - {"le"} != set(metric["labels"]):
                found.append(f"{name} has the labels {', '.join(sorted(set(labels) - {'le'})) or 'none'}; {CONTRACT} says {', '.join(metric['labels']) or 'none'}")
                break
        if histogram and (bounds := {float(labels["le"]) for labels in own} - {float("inf")}) != set(metric["buckets"]):
            found.append(f"{name} has the buckets {sorted(bounds)}; {CONTRACT} says {metric['buckets']}")
    return found


def ask(url):
    """One request to each route, so that every series exists, then a scrape."""
    for path in ("/v1/orders/00000000-0000-4000-8000-000000000000", "/no-such-path"):
        try:
            urllib.request.urlopen(f"{url}{path}", timeout=5).close()
        except urllib.error.HTTPError as answer:
            answer.close()
    with urllib.request.urlopen(f"{url}/metrics", timeout=5) as answer:
        return answer.read().decode()


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: scripts/metrics.py URL")
    contract = tomllib.loads((Path(__file__).parents[1] / CONTRACT).read_text())["metric"]
    found = problems(contract, ask(sys.argv[1].rstrip("/")))
    if found:
        sys.exit("\n".join(found))
    print(f"{len(contract)} metrics are exported as {CONTRACT} says")


if __name__ == "__main__":
    main()
