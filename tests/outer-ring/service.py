"""The built service against its own interface. Slow: the service is compiled first."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from check import Check, Context, Edit, Fault, Render
from install import PINS

ONE_AT_A_TIME = Lock()


def contract(context: Context, render: Render, _files: list[str]) -> str:
    """`make contract`, with the pinned tool in the place where make looks for it."""
    with TemporaryDirectory() as scratch:
        # What the tool leaves behind must not be there for the other checks.
        folder = Path(scratch) / render.name
        shutil.copytree(render.folder, folder, symlinks=True)
        return prove(context, folder)


def prove(context: Context, folder: Path) -> str:
    """The test itself, and that it leaves nothing in the work tree."""
    tools = folder / ".tools"
    programs = tools / f"schemathesis-{pinned('schemathesis')}" / "bin"
    for link, target in (
        (programs / "schemathesis", context.tools / "bin" / "schemathesis"),
        (programs / "python", context.tools / "venv" / "bin" / "python"),
        (tools / "bin" / "schemathesis", f"../{programs.relative_to(tools)}/schemathesis"),
    ):
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    with ONE_AT_A_TIME:
        said = context.ask(folder, "make", "--no-print-directory", "contract")
    if "installing schemathesis" in said[1]:
        return f"the tool was installed once more, so tools/contract.txt pins another version:\n{said[1]}"
    return said[1] if said[0] else context.ask(folder, "git", "status", "--porcelain")[1]


def pinned(name: str) -> str:
    """The version in tools.toml."""
    return next(pin["version"] for pin in PINS if pin["name"] == name)


def once_a_stack(render: Render) -> bool:
    """The service is the same in all presets; Quick Start has no contract test."""
    return render.name in {"balanced-compose", f"{render.stack}-enterprise-kubernetes"}


CHECKS = (
    Check(
        "contract: the service obeys openapi.yaml",
        "schemathesis",
        ("openapi.yaml", "stack.mk"),
        contract,
        (
            Fault(
                Edit("openapi.yaml", "application/problem+json:", "application/problem:"),
                "Content-Type",
                "balanced-compose",
            ),
        ),
        where=once_a_stack,
    ),
)
