"""Puts every tool of tools.toml into one folder, at its pinned version. What is there already is kept.

`bin/` of that folder holds all of them under their own names, and nothing else is called by the checks.
"""

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
PINS = tomllib.loads((HERE / "tools.toml").read_text())["tool"]


def install(folder: Path) -> None:
    """Installs what is missing, and ends the program where something can't be had."""
    started = time.monotonic()
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    once(folder / "venv", [HERE / "requirements.txt"], python)
    once(folder / "npm", [HERE / "npm" / "package.json", HERE / "npm" / "package-lock.json"], node)
    for pin in PINS:
        name = pin["name"]
        if "module" in pin:
            continue  # no program; `version` looks at it
        if pin["from"] == "go":
            program = go(folder, pin)
        elif pin["from"] == "debian":
            # Servers are in a folder that only root has on its path.
            found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
            if not found:
                sys.exit(f"{name} is missing: apt-get install {pin['package']}")
            program = Path(found)
        else:
            program = folder / {"pip": "venv/bin", "npm": "npm/node_modules/.bin"}[pin["from"]] / name
        if not program.exists():
            sys.exit(f"{name}: {program} is missing after the installation")
        link = folder / "bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to(program)
    print(f"tools are in {folder} after {time.monotonic() - started:.0f} s", flush=True)


def once(folder: Path, pins: list[Path], make) -> None:
    """Makes a folder again when a file that pins its content has changed, or when it was left half done."""
    stamp = folder / ".stamp"
    digest = hashlib.sha256(b"".join(pin.read_bytes() for pin in pins)).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    print(f"installing {folder.name}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    make(folder)
    stamp.write_text(digest)


def python(folder: Path) -> None:
    """Wheels only: nothing is built, and no build script is run."""
    run([sys.executable, "-m", "venv", folder])
    wheels = ["--only-binary", ":all:", "--requirement", HERE / "requirements.txt"]
    run([folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *wheels])


def node(folder: Path) -> None:
    """Exactly the lock file, and no install scripts."""
    folder.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / "npm" / name, folder / name)
    run(["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder)


def go(folder: Path, pin: dict) -> Path:
    """Each in a folder of its own, since two packages may make a program of the same name."""
    at = folder / "go" / pin["name"]
    wanted = f"{pin['package']}@v{pin['version']} {pin.get('tags', '')}"
    stamp = at / ".stamp"
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"compiling {pin['name']} {pin['version']}", flush=True)
        started = time.monotonic()
        shutil.rmtree(at, ignore_errors=True)
        environment = {**os.environ, "GOBIN": str(at), "CGO_ENABLED": "0"}
        command = ["go", "install", "-tags", pin.get("tags", ""), f"{pin['package']}@v{pin['version']}"]
        run(command, env=environment)
        stamp.write_text(wanted)
        print(f"compiled {pin['name']} in {time.monotonic() - started:.0f} s", flush=True)
    (program,) = (file for file in at.iterdir() if file.name != ".stamp")
    return program


def run(command: list, **options) -> None:
    """Runs a command, and ends the program where it fails."""
    try:
        subprocess.run([str(word) for word in command], check=True, **options)
    except FileNotFoundError:
        sys.exit(f"{command[0]} is missing on this machine")
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(map(str, command))} ended with exit code {error.returncode}")


def version(folder: Path, pin: dict) -> str:
    """What the tool says about itself; anything but the pin is an error."""
    pinned = pin.get("version", "")
    if "module" in pin:
        if pin["from"] == "pip":
            said = importlib.metadata.version(pin["module"])
        else:
            said = json.loads((folder / "npm" / "node_modules" / pin["module"] / "package.json").read_text())["version"]
        return said if said == pinned else sys.exit(f"{pin['name']}: {pinned} is pinned, and {said} is there")
    if "ask" not in pin:
        return pinned  # the module proxy gave exactly this version; the program can't tell
    result = subprocess.run(
        [folder / "bin" / pin["ask"][0], *pin["ask"][1:]], capture_output=True, text=True, timeout=60, check=False
    )
    said = result.stdout + result.stderr
    if pinned and pinned not in said:
        sys.exit(f"{pin['name']}: {pinned} is pinned, and it says: {said.strip()[:200]}")
    return pinned or re.search(r"\d+\.[\w.]+", said).group()
