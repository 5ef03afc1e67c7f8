"""The processes of a drill: started on free ports of loopback, logged into one folder, all stopped at the end."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

# How long anything is waited for, in seconds.
PATIENCE = 30.0


class BenchError(Exception):
    """Something that the drill needs is missing or does not start."""


def program(*names: str, package: str) -> str:
    """The first of these programs on PATH."""
    for name in names:
        if path := shutil.which(name):
            return path
    raise BenchError(f"{' or '.join(names)} is not installed; on Debian it is in the package {package}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def ask(url: str, body: Any = None, timeout: float = 10) -> Any:
    """Get a URL, or post JSON to it; the JSON that it answers, or nothing."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        text = answer.read()
    return json.loads(text) if text else None


class Bench:
    """What is running, and the folder with its files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(
        self, name: str, command: list[str], environment: dict[str, str] | None = None, folder: Path | None = None
    ) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            # A session of its own: Ctrl-C reaches the drill alone, which then stops the others in order.
            self.running[name] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                cwd=folder or self.folder,
                start_new_session=True,
            )

    def stop(self, name: str) -> None:
        process = self.running.pop(name)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def stop_all(self) -> None:
        for name in reversed(list(self.running)):
            self.stop(name)

    def alive(self) -> None:
        """Fail where a process has ended that should run."""
        for name, process in self.running.items():
            if process.poll() is not None:
                tail = (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
                raise BenchError(f"{name} ended with {process.returncode}:\n    " + "\n    ".join(tail))

    def ready(self, name: str, url: str, start_seconds: float = 0) -> None:
        """Wait until a server answers; longer than usual for one that may take longer to start."""

        def answers() -> bool:
            try:
                ask(url, timeout=2)
            except (OSError, ValueError):
                return False
            return True

        self.until(f"{name} answers at {url}", answers, max(PATIENCE, start_seconds))

    def until(self, what: str, holds: Callable[[], Any], patience: float = PATIENCE) -> None:
        """Wait until something holds, while everything goes on running."""
        deadline = time.monotonic() + patience
        while not holds():
            self.alive()
            if time.monotonic() > deadline:
                raise BenchError(f"waited {patience:.0f} s in vain: {what}; the logs say why")
            time.sleep(0.05)


class Prometheus:
    """Questions to a running Prometheus."""

    def __init__(self, url: str) -> None:
        self.url = url

    def query(self, query: str) -> list[dict[str, Any]]:
        """The samples that an expression has now."""
        parameters = urllib.parse.urlencode({"query": query})
        try:
            data = ask(f"{self.url}/api/v1/query?{parameters}")["data"]
        except urllib.error.HTTPError as error:
            raise BenchError(f"Prometheus refuses the query {query}: {error.read().decode()}") from error
        return [{"metric": {}, "value": data["result"]}] if data["resultType"] == "scalar" else data["result"]

    def values(self, query: str) -> list[float]:
        return [float(sample["value"][1]) for sample in self.query(query)]

    def rules(self) -> list[dict[str, Any]]:
        groups = ask(f"{self.url}/api/v1/rules")["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    def alertmanagers(self) -> list[dict[str, Any]]:
        return list(ask(f"{self.url}/api/v1/alertmanagers")["data"]["activeAlertmanagers"])

    def firing(self) -> list[dict[str, Any]]:
        alerts = ask(f"{self.url}/api/v1/alerts")["data"]["alerts"]
        return [alert for alert in alerts if alert["state"] == "firing"]
