#!/usr/bin/env python3
"""The same template through goldpath and its peers, in one run: a folder of files, and a repository with its first commit.

Usage: benches/peers.py [ROUNDS]    needs goldpath's release build, cargo, git and python3 with venv

The peers are installed from the registries, once, into target/peers. Where a peer leaves git to the user, its second figure
is that of the peer, `git init`, `git add` and `git commit` together. The best of all rounds counts; the peers take turns.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from measure import ROOT, Cost, cost, isolate, limits, program, row, run, table
from packs import templates, write_pack

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
SIZES = (30, 300, 3000)
PEERS = ROOT / "target" / "peers"
PYTHON = {"copier": "9.19.1", "cookiecutter": "2.7.1", "cruft": "2.16.0"}
# The newest that Rust 1.95 builds.
CARGO = {"cargo-generate": "0.23.7", "kickstart": "0.6.0"}
COMMIT = "git init --quiet && git add . && git commit --quiet --message Start"


def main() -> None:
    isolate()
    install()
    limits()
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        for files in SIZES:
            folder = scratch / str(files)
            folder.mkdir()
            measure(folder, files)


def install() -> None:
    """Each at its version, if it is not there yet."""
    bin = PEERS / "py" / "bin"
    if not all((bin / name).exists() for name in PYTHON):
        run(ROOT, sys.executable, "-m", "venv", str(PEERS / "py"))
        run(ROOT, str(bin / "pip"), "install", "--quiet", *(f"{name}=={version}" for name, version in PYTHON.items()))
    for name, version in CARGO.items():
        if not (PEERS / "bin" / name).exists():
            features = ["--features", "cli"] if name == "kickstart" else []
            run(ROOT, "cargo", "install", "--quiet", "--locked", *features, "--root", str(PEERS), f"{name}@{version}")


def measure(folder: pathlib.Path, files: int) -> None:
    """One size, through each."""
    ways = {
        "goldpath": goldpath(folder, files),
        f"cargo-generate {CARGO['cargo-generate']}": cargo_generate(folder, files),
        f"kickstart {CARGO['kickstart']}": kickstart(folder, files),
        f"copier {PYTHON['copier']}": copier(folder, files),
        f"cookiecutter {PYTHON['cookiecutter']}": cookiecutter(folder, files),
        f"cruft {PYTHON['cruft']}": cruft(folder, files),
    }
    expected = {path: text.replace("NAME", "orders") for path, text in templates(files)}
    best: dict[str, tuple[Cost, Cost]] = {}
    for _ in range(ROUNDS):
        for name, (plain, committed) in ways.items():
            once = tuple(made(folder, words, expected) for words in (plain, committed))
            best[name] = tuple(map(Cost.best, once, best.get(name, once)))
    table(f"{files:,} files", "files only, CPU ms", "wall ms", "MiB", "with the first commit, CPU ms", "wall ms", "MiB", "times goldpath")
    least = best["goldpath"][1].cpu
    for name, costs in best.items():
        figures = [f"{figure:.0f}" for one in costs for figure in (one.cpu, one.wall, one.memory)]
        row(name, *figures, f"{costs[1].cpu / least:.1f}")


def made(folder: pathlib.Path, words: list[str], expected: dict[str, str]) -> Cost:
    """Runs a way, and holds what it made against what it should be."""
    out = folder / "out"
    out.mkdir()
    spent = cost(out, words)
    for path, text in expected.items():
        if (out / "orders" / path).read_text() != text:
            sys.exit(f"{' '.join(words)} made another {path}")
    shutil.rmtree(out)
    return spent


def committed(words: list[str]) -> list[str]:
    """A way whose git is left to the user."""
    return ["sh", "-c", f'"$@" && cd orders && {COMMIT}', "sh", *words]


def goldpath(folder: pathlib.Path, files: int):
    write_pack(folder / "pack", files)
    new = [program(), "new", "orders", "--yes", "--quiet", "--pack", "../pack", "--preset", "only"]
    return [*new, "--no-git"], new


def cargo_generate(folder: pathlib.Path, files: int):
    write(folder / "generate", files, "{{project-name}}", "")
    (folder / "generate" / "cargo-generate.toml").write_text("[template]\n")
    words = [str(PEERS / "bin" / "cargo-generate"), "generate", "--path", "../generate", "--name", "orders", "--silent"]
    words += ["--vcs", "none"]
    return words, committed(words)


def kickstart(folder: pathlib.Path, files: int):
    root = folder / "kick"
    write(root / "{{ name }}", files, "{{ name }}", "")
    variable = '[[variables]]\nname = "name"\ndefault = "orders"\nprompt = "Name"\n'
    (root / "template.toml").write_text(f'name = "bench"\nversion = "1"\nkickstart_version = 1\n{variable}')
    words = [str(PEERS / "bin" / "kickstart"), "../kick", "--no-input", "--output-dir", "."]
    return words, committed(words)


def copier(folder: pathlib.Path, files: int):
    write(folder / "copier", files, "{{ name }}", ".jinja")
    (folder / "copier" / "copier.yml").write_text("name:\n  type: str\n  default: orders\n")
    words = [str(PEERS / "py" / "bin" / "copier"), "copy", "--defaults", "--quiet", "../copier", "orders"]
    return words, committed(words)


def cookiecutter(folder: pathlib.Path, files: int):
    write_cookies(folder / "cookies", files)
    words = [str(PEERS / "py" / "bin" / "cookiecutter"), "--no-input", "../cookies"]
    return words, committed(words)


def cruft(folder: pathlib.Path, files: int):
    root = folder / "cruft"
    write_cookies(root, files)
    # It takes templates from git alone.
    subprocess.run(["sh", "-c", COMMIT], cwd=root, check=True, capture_output=True)
    words = [str(PEERS / "py" / "bin" / "cruft"), "create", str(root), "--no-input"]
    return words, committed(words)


def write_cookies(root: pathlib.Path, files: int) -> None:
    write(root / "{{cookiecutter.name}}", files, "{{cookiecutter.name}}", "")
    (root / "cookiecutter.json").write_text(json.dumps({"name": "orders"}))


def write(root: pathlib.Path, files: int, name: str, suffix: str) -> None:
    for path, text in templates(files):
        place = root / f"{path}{suffix}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text.replace("NAME", name))


main()
