#!/usr/bin/env python3
"""The audit trail: one JSON record a line, each holding the hash of the one before.

append FIELD=VALUE ...   adds a record to audit/log.jsonl; `approvals` and `checks` are lists, separated by commas
verify [OLDER]           recomputes the chain; with OLDER, a former copy of the log, also that nothing of it was removed
"""

import datetime
import hashlib
import json
import os
import sys
from pathlib import Path

FIELDS = ("ts", "actor", "action", "subject", "commit", "digest", "approvals", "checks", "decision", "reason", "prev", "hash")
LISTS = ("approvals", "checks")
ACTIONS = ("genesis", "release", "deploy", "promote", "rollback", "override", "exception")
START = "0" * 64


def digest(record):
    """sha256 of the record without its own hash, in canonical JSON."""
    content = {key: value for key, value in record.items() if key != "hash"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def problems(lines, older=()):
    """What is wrong with the log, a sentence each."""
    found = []
    prev = START
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            return [*found, f"line {number}: not JSON: {error.msg}"]
        if not isinstance(record, dict) or set(record) != set(FIELDS):
            return [*found, f"line {number}: the fields are not those of a record: {', '.join(FIELDS)}"]
        if record["prev"] != prev:
            found.append(f"line {number}: follows {record['prev'][:12]}, but the record before it has the hash {prev[:12]}")
        if record["hash"] != digest(record):
            found.append(f"line {number}: was changed after it was written: its hash is {digest(record)[:12]}, it claims {record['hash'][:12]}")
        if (record["action"] == "genesis") != (number == 1):
            found.append(f"line {number}: the first record, and no other, is the genesis")
        prev = record["hash"]
    if not lines:
        found.append("the log is empty; it starts with a genesis record")
    for number, line in enumerate(older, 1):
        if number > len(lines) or lines[number - 1] != line:
            found.append(f"line {number}: is not what the older copy holds; records are only ever added")
            break
    return found


def append(log, fields):
    lines = log.read_text().splitlines()
    wrong = problems(lines)
    if wrong:
        raise ValueError(f"{log}: {wrong[0]}; nothing was added")
    unknown = set(fields) - set(FIELDS) | set(fields) & {"prev", "hash"}
    if unknown:
        raise ValueError(f"cannot set {', '.join(sorted(unknown))}; the fields are {', '.join(FIELDS[:-2])}")
    if fields.get("action") not in ACTIONS[1:]:
        raise ValueError(f"action is one of {', '.join(ACTIONS[1:])}")
    record = {field: [part for part in fields.get(field, "").split(",") if part] if field in LISTS else fields.get(field, "") for field in FIELDS[:-2]}
    record["ts"] = record["ts"] or datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    record["prev"] = json.loads(lines[-1])["hash"]
    record["hash"] = digest(record)
    line = json.dumps(record, separators=(",", ":"), ensure_ascii=False)
    with log.open("a") as file:
        file.write(line + "\n")
    return line


def main(arguments):
    log = Path(os.environ.get("AUDIT_LOG", "audit/log.jsonl"))
    try:
        if arguments[:1] == ["append"] and all("=" in argument for argument in arguments[1:]):
            print(append(log, dict(argument.split("=", 1) for argument in arguments[1:])))
            return 0
        if arguments[:1] == ["verify"] and len(arguments) <= 2:
            lines = log.read_text().splitlines()
            wrong = problems(lines, Path(arguments[1]).read_text().splitlines() if len(arguments) == 2 else ())
            for sentence in wrong:
                print(f"{log}: {sentence}", file=sys.stderr)
            if not wrong:
                print(f"{log}: {len(lines)} records, the chain is whole")
            return 1 if wrong else 0
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
