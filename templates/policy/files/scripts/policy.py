#!/usr/bin/env python3
"""Applies policy/*.rego to this repository. Usage: scripts/policy.py warn|deny [--facts]

The facts, which are the input of the policies:
  today   the date, for exceptions and rotations
  files   the path of every file
  text    path -> content of each YAML file and of CODEOWNERS
  data    path -> content of each TOML and JSON file, parsed

With `deny` a finding that no exception in ops/exceptions.toml covers is exit 1. `--facts` prints the facts instead.
"""

import datetime
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path


def facts(root=Path(".")):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, check=True, capture_output=True, text=True
    ).stdout
    files = sorted({path for path in listed.split("\0") if path and (root / path).is_file()})
    text, data = {}, {}
    for path in files:
        name = Path(path)
        if name.suffix in (".yml", ".yaml") or name.name == "CODEOWNERS":
            text[path] = (root / path).read_text()
        elif name.suffix == ".toml":
            data[path] = tomllib.loads((root / path).read_text())
        elif name.suffix == ".json":
            data[path] = json.loads((root / path).read_text())
    return {"today": datetime.date.today().isoformat(), "files": files, "text": text, "data": data}


def evaluate(document):
    """What data.decision says about the facts."""
    command = ["opa", "eval", "--format", "json", "--data", "policy", "--stdin-input", "data.decision"]
    done = subprocess.run(command, input=json.dumps(document, default=str), check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["result"][0]["expressions"][0]["value"]


def main(arguments):
    if not arguments or arguments[0] not in ("warn", "deny"):
        print(__doc__, file=sys.stderr)
        return 2
    document = facts()
    if "--facts" in arguments:
        print(json.dumps(document, default=str, indent=2))
        return 0
    decision = evaluate(document)
    mark = {"warn": "warning", "deny": "error"}[arguments[0]]
    for finding in decision["findings"]:
        sentence = f"{finding['id']}: {finding['msg']}. {finding['fix']}"
        if os.environ.get("GITHUB_ACTIONS"):
            print(f"::{mark} file={finding['path']}::{sentence}")
        else:
            print(f"{mark}: {finding['path']}: {sentence}", file=sys.stderr)
    for finding in decision["excepted"]:
        print(f"excepted: {finding['path']}: {finding['id']}")
    print(f"policy: {len(decision['findings'])} findings, {len(decision['excepted'])} under an exception")
    return 1 if decision["findings"] and arguments[0] == "deny" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
