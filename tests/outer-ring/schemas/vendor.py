#!/usr/bin/env python3
"""Extracts the schemas of this folder from what their projects publish.

Usage: vendor.py ROLLOUT_CRD ANALYSIS_TEMPLATE_CRD GITHUB_OPENAPI

Descriptions and examples are left out; NOTICE.md says where each comes from.
"""

import gzip
import json
import sys
from pathlib import Path

import yaml

HERE = Path(__file__).parent
PROSE = {"description", "example", "examples", "externalDocs", "title"}
GITHUB_BODIES = {
    "ruleset": ("/repos/{owner}/{repo}/rulesets", "post"),
    "environment": ("/repos/{owner}/{repo}/environments/{environment_name}", "put"),
    "branch-policy": ("/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies", "post"),
}


def write(name: str, schema: object) -> None:
    """The same bytes for the same schema: no time stamp in the archive."""
    text = json.dumps(schema, separators=(",", ":"), sort_keys=True)
    (HERE / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def plain(schema: object, names: bool = False) -> object:
    """The schema without prose. Below `properties` every key is a name, also `description`."""
    if isinstance(schema, list):
        return [plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: plain(value, key == "properties") for key, value in schema.items() if names or key not in PROSE}


def crd(path: str) -> object:
    """The schema of the one version of a custom resource."""
    (version,) = yaml.safe_load(Path(path).read_text())["spec"]["versions"]
    return plain(version["schema"]["openAPIV3Schema"])


def referenced(schema: object, api: dict, found: dict) -> None:
    """Collects the components that a schema names, and those that they name."""
    if isinstance(schema, list):
        for item in schema:
            referenced(item, api, found)
    elif isinstance(schema, dict):
        name = str(schema.get("$ref", "")).removeprefix("#/components/schemas/")
        if name and name not in found:
            found[name] = plain(api["components"]["schemas"][name])
            referenced(found[name], api, found)
        for value in schema.values():
            referenced(value, api, found)


def github(path: str) -> object:
    """The bodies of the requests that the generated script sends, and what they refer to."""
    api = json.loads(Path(path).read_text())
    bodies = {
        name: plain(api["paths"][address][method]["requestBody"]["content"]["application/json"]["schema"])
        for name, (address, method) in GITHUB_BODIES.items()
    }
    components: dict = {}
    referenced(bodies, api, components)
    return {"bodies": bodies, "components": {"schemas": components}}


if __name__ == "__main__":
    rollout, analysis, openapi = sys.argv[1:]
    write("argo-rollout", crd(rollout))
    write("argo-analysis-template", crd(analysis))
    write("github-rest", github(openapi))
