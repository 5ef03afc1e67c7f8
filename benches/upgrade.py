#!/usr/bin/env python3
"""`goldpath upgrade` beside `git merge` of the same three trees, in one run: time, memory and conflicts.

Usage: benches/upgrade.py [ROUNDS]    needs goldpath's release build and git

The best of all rounds counts, CPU of the process and its children. Where a row is 1.5, goldpath takes half as much again
as git, which neither renders, nor explains, nor can take anything back.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOLDPATH = os.environ.get("GOLDPATH", str(ROOT / "target" / "release" / "goldpath"))
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5


def main() -> None:
    for role in ("AUTHOR", "COMMITTER"):
        os.environ |= {f"GIT_{role}_NAME": "bench", f"GIT_{role}_EMAIL": "bench@example.com"}
    os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    print("| upgrade | files | edited | conflicts | git's | CPU ms | git's | ratio | wall ms | git's | MiB | git's |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as scratch:
        for number, case in enumerate(cases(pathlib.Path(scratch))):
            folder = pathlib.Path(scratch) / f"case{number}"
            row(folder, *case)


def cases(scratch: pathlib.Path):
    """What is upgraded: a title, the arguments of `new` and of `upgrade`, what is done in between, how many are edited."""
    seeded = ["--pack", "builtin@0.1.0"]
    for preset, edited in (("enterprise", 30), ("enterprise", 66), ("balanced", 59), ("quick-start", 35)):
        yield f"0.1.0 to the newest, {preset}", [*seeded, "--preset", preset], [], no_change, edited
    yield "Quick Start to Balanced", ["--preset", "quick-start"], ["--preset", "balanced"], no_change, 35
    yield "Balanced to Enterprise", ["--preset", "balanced"], ["--preset", "enterprise"], no_change, 60
    for files in (30, 300, 3000):
        pack = scratch / f"pack{files}"
        write_pack(pack, files, "1.0.0")
        change = lambda pack=pack, files=files: write_pack(pack, files, "1.1.0")
        yield f"a pack of {files:,}", ["--pack", str(pack), "--preset", "only"], [], change, files // 10


def no_change() -> None:
    pass


def write_pack(pack: pathlib.Path, files: int, version: str) -> None:
    """A pack of which every second file is another one in the second version."""
    shutil.rmtree(pack, ignore_errors=True)
    stack = pack / "templates" / "plain"
    (pack / "presets").mkdir(parents=True)
    (stack / "files").mkdir(parents=True)
    question = '[[question]]\nkey = "service_name"\nask = "Name"\ntype = "string"\ndefault = "orders"\n'
    (pack / "pack.toml").write_text(f'[pack]\nname = "bench"\nversion = "{version}"\nsummary = "s"\n{question}')
    (pack / "presets" / "only.toml").write_text('title = "Only"\nsummary = "s"\ncomponents = []\n')
    (stack / "component.toml").write_text('title = "Plain"\nwhy = "w"\nkind = "stack"\n')
    for number in range(files):
        path = stack / "files" / f"folder{number % 40}" / f"file{number}.txt.tera"
        path.parent.mkdir(exist_ok=True)
        last = version if number % 2 else "the same"
        path.write_text("{= service_name =}\n" + "".join(f"line {line}\n" for line in range(40)) + f"{last}\n")


def row(folder: pathlib.Path, title: str, new: list[str], upgrade: list[str], change, edited: int) -> None:
    """One case, measured."""
    folder.mkdir()
    ours = folder / "orders"
    run(folder, GOLDPATH, "new", "orders", "--yes", "--quiet", *new)
    change()
    # What git merges: the unedited repository, upgraded.
    theirs = folder / "theirs"
    run(folder, "git", "clone", "--quiet", "orders", "theirs")
    run(theirs, GOLDPATH, "upgrade", "--yes", "--commit", "--quiet", *upgrade)
    edit(ours, edited)
    run(ours, "git", "fetch", "--quiet", "../theirs", "HEAD")
    run(ours, "git", "branch", "theirs", "FETCH_HEAD")
    files = len(run(ours, "git", "ls-files").splitlines())

    results = []
    for command, undo in (
        ([GOLDPATH, "upgrade", "--yes", "--quiet", *upgrade], [[GOLDPATH, "upgrade", "--abort", "--quiet"]]),
        (["git", "merge", "--no-commit", "--quiet", "theirs"], [["git", "merge", "--abort"]]),
    ):
        measured = []
        for _ in range(ROUNDS):
            measured.append(costs(ours, command))
            conflicts = run(ours, "git", "diff", "--name-only", "--diff-filter=U").splitlines()
            for step in undo:
                subprocess.run(step, cwd=ours, capture_output=True, check=False)
            run(ours, "git", "reset", "--quiet", "--hard")
            run(ours, "git", "clean", "--quiet", "-fd")
        results.append((len(conflicts), *(min(column) for column in zip(*measured, strict=True))))
    (conflicts, cpu, wall, memory), (git_conflicts, git_cpu, git_wall, git_memory) = results
    cells = [title, f"{files:,}", edited, conflicts, git_conflicts, f"{cpu:.0f}", f"{git_cpu:.0f}"]
    cells += [f"{cpu / git_cpu:.2f}", f"{wall:.0f}", f"{git_wall:.0f}", f"{memory:.0f}", f"{git_memory:.0f}"]
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


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


def costs(folder: pathlib.Path, command: list[str]) -> tuple[float, float, float]:
    """CPU and wall milliseconds and peak MiB of a command, which may end with conflicts."""
    begin = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{said.decode()}")
    return 1000 * (used.ru_utime + used.ru_stime), 1000 * wall, used.ru_maxrss / 1024


def run(folder: pathlib.Path, *command: str) -> str:
    """Runs a command that has to succeed: what it printed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed in {folder}:\n{done.stdout}{done.stderr}")
    return done.stdout


main()
