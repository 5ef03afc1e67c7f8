"""What a check is, and the faults that prove it."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# Where programs and registries are, and what a network in between asks for.
KEPT = (
    *("HOME", "PATH", "CARGO_HOME", "RUSTUP_HOME"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy"),
)


@dataclass(frozen=True)
class Render:
    """One generated repository."""

    name: str
    stack: str
    preset: str
    platform: str
    folder: Path
    # A variation of settings: only the checks that depend on numbers run on it.
    variation: bool = False


class Context:
    """Where the tools are, and how a check calls them."""

    def __init__(self, tools: Path, target: Path) -> None:
        self.tools = tools
        self.target = target

    def run(self, folder: Path, *command: str | Path, stdin: str | None = None, **environment: str) -> str:
        """Runs a tool in a repository. Clean is exit code 0, and then nothing is returned; otherwise what it said."""
        code, said = self.ask(folder, *command, stdin=stdin, **environment)
        return "" if code == 0 else f"exit {code}: {said.strip()}"

    def ask(self, folder: Path, *command: str | Path, stdin: str | None = None, **environment: str) -> tuple[int, str]:
        """Runs a tool in a repository, and returns its exit code and what it said."""
        result = subprocess.run(
            [str(word) for word in command],
            cwd=folder,
            env=self.environment() | environment,
            input=stdin or "",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
            check=False,
        )
        return result.returncode, result.stdout

    def environment(self) -> dict[str, str]:
        """The pinned tools first; no colours; nothing of the person who runs it."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        git = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}
        return (
            kept
            | git
            | {
                "PATH": f"{self.tools / 'bin'}:{kept['PATH']}",
                "NO_COLOR": "1",
                "LC_ALL": "C.UTF-8",
                "REDOCLY_TELEMETRY": "off",
                "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
                "CARGO_TARGET_DIR": str(self.target),
            }
        )


@dataclass(frozen=True)
class Edit:
    """A planted fault: one text replaced by another, where it stands first."""

    path: str
    old: str
    new: str

    def plant(self, folder: Path) -> None:
        """Fails where the text is absent: then the fault would not be planted, and its check not proven."""
        file = folder / self.path
        text = file.read_text()
        if self.old not in text:
            raise LookupError(f"can't plant the fault: {self.path} has no {self.old!r}")
        file.write_text(text.replace(self.old, self.new, 1))


@dataclass(frozen=True)
class Add:
    """A planted fault: a file, or more text at the end of one."""

    path: str
    text: str

    def plant(self, folder: Path) -> None:
        """Appends the text."""
        file = folder / self.path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a") as end:
            end.write(self.text)


@dataclass(frozen=True)
class Fault:
    """What is planted, and what the check must then say."""

    plant: Edit | Add
    says: str
    # The render that gets it.
    into: str = "enterprise-kubernetes"


def everywhere(_render: Render) -> bool:
    """For checks that belong to every repository."""
    return True


@dataclass(frozen=True)
class Check:
    """One question to one tool."""

    name: str
    tool: str
    # The files it is about, as globs. Where none matches, that is a failure, never a skip.
    files: tuple[str, ...]
    ask: Callable[[Context, Render, list[str]], str]
    faults: tuple[Fault, ...]
    where: Callable[[Render], bool] = everywhere
    # Depends on numbers, so it runs on variations of settings too.
    numbers: bool = False
    # The answer depends on the matching files alone, so the same bytes are asked about once.
    pure: bool = False

    def matching(self, folder: Path) -> list[str]:
        """The files it is about, sorted, relative to the repository."""
        found = {
            path.relative_to(folder).as_posix()
            for glob in self.files
            for path in folder.glob(glob)
            if path.is_file() and ".git" not in path.relative_to(folder).parts
        }
        return sorted(found)
