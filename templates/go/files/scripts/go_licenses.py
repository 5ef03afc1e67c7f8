#!/usr/bin/env python3
"""Refuses dependencies whose licence is not in licenses.txt. Reads the bill of materials of cyclonedx-gomod.

Exit code 0: each has one that is allowed. 1: some have not, or none was found in them.
"""

import json
import sys
from pathlib import Path
from typing import Any

ALLOWED = Path(__file__).resolve().parent.parent / "licenses.txt"


def allowed(text: str) -> set[str]:
    """The ids in a list with comments."""
    lines = (line.split("#", 1)[0].strip() for line in text.splitlines())
    return {line for line in lines if line}


def licences(component: dict[str, Any]) -> set[str]:
    """What was found in one dependency."""
    found = component.get("evidence", {}).get("licenses", [])
    return {entry["license"].get("id") or entry["license"]["name"] for entry in found}


def refused(bill: dict[str, Any], known: set[str]) -> list[str]:
    """One line for each dependency that may not be used."""
    lines = []
    for component in bill.get("components", []):
        found = licences(component)
        if not found or found - known:
            has = ", ".join(sorted(found)) or "no licence that is known"
            lines.append(f"{component['name']} {component['version']} has {has}")
    return lines


def main() -> int:
    bill = json.load(sys.stdin)
    lines = refused(bill, allowed(ALLOWED.read_text(encoding="utf-8")))
    for line in lines:
        print(f"error: {line}", file=sys.stderr)
    if lines:
        print("\nhint: use another module, or add the licence to licenses.txt", file=sys.stderr)
        return 1
    print(f"licences: {len(bill.get('components', []))} dependencies have one that licenses.txt allows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
