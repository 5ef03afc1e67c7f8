#!/usr/bin/env python3
"""Collects the evidence that compliance/controls.yaml names. Usage: scripts/evidence.py FOLDER

Fails when a control names a file that does not exist, or a document links to one.
FOLDER gets index.json (commit, and the hash of each piece of evidence) and the audit trail.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^( *)(`{3,}).*?^\1\2", re.MULTILINE | re.DOTALL)


def git(*arguments):
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


def controls(text):
    """Control id -> evidence, from the map; its form is fixed, so no YAML parser is needed."""
    found = {}
    for block in re.split(r"^  - id: ", text, flags=re.MULTILINE)[1:]:
        name, _, rest = block.partition("\n")
        evidence = re.search(r"^    evidence:\n((?:      - .+\n)+)", rest, re.MULTILINE)
        found[name.strip()] = re.findall(r"- (.+)", evidence[1]) if evidence else []
    return found


def anchors(text):
    """The anchors that GitHub gives the headings of a document."""
    headings = re.findall(r"^#{1,6} +(.+?) *$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(root, documents):
    for document in documents:
        text = (root / document).read_text()
        for target in LINK.findall(FENCE.sub("", text)):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = (root / document).parent / path if path else root / document
            if not file.exists():
                yield f"{document}: links to {target}, which does not exist"
            elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text()):
                yield f"{document}: links to {target}, and there is no such heading"


def main(arguments, root=Path(".")):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    found = controls((root / "compliance/controls.yaml").read_text())
    problems = [f"compliance/controls.yaml: {name} names no evidence" for name, evidence in found.items() if not evidence]
    problems += [
        f"compliance/controls.yaml: {name} names {path}, which does not exist"
        for name, evidence in found.items()
        for path in evidence
        if not (root / path).is_file()
    ]
    problems += dead_links(root, git("ls-files", "--cached", "--others", "--exclude-standard", "*.md").split())
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems or not found:
        return 1
    folder.mkdir(exist_ok=True)
    index = {
        "commit": git("rev-parse", "HEAD").strip(),
        "controls": {
            name: {path: hashlib.sha256((root / path).read_bytes()).hexdigest() for path in evidence} for name, evidence in sorted(found.items())
        },
    }
    (folder / "index.json").write_text(json.dumps(index, indent=2) + "\n")
    trail = Path(".tools/audit.jsonl")
    shutil.copy(trail if trail.exists() else root / "audit/log.jsonl", folder / "audit.jsonl")
    print(f"{folder}: evidence of {len(found)} controls")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
