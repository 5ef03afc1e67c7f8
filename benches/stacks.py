#!/usr/bin/env python3
"""What the service of each stack costs, in one run: a row a stack, to be held against each other.

Usage: benches/stacks.py [STACK...]    needs goldpath's release build, make, wrk, hadolint and the stacks' toolchains
"""

import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from measure import ROOT, isolate, program, run

STACKS = ("rust", "go", "java", "typescript", "python")
STARTS = 5
SECONDS = 10
CONNECTIONS = 16


def main() -> None:
    isolate()
    print("| stack | build, cold s | checks s | image file | ready ms | idle MiB | GET/s | POST/s |")
    print("|---|--:|--:|---|--:|--:|--:|--:|")
    for stack in sys.argv[1:] or STACKS:
        with tempfile.TemporaryDirectory() as scratch:
            print(f"| {' | '.join([stack, *measured(pathlib.Path(scratch), stack)])} |", flush=True)


def measured(scratch: pathlib.Path, stack: str) -> list[str]:
    """The cells of a row."""
    run(scratch, program(), "new", "orders", "--preset", "quick-start", "--stack", stack, "--yes")
    repository = scratch / "orders"
    build = timed(repository, "make", "stack-release")
    checks = timed(repository, "make", "check")
    lint = subprocess.run([lint_program(), "Dockerfile"], cwd=repository, capture_output=True, check=False)
    command = run(repository, "make", "--silent", "--no-print-directory", "stack-command").split()
    ready, idle = zip(*(started(repository, command) for _ in range(STARTS)), strict=True)
    gets, posts = loaded(repository, command)
    return [
        f"{build:.0f}",
        f"{checks:.0f}",
        "clean" if lint.returncode == 0 else "FINDINGS",
        f"{1000 * statistics.median(ready):.0f}",
        f"{statistics.median(idle):.0f}",
        f"{gets:,.0f}",
        f"{posts:,.0f}",
    ]


def lint_program() -> str:
    """Where the image file's linter is: on the path, or among the tools of the outer ring."""
    return shutil.which("hadolint") or str(ROOT / "target" / "outer-ring-tools" / "bin" / "hadolint")


def timed(folder: pathlib.Path, *command: str) -> float:
    """Seconds that a command takes."""
    begin = time.monotonic()
    run(folder, *command)
    return time.monotonic() - begin


class Service:
    """A service that runs, on a port of its own."""

    def __init__(self, repository: pathlib.Path, command: list[str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        # Written to a file: a pipe that nobody reads would stop the service.
        self.log = tempfile.TemporaryFile()
        environment = os.environ | {"PORT": str(self.port), "DRAIN_MS": "0"}
        begin = time.monotonic()
        self.process = subprocess.Popen(command, cwd=repository, env=environment, stdout=self.log, stderr=self.log)
        while not self.answers("/readyz"):
            if self.process.poll() is not None or time.monotonic() > begin + 60:
                sys.exit(f"{command} is not ready in {repository}")
            time.sleep(0.001)
        self.ready = time.monotonic() - begin

    def answers(self, path: str) -> bool:
        """Whether the service answers this path with success."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status < 300
        except (urllib.error.URLError, OSError):
            return False

    def __enter__(self) -> "Service":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.log.close()


def started(repository: pathlib.Path, command: list[str]) -> tuple[float, float]:
    """Seconds until it is ready, and the MiB that it holds two seconds later."""
    with Service(repository, command) as service:
        time.sleep(2)
        lines = pathlib.Path(f"/proc/{service.process.pid}/status").read_text(encoding="utf-8").splitlines()
        resident = next(line for line in lines if line.startswith("VmRSS"))
        return service.ready, int(resident.split()[1]) / 1024


def loaded(repository: pathlib.Path, command: list[str]) -> tuple[float, float]:
    """Requests a second: one that reads, and one that writes."""
    order = json.dumps({"customer": "bench", "items": [{"sku": "A-1", "quantity": 1}]})
    with Service(repository, command) as service, tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        orders = f"http://127.0.0.1:{service.port}/v1/orders"
        script.write(f"wrk.method = 'POST'\nwrk.body = '{order}'\nwrk.headers['Content-Type'] = 'application/json'\n")
        script.flush()
        placed = urllib.request.Request(orders, order.encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(placed, timeout=5) as answer:
            read = [f"{orders}/{json.load(answer)['id']}"]
        write = ["-s", script.name, orders]
        rate(read, seconds=3)
        return rate(read), rate(write)


def rate(target: list[str], seconds: int = SECONDS) -> float:
    """What wrk reports, where every answer was a success."""
    said = run(ROOT, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *target)
    if "Non-2xx" in said:
        sys.exit(f"not every answer was a success:\n{said}")
    return float(next(line for line in said.splitlines() if line.startswith("Requests/sec")).split()[1])


main()
