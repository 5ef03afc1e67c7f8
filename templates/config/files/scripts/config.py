#!/usr/bin/env python3
"""Checks that configuration is complete before anything is deployed.

parity    every file in config/environments has the same keys
secrets   the secrets used in workflows and manifests are those in config/secrets.toml
runtime   prints the names of the secrets that the service itself reads, one a line
"""

import re
import sys
import tomllib
from pathlib import Path

# GitHub makes this one for every run; nobody has to create or rotate it.
BUILT_IN = {"GITHUB_TOKEN"}
# What scripts/deploy.sh fills in; any other variable of a Compose file is a secret.
OF_DEPLOYMENTS = {"CONFIGURATION", "ENV", "IMAGE", "PUBLISH"}
# How an expression of a workflow reads a secret, and how it reads secrets that nobody can list.
READ = re.compile(r"(?<![\w.-])secrets(?:\.|\s*\[\s*')([A-Z_][A-Z0-9_]*)", re.IGNORECASE)
EXPRESSION = re.compile(r"\$\{\{(?:'[^']*'|[^'}]|\}[^}])*\}\}")
UNNAMED = re.compile(r"\bsecrets\s*(?:\.\s*\*|\[\s*[^'\s])|[(,]\s*secrets\s*[,)]", re.IGNORECASE)
REQUIRED = ("name", "used_by", "environments", "owner", "rotation_days")


def keys(text):
    """The variable names of an env file, without comments."""
    return {line.split("=", 1)[0].strip() for line in text.splitlines() if "=" in line and not line.lstrip().startswith("#")}


def parity(root):
    files = sorted((root / "config/environments").glob("*.env"))
    if not files:
        return ["config/environments: no environment is described"]
    found = {file: keys(file.read_text()) for file in files}
    every = set().union(*found.values())
    return [
        f"{file.relative_to(root)}: {key} is missing, and {', '.join(other.stem for other in files if key in found[other])} has it"
        for file in files
        for key in sorted(every - found[file])
    ]


def users(root, *folders):
    return sorted(file for folder in folders for ending in ("yml", "yaml") for file in root.glob(f"{folder}/**/*.{ending}"))


def used_secrets(root):
    """Where each secret name is used: {name: {path, ...}}."""
    used = {}
    for file in users(root, ".github", "deploy"):
        text = file.read_text()
        names = READ.findall(text)
        for block in re.findall(r"secretKeyRef:((?:\s+(?:name|key|optional):.*)+)", text):
            names += re.findall(r"\bkey:\s*[\"']?([A-Za-z_][A-Za-z0-9_.-]*)", block)
        if file.parent.name == "compose":
            names += set(re.findall(r"\$\{([A-Z][A-Z0-9_]*)", text)) - OF_DEPLOYMENTS
        for name in set(names) - BUILT_IN:
            used.setdefault(name, set()).add(str(file.relative_to(root)))
    return used


def declarations(root):
    return tomllib.loads((root / "config/secrets.toml").read_text()).get("secret", [])


def runtime(root):
    """The secrets that a manifest hands to the service."""
    return [secret["name"] for secret in declarations(root) if any(path.startswith("deploy/") for path in secret["used_by"])]


def secrets(root):
    declared = declarations(root)
    used = used_secrets(root)
    names = {secret.get("name") for secret in declared}
    environments = {file.stem for file in (root / "config/environments").glob("*.env")}
    problems = [
        f"{', '.join(sorted(paths))}: the secret {name} is not declared in config/secrets.toml"
        for name, paths in sorted(used.items())
        if name not in names
    ]
    problems += [
        f"{file.relative_to(root)}: reads secrets without their names, so that nobody knows which; name each one"
        for file in users(root, ".github")
        if any(UNNAMED.search(found) for found in EXPRESSION.findall(file.read_text()))
    ]
    for secret in declared:
        name = secret.get("name", "(without a name)")
        problems += [f"config/secrets.toml: {name} has no `{field}`" for field in REQUIRED if not secret.get(field)]
        if "value" in secret:
            problems.append(f"config/secrets.toml: {name} holds a value; remove it and replace the secret")
        if name not in used:
            problems.append(f"config/secrets.toml: {name} is declared, and no workflow or manifest uses it")
        for environment in secret.get("environments", []):
            if environment not in environments:
                problems.append(f"config/secrets.toml: {name} names the environment {environment}, which has no file in config/environments")
    return problems


def main(arguments, root=Path(".")):
    checks = {"parity": parity, "secrets": secrets}
    if arguments == ["runtime"]:
        print("\n".join(runtime(root)))
        return 0
    if len(arguments) != 1 or arguments[0] not in checks:
        print(__doc__, file=sys.stderr)
        return 2
    problems = checks[arguments[0]](root)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{arguments[0]}: nothing missing")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
