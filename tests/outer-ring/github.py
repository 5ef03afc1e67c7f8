"""What is sent to GitHub: the script's own dry run, each body against GitHub's description of its interface."""

import json
import re

from check import Check, Context, Edit, Fault, Render
from schema import findings, load, strict

BODIES = {
    r"POST repos/acme/orders/rulesets": "ruleset",
    r"PUT repos/acme/orders/environments/[a-z]+": "environment",
    r"POST repos/acme/orders/environments/[a-z]+/deployment-branch-policies": "branch-policy",
}
REQUEST = re.compile(r"^would send: (\S+ \S+)\n(\{.*?^\}|\{\})$", re.DOTALL | re.MULTILINE)


def schema_of(body: str) -> dict:
    """The strict schema of one request body, with the components that it names."""
    api = strict(load("github-rest"))
    for component in api["components"]["schemas"].values():
        component.pop("discriminator", None)
    return api["bodies"][body] | {"components": api["components"]}


def requests(context: Context, render: Render, _files: list[str]) -> str:
    """Every request of the dry run."""
    code, said = context.ask(render.folder, "bash", "scripts/apply-repository-rules.sh")
    sent = REQUEST.findall(said)
    if code or len(sent) != said.count("would send:"):
        return f"exit {code}, {len(sent)} requests understood of:\n{said}"
    found, kinds = [], set()
    for request, text in sent:
        kind = next((kind for pattern, kind in BODIES.items() if re.fullmatch(pattern, request)), None)
        if not kind:
            found.append(f"no schema for {request}")
            continue
        kinds.add(kind)
        found += findings(schema_of(kind), json.loads(text), request)
    return "\n".join(found + [f"no {kind} was sent" for kind in sorted(set(BODIES.values()) - kinds)])


CHECKS = (
    Check(
        "repository rules: requests to GitHub",
        "jq",
        ("ops/github/**/*.json", "scripts/apply-repository-rules.sh"),
        requests,
        (
            Fault(
                Edit("ops/github/ruleset.json", "required_approving_review_count", "required_approving_reviews"),
                "required_approving",
            ),
            Fault(Edit("ops/github/ruleset.json", '"enforcement": "active"', '"enforcement": "on"'), "enforcement"),
            Fault(
                Edit(
                    "ops/github/environments/production.json",
                    '"prevent_self_review": true',
                    '"prevent_self_reviews": true',
                ),
                "prevent_self_reviews",
            ),
        ),
        pure=True,
    ),
)
