"""Running commands and measuring what they cost: what the benches share."""

import dataclasses
import functools
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def installed(built: pathlib.Path) -> pathlib.Path:
    """A copy of a program, as `cargo install` makes one: what a linker wrote piece by piece takes longer to be mapped."""
    if not built.exists():
        sys.exit(f"{built} is missing: cargo build --release")
    folder = ROOT / "target" / "installed"
    folder.mkdir(parents=True, exist_ok=True)
    return pathlib.Path(shutil.copy(built, folder))


@functools.cache
def program() -> str:
    """The goldpath that is measured."""
    return os.environ.get("GOLDPATH") or str(installed(ROOT / "target" / "release" / "goldpath"))


@dataclasses.dataclass(frozen=True)
class Cost:
    """CPU and wall milliseconds of a process and its children, and its peak MiB."""

    cpu: float
    wall: float
    memory: float

    def best(self, other: "Cost") -> "Cost":
        """The smaller of each."""
        return Cost(*map(min, dataclasses.astuple(self), dataclasses.astuple(other)))


def isolate() -> None:
    """Git without the configuration of this machine, and with an identity."""
    for role in ("AUTHOR", "COMMITTER"):
        os.environ |= {f"GIT_{role}_NAME": "bench", f"GIT_{role}_EMAIL": "bench@example.com"}
    os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def cost(folder: pathlib.Path, command: list[str], *, accepted: tuple[int, ...] = (0,), prints_uncounted: bool = False) -> Cost:
    """What a command costs. One that `prints_uncounted` CPU milliseconds on its stderr gets them taken off."""
    measured = [str(limits() / "cost"), *command]
    done = subprocess.run(measured, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    cpu, wall, kib, code = done.stdout.split()
    if int(code) not in accepted:
        sys.exit(f"{' '.join(command)} ended with {code}:\n{done.stderr}")
    uncounted = float(done.stderr) if prints_uncounted else 0.0
    return Cost(float(cpu) - uncounted, float(wall) - uncounted, int(kib) / 1024)


def run(folder: pathlib.Path, *command: str) -> str:
    """Runs a command that has to succeed: what it printed."""
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed in {folder}:\n{done.stdout}{done.stderr}")
    return done.stdout


@functools.cache
def limits() -> pathlib.Path:
    """The folder of the programs of benches/limits, built as goldpath's release is."""
    target = ROOT / "target" / "limits"
    run(ROOT / "benches" / "limits", "cargo", "build", "--quiet", "--release", "--locked", "--target-dir", str(target))
    copies = [installed(target / "release" / name) for name in ("cost", "limit", "start")]
    return copies[0].parent


def table(*columns: str) -> None:
    """The head of a table in Markdown; the first column is text."""
    print(f"\n| {' | '.join(columns)} |\n|---|{'--:|' * (len(columns) - 1)}", flush=True)


def row(*cells: object) -> None:
    """A row of it."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)
