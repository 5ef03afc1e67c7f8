"""What the analyses of a canary decide."""

import json
import re

import yaml

from check import Check, Context, Edit, Fault, Render
from kubernetes import with_canary

ROLLOUT = "deploy/kubernetes/base/rollout.yaml"
ANALYSES = "deploy/kubernetes/base/analysis-*.yaml"
CANARY = 'job="x",pod_template_hash="x"'


def verdicts(context: Context, render: Render, _files: list[str]) -> str:
    """What the analyses find in a canary with few requests, and in instances that have just begun or are gone."""
    metrics = {
        metric["name"]: re.sub(r"\{\{args\.\w+\}\}", "x", metric["provider"]["prometheus"]["query"])
        for file in render.folder.glob(ANALYSES)
        for metric in yaml.safe_load(file.read_text())["spec"]["metrics"]
    }
    container = yaml.safe_load((render.folder / ROLLOUT).read_text())["spec"]["template"]["spec"]["containers"][0]
    starting = container["startupProbe"]["failureThreshold"] // 15
    count = re.search(r"\w+_count", metrics["error-rate"])[0]
    bucket, bound = re.search(r'(\w+_bucket)\{.*(le="[^"]+")', metrics["latency"]).groups()
    up, other = f"up{{{CANARY}}}", f'up{{{CANARY},instance="other"}}'
    failed, served = (f'{count}{{{CANARY},http_response_status_code="{status}"}}' for status in (500, 200))
    fast = f"{bucket}{{{CANARY},{bound}}}"
    routes = [failed.replace("}", f',http_route="{route}"}}') for route in "abc"]
    # A sample each 15 s; what is found from the first to the last of the minutes.
    tests = [
        test("few requests, all failed", metrics["error-rate"], {failed: "0+0.5x80"}, (20, 20), 1),
        test("3 failures at first", metrics["error-rate"], {failed: "_x60 1+1x2 3x17"}, (20, 20), 1),
        test("3 first failures", metrics["error-rate"], dict.fromkeys(routes, "_x60 1x20"), (20, 20), 1),
        test("2 first failures", metrics["error-rate"], dict.fromkeys(routes[:2], "_x60 1x20"), (20, 20), None),
        test("a late fault", metrics["error-rate"], {served: "1000000x80", failed: "0x60 0+0.5x20"}, (20, 20), 1),
        test("few requests, none failed", metrics["error-rate"], {served: "0x70 1+0x10"}, (20, 20), None),
        test("few requests, all slow", metrics["latency"], {served: "0+0.5x80", fast: "0x80"}, (20, 20), 1),
        test("few requests, all fast", metrics["latency"], {served: "0x70 1+0x10", fast: "0x70 1+0x10"}, (20, 20), None),
    ]
    if "up" in metrics:
        tests += [
            test("an instance begins", metrics["up"], {other: "1x80", up: f"_x40 0x{starting - 1} 1x80"}, (5, 20), 1),
            test("an instance is gone", metrics["up"], {other: "1x80", up: "1x40 0x80"}, (12, 20), 0),
        ]
    return context.run(render.folder, "promtool", "test", "rules", "/dev/stdin", stdin=json.dumps({"tests": tests}))


def test(name: str, query: str, series: dict[str, str], minutes: tuple[int, int], value: float | None) -> dict:
    """A unit test of promtool: the query has this value, or none, at each moment."""
    samples = [] if value is None else [{"labels": "{}", "value": value}]
    first, last = minutes
    return {
        "name": name,
        "interval": "15s",
        "input_series": [{"series": each, "values": values} for each, values in series.items()],
        "promql_expr_test": [
            {"expr": query, "eval_time": f"{seconds}s", "exp_samples": samples}
            for seconds in range(first * 60, last * 60 + 1, 15)
        ],
    }


CHECKS = (
    Check(
        "analyses: verdicts",
        "promtool",
        (ANALYSES, ROLLOUT),
        verdicts,
        (
            Fault(
                Edit("deploy/kubernetes/base/analysis-error-rate.yaml", "> 2.9808", "> 298"),
                "exp: {} 1E+00\n        got: nil",
            ),
            Fault(
                Edit("deploy/kubernetes/base/analysis-error-rate.yaml", '=~"5.."}) >= 3', '=~"5.."}) >= 4'),
                "exp: {} 1E+00\n        got: nil",
            ),
            Fault(
                Edit("deploy/kubernetes/base/analysis-error-rate.yaml", '=~"5.."}) >= 3', '=~"5.."}) >= 2'),
                "exp: nil\n        got: {} 1E+00",
            ),
            Fault(
                Edit("deploy/kubernetes/base/analysis-instances.yaml", " offset 75s", ""),
                "exp: {} 1E+00\n        got: {} 0E+00",
            ),
        ),
        where=with_canary,
        numbers=True,
        pure=True,
    ),
)
