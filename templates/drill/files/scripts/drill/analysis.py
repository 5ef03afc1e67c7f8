"""The analysis of a canary, run against the Prometheus of a drill as Argo Rollouts runs it."""

from pathlib import Path
from typing import Any

from bench import Prometheus
from clock import Clock, ClockError, known, milliseconds
from plain_yaml import parse
from verdict import fill, phase

METRIC_KEYS = {
    *("name", "initialDelay", "interval", "count", "failureLimit", "inconclusiveLimit"),
    *("successCondition", "failureCondition", "provider"),
}


class Analysis:
    """The analysis templates that the Rollout names, with the arguments that it gives them."""

    def __init__(self, folder: Path, clock: Clock, hashes: dict[str, str]) -> None:
        analysis = parse((folder / "rollout.yaml").read_text(encoding="utf-8"))["spec"]["strategy"]["canary"][
            "analysis"
        ]
        arguments = {argument["name"]: _value(argument, hashes) for argument in analysis["args"]}
        templates = {}
        for file in sorted(folder.glob("*.yaml")):
            manifest = parse(file.read_text(encoding="utf-8"))
            if manifest.get("kind") == "AnalysisTemplate":
                templates[manifest["metadata"]["name"]] = manifest["spec"]
        self.metrics: dict[str, dict[str, Any]] = {}
        self.interval = 3600.0
        for name in (template["templateName"] for template in analysis["templates"]):
            if name not in templates:
                raise ClockError(f"{folder}/rollout.yaml names the template {name}, and no file holds it")
            for metric in templates[name]["metrics"]:
                known(metric, METRIC_KEYS, f"the metric {metric['name']} of {name}")
                if metric.get("failureLimit", 0) != 0:
                    raise ClockError(
                        f"{name}: the drill knows of no failureLimit but 0, where the first failure ends it"
                    )
                query = fill(metric["provider"]["prometheus"]["query"], arguments)
                self.metrics[metric["name"]] = {**metric, "query": clock.query(query)}
                self.interval = min(self.interval, milliseconds(clock.duration(metric["interval"])) / 1000)

    def measure(self, prometheus: Prometheus) -> dict[str, tuple[str, list[float]]]:
        """One measurement of every metric: its phase, and the values behind it."""
        found = {}
        for name, metric in self.metrics.items():
            values = prometheus.values(metric["query"])
            found[name] = (phase(metric, values), values)
        return found


def _value(argument: dict[str, Any], hashes: dict[str, str]) -> str:
    if "value" in argument:
        return str(argument["value"])
    return hashes[argument["valueFrom"]["podTemplateHashValue"]]
