#!/usr/bin/env python3
"""The audit trail: one JSON record a line, each holding the hash of the one before.

append FIELD=VALUE ...   adds a record to audit/log.jsonl; `approvals` and `checks` are lists, separated by commas
verify [OLDER]           recomputes the chain; with OLDER, a former copy of the log, also that nothing of it was removed
history BRANCH           each copy of audit/log.jsonl in the history of BRANCH is the beginning of the one it has now: a chain that
                         was computed anew is whole too
"""

import datetime
import hashlib
import json
import os
import subprocess
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
    return found + changes(lines, older, "the older copy")


def changes(lines, older, whose):
    """Where the log does not begin with an older copy of it, if anywhere."""
    for number, line in enumerate(older, 1):
        if number > len(lines) or lines[number - 1] != line:
            return [f"line {number}: is not what {whose} holds; records are only ever added"]
    return []


def git(*words):
    return subprocess.run(["git", *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def copies(commits, log):
    """The log of each commit, as lines."""
    with subprocess.Popen(["git", "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as batch:
        for commit in commits:
            batch.stdin.write(f"{commit}:{log}\n".encode())
            batch.stdin.flush()
            size = batch.stdout.readline().split()[-1]
            yield [] if size == b"missing" else batch.stdout.read(int(size) + 1)[:-1].splitlines()


def rewrites(branch, log="audit/log.jsonl"):
    """How many commits touched the log of a branch, and what the newest of those held whose log is not the beginning of today's.

    A merge may have the honest history as any of its parents: all of them are followed.
    """
    if git("rev-parse", "--is-shallow-repository").strip() == "true":
        return 0, ["the history is not here: `git fetch --unshallow`"]
    commits = git("rev-list", "--full-history", branch, "--", log).split()
    (lines,) = copies([branch], log)
    found = (changes(lines, older, f"commit {commit[:12]}") for commit, older in zip(commits, copies(commits, log)))
    return len(commits), next(filter(None, found), [])


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
    line = json.dumps(record, separators=(",", ":"))  # in ASCII: some other letters end a line too
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
                print(f"{log}: {len(lines)} record{'s' if len(lines) != 1 else ''}, the chain is whole")
            return 1 if wrong else 0
        if arguments[:1] == ["history"] and len(arguments) == 2:
            number, wrong = rewrites(arguments[1])
            for sentence in wrong:
                print(f"{arguments[1]}: {sentence}", file=sys.stderr)
            if not wrong:
                print(f"{arguments[1]}: {number} commits, and each only added to the log")
            return 1 if wrong else 0
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
