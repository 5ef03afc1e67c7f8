"""What is sent to GitHub: the script's own dry run, each body against GitHub's description of its interface."""

import json
import re
import stat
import tempfile
from pathlib import Path

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
    code, said = context.ask(render.folder, "bash", "scripts/repository-rules.sh", "apply")
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


# GitHub, as far as the script asks it: what it has is in answers.json beside it, and what it is sent goes to sent.json.
GH = r"""#!/usr/bin/env python3
import json, pathlib, subprocess, sys
here = pathlib.Path(__file__).parent
words = sys.argv[1:]
path = next(word for word in words if word.startswith(("repos/", "orgs/")))
if "--method" in words:
    with (here / "sent.json").open("a") as sent:
        sent.write(json.dumps([words[words.index("--method") + 1], path, json.load(sys.stdin)]) + "\n")
    sys.exit()
answers = json.loads((here / "answers.json").read_text())
if path not in answers:
    sys.exit("gh: Not Found (HTTP 404)")
text = json.dumps(answers[path])
sys.exit(subprocess.run(["jq", "--raw-output", words[words.index("--jq") + 1]], input=text, text=True).returncode)
"""


def github_of(context: Context, render: Render) -> dict[str, object]:
    """What GitHub answers where it has the rules of the first commit, in its own words and with what it adds."""
    _, root = context.ask(render.folder, "git", "rev-list", "--max-parents=0", "HEAD")
    _, listed = context.ask(render.folder, "git", "ls-tree", "-r", "--name-only", root.strip(), "ops/github")
    here = "repos/acme/orders"
    rulesets, environments = [], []
    answers: dict[str, object] = {f"{here}/rulesets?includes_parents=false": rulesets, "orgs/acme/teams/orders-team": {"id": 3}}
    for number, path in enumerate(listed.split()):
        _, text = context.ask(render.folder, "git", "show", f"{root.strip()}:{path}")
        file = json.loads(text)
        if "environments/" not in path:
            added = {"id": number, "node_id": "R_1", "source": "acme/orders", "current_user_can_bypass": "never"}
            rules = [{"type": rule["type"], "parameters": rule.get("parameters", {}) | {"new": 0}} for rule in file["rules"]]
            rulesets.append({"id": number, "name": file["name"]})
            answers[f"{here}/rulesets/{number}"] = added | file | {"rules": rules[::-1]}
            continue
        name = file["environment"]
        environments.append({"name": name})
        rules = [{"id": 1, "type": "branch_policy"}]
        if file["reviewer_teams"]:
            teams = [{"type": "Team", "reviewer": {"id": 3, "slug": team}} for team in file["reviewer_teams"]]
            alone = file["body"]["prevent_self_review"]
            rules.append({"id": 2, "type": "required_reviewers", "prevent_self_review": alone, "reviewers": teams})
        policy = file["body"]["deployment_branch_policy"]
        answers[f"{here}/environments/{name}"] = {"name": name, "protection_rules": rules, "deployment_branch_policy": policy}
        branches = [{"id": 1, "name": branch, "type": "branch"} for branch in file["branches"]]
        answers[f"{here}/environments/{name}/deployment-branch-policies"] = {"branch_policies": branches}
    return answers | {f"{here}/environments": {"environments": environments}}


def differences(context: Context, render: Render, _files: list[str]) -> str:
    """The script's `check` against a GitHub that has the first commit's rules, and then against other ones."""
    answers = github_of(context, render)
    here, hidden = "repos/acme/orders", ("bypass_actors",)
    (ruleset,) = [path for path, said in answers.items() if "/rulesets/" in path and said["name"] == "main"]
    without_bypass = {key: value for key, value in answers[ruleset].items() if key not in hidden}
    actor = {"actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "always"}
    loose = answers[ruleset] | {"bypass_actors": [*answers[ruleset]["bypass_actors"], actor]}
    off = answers[ruleset] | {"enforcement": "disabled"}
    fewer = answers[ruleset] | {"rules": answers[ruleset]["rules"][1:]}
    by_anybody = json.loads(json.dumps(answers[ruleset]))
    (checks,) = [rule["parameters"] for rule in by_anybody["rules"] if rule["type"] == "required_status_checks"]
    del checks["required_status_checks"][0]["integration_id"]
    list_of_rulesets = f"{here}/rulesets?includes_parents=false"
    stranger = [*answers[list_of_rulesets], {"id": 99, "name": "by hand"}]
    unguarded = answers[f"{here}/environments/production"] | {"deployment_branch_policy": None}
    others = (
        ({ruleset: off}, 1, '+  "enforcement": "disabled"'),
        ({ruleset: loose}, 1, '+      "actor_type": "OrganizationAdmin"'),
        ({ruleset: fewer}, 1, '-      "type": '),
        ({ruleset: by_anybody}, 1, '-            "integration_id": 15368'),
        ({list_of_rulesets: stranger}, 1, "GitHub has the ruleset `by hand`"),
        ({list_of_rulesets: []}, 1, "GitHub does not have the ruleset `main`"),
        ({f"{here}/environments/production": unguarded}, 1, '+    "deployment_branch_policy": null'),
        ({f"{here}/environments": {"environments": []}}, 1, "GitHub does not have the environment `production`"),
        ({ruleset: without_bypass}, 3, "to administrators only"),
        ({f"{here}/environments": None}, 3, "GitHub did not answer"),
    )
    with tempfile.TemporaryDirectory() as folder:
        gh = Path(folder) / "gh"
        gh.write_text(GH)
        gh.chmod(gh.stat().st_mode | stat.S_IXUSR)

        def ask(changed: dict[str, object], *words: str) -> tuple[int, str]:
            known = {path: said for path, said in (answers | changed).items() if said is not None}
            (Path(folder) / "answers.json").write_text(json.dumps(known))
            path = f"{folder}:{context.environment()['PATH']}"
            return context.ask(render.folder, "bash", "scripts/repository-rules.sh", *words, PATH=path)

        code, said = ask({}, "check")
        # The largest has everything that the others have.
        if code or render.name != "enterprise-kubernetes":
            return said if code else ""
        found = []
        for changed, wanted, told in others:
            code, said = ask(changed, "check")
            if code != wanted or told not in said:
                found.append(f"{changed}: exit {code}, not {wanted} with {told!r}:\n{said}")
        code, said = ask({}, "apply", "--yes")
        sent = [json.loads(line)[:2] for line in (Path(folder) / "sent.json").read_text().splitlines()]
        if code or ["PUT", ruleset] not in sent or any(method == "POST" for method, _ in sent):
            found.append(f"apply --yes: exit {code}, sent {sent}:\n{said}")
    return "\n".join(found)


CHECKS = (
    Check(
        "repository rules: what GitHub has",
        "jq",
        ("ops/github/**/*.json", "scripts/repository-rules.sh"),
        differences,
        (
            Fault(
                Edit("ops/github/ruleset.json", '"required_approving_review_count": 2', '"required_approving_review_count": 3'),
                '-        "required_approving_review_count": 3',
            ),
            Fault(
                Edit("ops/github/ruleset.json", '{ "type": "required_signatures" },', ""),
                '+      "type": "required_signatures"',
            ),
            Fault(Edit("ops/github/environments/staging.json", '["main"]', '["main", "next"]'), '-    "next"'),
            Fault(
                Edit("ops/github/environments/production.json", '["orders-team"]', "[]"),
                '+    "orders-team"',
            ),
        ),
        pure=True,
    ),
    Check(
        "repository rules: requests to GitHub",
        "jq",
        ("ops/github/**/*.json", "scripts/repository-rules.sh"),
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
