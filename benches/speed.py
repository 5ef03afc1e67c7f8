#!/usr/bin/env python3
"""What goldpath's commands cost beside their limits, in one run: CPU, ratios, memory, growth.

Usage: benches/speed.py [ROUNDS]    needs goldpath's release build, cargo and git

On a disk the ratios are those of its file system as well: `TMPDIR=/dev/shm` leaves that out.

The best of all rounds counts; the sides of a row take turns. `benches/limits` says what a limit is.
"""

import functools
import itertools
import pathlib
import shutil
import sys
import tempfile

from measure import Cost, cost, isolate, limits, program, row, run, table
from packs import write_pack

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
SIZES = (30, 300, 3000, 20000)
PRESETS = ("quick-start", "balanced", "enterprise")
NUMBERS = itertools.count()


def main() -> None:
    isolate()
    limit, start = (str(limits() / name) for name in ("limit", "start"))
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        measure_new(scratch, limit)
        measure_check(scratch, limit)
        measure_start(scratch, start)


def measure_new(scratch: pathlib.Path, limit: str) -> None:
    """`new` beside a program that only renders and writes, and beside a copy that git commits."""
    table("`new`", "files", "CPU ms", "limit", "ratio", "cp + git", "ratio", "wall ms", "MiB", "µs a file")
    for preset in PRESETS:
        new = [program(), "new", "made", "--yes", "--quiet", "--preset", preset]
        run(scratch, *new)
        shutil.move(scratch / "made", scratch / f"made-{preset}")
        measure_one_new(scratch, preset, new, [limit, "bytes", f"made-{preset}", "written"], f"made-{preset}")
    for files in SIZES:
        pack = f"pack{files}"
        # A check looks at what the path owns.
        write_pack(scratch / pack, files, ownership="managed")
        new = [program(), "new", "made", "--yes", "--quiet", "--pack", f"./{pack}", "--preset", "only"]
        run(scratch, *new)
        shutil.move(scratch / "made", scratch / f"made-{files}")
        measure_one_new(scratch, f"{files:,} files", new, [limit, "new", pack, "written"], f"made-{files}")


def measure_one_new(scratch: pathlib.Path, title: str, new: list[str], limit: list[str], made: str) -> None:
    files = len(run(scratch / made, "git", "ls-files").splitlines())
    shutil.copytree(scratch / made, scratch / "plain", ignore=shutil.ignore_patterns(".git"))
    copy = "cp -r plain copied && cd copied && git init -q && git add . && git commit -qm Start"
    ours, least, git = in_turns(
        ROUNDS if files < 10_000 else min(ROUNDS, 3),
        lambda: put_aside(scratch / "made", lambda: cost(scratch, new)),
        lambda: put_aside(scratch / "written", lambda: cost(scratch, limit, prints_uncounted=True)),
        lambda: put_aside(scratch / "copied", lambda: cost(scratch, ["sh", "-c", copy])),
    )
    run(scratch, *limit)
    run(scratch / "written", "git", "fsck", "--strict")
    if run(scratch / "written", "git", "status", "--porcelain"):
        sys.exit("the limit left a repository that is not clean")
    for folder in ("written", "plain"):
        (scratch / folder).rename(scratch / f"{folder}-{next(NUMBERS)}")
    row(
        title, f"{files:,}", f"{ours.cpu:.1f}", f"{least.cpu:.1f}", f"{ours.cpu / least.cpu:.2f}", f"{git.cpu:.1f}",
        f"{ours.cpu / git.cpu:.2f}", f"{ours.wall:.0f}", f"{ours.memory:.0f}", f"{1000 * ours.cpu / files:.0f}",
    )  # fmt: skip


def measure_check(scratch: pathlib.Path, limit: str) -> None:
    """`check` and `diff` beside reading and hashing the same files."""
    table("reading", "files", "CPU ms", "read and hash", "ratio", "wall ms", "MiB")
    for name in (*PRESETS, *SIZES):
        folder = scratch / f"made-{name}"
        files = len(run(folder, "git", "ls-files").splitlines())
        title = name if name in PRESETS else f"{name:,} files"
        least = functools.partial(cost, folder, [limit, "hash", "."], prints_uncounted=True)
        for words in (["check"], ["check", "--only", "drift"], ["diff"]):
            command = [program(), *words, *(["--quiet"] if words == ["diff"] else [])]
            ours, hashed = in_turns(ROUNDS, lambda: cost(folder, command), least)
            cells = (f"{ours.cpu:.1f}", f"{hashed.cpu:.1f}", f"{ours.cpu / hashed.cpu:.2f}", f"{ours.wall:.0f}", f"{ours.memory:.0f}")
            row(f"`{' '.join(words)}`, {title}", f"{files:,}", *cells)


def measure_start(scratch: pathlib.Path, start: str) -> None:
    """`--version` beside a program that does nothing but parse its arguments."""
    table("start-up", "CPU ms", "wall ms", "MiB")
    ours, nothing = in_turns(
        20 * ROUNDS, lambda: cost(scratch, [program(), "--version"]), lambda: cost(scratch, [start, "--version"])
    )
    for title, one in (("`goldpath --version`", ours), ("an empty clap program", nothing)):
        row(title, f"{one.cpu:.2f}", f"{one.wall:.2f}", f"{one.memory:.1f}")


def in_turns(rounds: int, *sides) -> list[Cost]:
    """The best of each side; one round of each after the other, so that a busy moment meets all of them."""
    costs = [side() for side in sides]
    for _ in range(rounds - 1):
        costs = [best.best(side()) for best, side in zip(costs, sides, strict=True)]
    return costs


def put_aside(folder: pathlib.Path, measured) -> Cost:
    """Measures what makes a folder. It is not removed: some file systems take long to use again what was just deleted."""
    one = measured()
    folder.rename(folder.with_name(f"{folder.name}-{next(NUMBERS)}"))
    return one



main()
