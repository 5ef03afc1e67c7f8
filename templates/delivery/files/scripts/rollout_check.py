#!/usr/bin/env python3
"""The manifests under deploy/ do what ops/rollout/ENVIRONMENT.json says.

Exit code 1 names every difference. Both carry the settings `rollout.*` of goldpath.toml,
so the way out is to make all three say the same.
"""

import json
import re
import sys
from pathlib import Path

ALERTS = {"latency", "error_rate", "saturation"}


def policy_errors(policy):
    """What is wrong with a policy by itself."""
    if set(policy) != {"service", "environment", "rollout", "alerts"} or set(policy["rollout"]) != {"strategy", "step"}:
        return ["has other keys than service, environment, rollout {strategy, step} and alerts"]
    errors = []
    step = policy["rollout"]["step"]
    if policy["rollout"]["strategy"] not in ("canary", "rolling"):
        errors.append(f"knows no strategy {policy['rollout']['strategy']!r}")
    if not isinstance(step, int) or not 1 <= step <= 50 or 100 % step:
        errors.append(f"step {step} is not a whole number of 1 to 50 that divides 100")
    if not policy["alerts"] or set(policy["alerts"]) - ALERTS:
        errors.append(f"alerts must be some of {', '.join(sorted(ALERTS))}")
    return errors


def manifest_errors(policy, base):
    """Where the Kubernetes manifests do something else."""
    rollout = base / "rollout.yaml"
    if policy["rollout"]["strategy"] == "rolling":
        return [f"says rolling, and {rollout} is a canary"] if rollout.exists() else []
    if not rollout.exists():
        return [f"says canary, and {rollout} does not exist"]
    text = rollout.read_text(encoding="utf-8")
    weights = [int(weight) for weight in re.findall(r"setWeight: (\d+)", text)]
    step = policy["rollout"]["step"]
    steady = [step * (index + 1) for index in range(len(weights))]
    errors = []
    if not weights or weights[-1] != 100 or weights[:-1] != steady[:-1]:
        errors.append(f"says steps of {step}, and {rollout} has the weights {weights}")
    used = set(re.findall(r"templateName: \S+?-(latency|error-rate|saturation)$", text, re.MULTILINE))
    wanted = {alert.replace("_", "-") for alert in policy["alerts"]}
    if used != wanted:
        errors.append(f"says alerts {sorted(wanted)}, and {rollout} analyses {sorted(used)}")
    replicas = int(re.search(r"^  replicas: (\d+)", text, re.MULTILINE)[1])
    if replicas * step < 100:
        errors.append(f"says steps of {step} %, and {replicas} instances can't be split that finely")
    return errors


def check(root):
    errors = []
    for file in sorted((root / "ops/rollout").glob("*.json")):
        policy = json.loads(file.read_text(encoding="utf-8"))
        found = policy_errors(policy)
        if not found and policy["environment"] != file.stem:
            found = [f"is about {policy['environment']}"]
        if not found and (root / "deploy/kubernetes").is_dir():
            found = manifest_errors(policy, root / "deploy/kubernetes/base")
        if not found and (root / "deploy/compose").is_dir() and policy["rollout"]["strategy"] != "rolling":
            found = ["says canary; one host can only roll"]
        errors += [f"{file.relative_to(root)}: {error}" for error in found]
    return errors


if __name__ == "__main__":
    problems = check(Path(__file__).resolve().parent.parent)
    print("\n".join(problems) or "the manifests follow ops/rollout", file=sys.stderr if problems else sys.stdout)
    sys.exit(1 if problems else 0)
