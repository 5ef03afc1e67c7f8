#!/usr/bin/env python3
"""`goldpath upgrade` beside `git merge` of the same three trees, in one run: time, memory and conflicts.

Usage: benches/upgrade.py [ROUNDS]    needs goldpath's release build and git

The best of all rounds counts, CPU of the process and its children. Where a row is 1.5, goldpath takes half as much again
as git, which neither renders, nor explains, nor can take anything back. Git has the other side in its objects already;
its limit is what a program takes that renders a pack in memory and writes just what is new in it as git's objects
(`benches/limits`), and the merge.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

from measure import Cost, cost, isolate, limits, program, row, run, table
from packs import write_pack

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5


def main() -> None:
    isolate()
    table("upgrade", "files", "edited", "conflicts", "git's", "CPU ms", "git's", "ratio", "limit", "ratio", "wall ms", "git's", "MiB", "git's")
    with tempfile.TemporaryDirectory() as scratch:
        for number, case in enumerate(cases(pathlib.Path(scratch))):
            folder = pathlib.Path(scratch) / f"case{number}"
            measure(folder, *case)


def cases(scratch: pathlib.Path):
    """What is upgraded: a title, the arguments of `new` and of `upgrade`, what is done in between, how many are edited, the pack."""
    seeded = ["--pack", "builtin@0.1.0"]
    for preset, edited in (("enterprise", 30), ("enterprise", 66), ("balanced", 59), ("quick-start", 35)):
        yield f"0.1.0 to the newest, {preset}", [*seeded, "--preset", preset], [], no_change, edited, None
    yield "Quick Start to Balanced", ["--preset", "quick-start"], ["--preset", "balanced"], no_change, 35, None
    yield "Balanced to Enterprise", ["--preset", "balanced"], ["--preset", "enterprise"], no_change, 60, None
    for files in (30, 300, 3000, 20000):
        pack = scratch / f"pack{files}"
        write_pack(pack, files, "1.0.0")
        change = lambda pack=pack, files=files: write_pack(pack, files, "1.1.0")
        yield f"a pack of {files:,}", ["--pack", str(pack), "--preset", "only"], [], change, files // 10, pack


def no_change() -> None:
    pass


def measure(folder: pathlib.Path, title: str, new: list[str], upgrade: list[str], change, edited: int, pack: pathlib.Path | None) -> None:
    """One case, measured."""
    folder.mkdir()
    ours = folder / "orders"
    run(folder, program(), "new", "orders", "--yes", "--quiet", *new)
    change()
    # What git merges: the unedited repository, upgraded.
    theirs = folder / "theirs"
    run(folder, "git", "clone", "--quiet", "orders", "theirs")
    run(theirs, program(), "upgrade", "--yes", "--commit", "--quiet", *upgrade)
    edit(ours, edited)
    run(ours, "git", "fetch", "--quiet", "../theirs", "HEAD")
    run(ours, "git", "branch", "theirs", "FETCH_HEAD")
    files = len(run(ours, "git", "ls-files").splitlines())

    sides = (
        ([program(), "upgrade", "--yes", "--quiet", *upgrade], [program(), "upgrade", "--abort", "--quiet"]),
        (["git", "merge", "--no-commit", "--quiet", "theirs"], ["git", "merge", "--abort"]),
    )
    best, conflicts = [None, None], [0, 0]
    made = None
    for _ in range(ROUNDS if files < 10_000 else min(ROUNDS, 3)):
        for side, (command, undo) in enumerate(sides):
            # With conflicts either ends with 1.
            once = cost(ours, command, accepted=(0, 1))
            best[side] = once.best(best[side] or once)
            conflicts[side] = len(run(ours, "git", "diff", "--name-only", "--diff-filter=U").splitlines())
            subprocess.run(undo, cwd=ours, capture_output=True, check=False)
            run(ours, "git", "reset", "--quiet", "--hard")
            run(ours, "git", "clean", "--quiet", "-fd")
        if pack:
            once = other_side(ours, pack)
            made = once.best(made or once)
    mine, gits = best
    limit = [f"{made.cpu + gits.cpu:.0f}", f"{mine.cpu / (made.cpu + gits.cpu):.2f}"] if made else ["", ""]
    pairs = [f"{mine.wall:.0f}", f"{gits.wall:.0f}", f"{mine.memory:.0f}", f"{gits.memory:.0f}"]
    row(title, f"{files:,}", edited, *conflicts, f"{mine.cpu:.0f}", f"{gits.cpu:.0f}", f"{mine.cpu / gits.cpu:.2f}", *limit, *pairs)


def other_side(ours: pathlib.Path, pack: pathlib.Path) -> Cost:
    """What it takes to make git's other side, into a clone that is thrown away."""
    with tempfile.TemporaryDirectory() as scratch:
        clone = pathlib.Path(scratch) / "clone"
        run(ours, "git", "clone", "--quiet", "--no-checkout", ".", str(clone))
        shutil.copy(ours / "goldpath.lock", clone)
        return cost(ours, [str(limits() / "limit"), "theirs", str(pack), str(clone)], prints_uncounted=True)


def edit(repository: pathlib.Path, count: int) -> None:
    """A line of the team's in as many files of text, spread over the repository, at a third of each."""
    paths = [path for path in run(repository, "git", "ls-files").splitlines() if not path.startswith("goldpath.")]
    paths = [path for path in paths if pathlib.Path(path).suffix in {".md", ".mk", ".sh", ".txt", ".yaml", ".yml", ".toml", ".tera"}]
    step = max(1, len(paths) // count)
    for path in paths[::step][:count]:
        file = repository / path
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        lines.insert(len(lines) // 3, "# the team wrote this\n" if file.suffix != ".md" else "\nThe team wrote this.\n\n")
        file.write_text("".join(lines), encoding="utf-8")
    run(repository, "git", "commit", "--quiet", "--all", "--message", "edits")


main()
