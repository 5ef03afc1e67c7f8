"""Runs every check on every render, and each once on its planted faults. Runs in the Python environment of the tools."""

import hashlib
import shutil
import sys
import time
import traceback
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import alerting
import analyses
import configuration
import containers
import documents
import github
import interfaces
import kubernetes
import measurements
import policies
import scripts
import secret_scan
import service
import workflows
from check import Check, Context, Fault, Render
from install import PINS, version
from options import parse
from renders import commit, render_all

FAMILIES = (
    workflows,
    github,
    containers,
    kubernetes,
    alerting,
    analyses,
    measurements,
    policies,
    configuration,
    scripts,
    documents,
    interfaces,
    secret_scan,
)


@dataclass(frozen=True)
class Outcome:
    """How one check ended on one repository."""

    check: Check
    about: str
    finding: str
    seconds: float
    asked: bool = True


class Ring:
    """The checks, the renders, and what was asked before."""

    def __init__(self, context: Context, renders: dict[str, Render], work: Path) -> None:
        self.context = context
        self.renders = renders
        self.work = work
        self.known: dict[tuple[str, str], Future[str]] = {}

    def clean(self, check: Check, render: Render) -> Outcome:
        """The check on a repository as it was generated: it must find nothing."""
        started = time.monotonic()
        answer: Future[str] = Future()
        before = self.known.setdefault((check.name, self.digest(check, render)), answer)
        if before is answer:
            answer.set_result(ask(self.context, check, render))
        return Outcome(check, render.name, before.result(), time.monotonic() - started, before is answer)

    def digest(self, check: Check, render: Render) -> str:
        """The same for two repositories whose answer must be the same."""
        if not check.pure:
            return render.name
        files = check.matching(render.folder)
        parts = [f"{file}\0".encode() + hashlib.sha256((render.folder / file).read_bytes()).digest() for file in files]
        return hashlib.sha256(b"".join(parts)).hexdigest()

    def planted(self, check: Check, fault: Fault, number: int) -> Outcome:
        """The check on a repository with a fault: it must say so."""
        started = time.monotonic()
        about = f"fault {number + 1} in {fault.into}"
        folder = self.work / "faults" / f"{check.name.replace('/', '-').replace(' ', '-')}-{number + 1}"
        origin = self.renders[fault.into]
        shutil.copytree(origin.folder, folder, symlinks=True)
        try:
            fault.plant.plant(folder)
        except (LookupError, FileNotFoundError) as error:
            return Outcome(check, about, str(error), time.monotonic() - started)
        commit(folder, "a planted fault")
        said = ask(self.context, check, Render(origin.name, origin.stack, origin.preset, origin.platform, folder))
        finding = ""
        if not said:
            finding = f"the planted fault was not found: {fault.plant}"
        elif fault.says not in said:
            finding = f"the planted fault was expected to give {fault.says!r}; it gave:\n{said}"
        shutil.rmtree(folder)
        return Outcome(check, about, finding, time.monotonic() - started)


def ask(context: Context, check: Check, render: Render) -> str:
    """Asks, and makes an error of the check itself a finding."""
    files = check.matching(render.folder)
    if not files:
        return f"no file matches {' '.join(check.files)}"
    try:
        return check.ask(context, render, files)
    except Exception:  # noqa: BLE001 - whatever went wrong, this check has not passed
        return traceback.format_exc()


def main() -> int:
    """Runs everything and prints the table."""
    options = parse()
    started = time.monotonic()
    families = (*FAMILIES, service) if options.with_service else FAMILIES
    checks = [check for family in families for check in family.CHECKS if options.only in check.name]
    unproven = [check.name for check in checks if not check.faults]
    unpinned = sorted({check.tool for check in checks} - {pin["name"] for pin in PINS} - {"python"})
    idle = sorted(
        {pin["name"] for pin in PINS}
        - {check.tool for check in (*(c for f in FAMILIES for c in f.CHECKS), *service.CHECKS)}
    )
    if unproven or unpinned or idle or not checks:
        print(f"without a planted fault: {unproven}; not in tools.toml: {unpinned}; asked by no check: {idle}")
        return 1
    versions = {pin["name"]: version(options.tools, pin) for pin in PINS} | {"python": sys.version.split()[0]}
    renders = render_all(options.goldpath, options.pack, options.work)
    print(f"{len(renders)} repositories after {time.monotonic() - started:.0f} s", flush=True)

    ring = Ring(Context(options.tools, options.target), renders, options.work)
    tasks = [(ring.clean, check, render) for check in checks for render in renders.values() if wanted(check, render)]
    tasks += [(ring.planted, check, fault, number) for check in checks for number, fault in enumerate(check.faults)]
    # The longest first, so that no core waits for the other at the end.
    tasks.sort(key=lambda task: -weight(task[1]))
    with ThreadPoolExecutor(options.jobs) as pool:
        outcomes = list(pool.map(lambda task: task[0](*task[1:]), tasks))

    failed = [outcome for outcome in outcomes if outcome.finding]
    for outcome in failed:
        print(f"\nFAILED {outcome.check.name} ({outcome.about})\n{outcome.finding[:6000]}")
    without = [check.name for check in checks if not any(o.check is check and o.about in renders for o in outcomes)]
    for name in without:
        print(f"\nFAILED {name}: it is made for none of the repositories")
    table(outcomes, versions)
    print(f"\nouter ring after {time.monotonic() - started:.0f} s")
    print(f"\n{len(outcomes) - len(failed)} passed, {len(failed) + len(without)} failed")
    return 1 if failed or without else 0


def wanted(check: Check, render: Render) -> bool:
    """Whether a check is made for a repository."""
    return check.where(render) and (check.numbers or not render.variation)


def weight(check: Check) -> int:
    """Roughly how long a check takes."""
    return {"schemathesis": 3, "make": 2, "promtool": 1}.get(check.tool, 0)


def table(outcomes: list[Outcome], versions: dict[str, str]) -> None:
    """One line a tool, and one a check below it."""
    rows = defaultdict(list)
    for outcome in outcomes:
        rows[outcome.check.tool, outcome.check.name].append(outcome)
    print(f"\n{'tool':<20} {'version':<14} {'check':<52} {'renders':>7} {'asked':>5} {'faults':>6} {'seconds':>7}")
    for (tool, name), all_of_it in sorted(rows.items()):
        planted = sum(outcome.about.startswith("fault ") for outcome in all_of_it)
        clean = len(all_of_it) - planted
        asked = sum(outcome.asked for outcome in all_of_it) - planted
        seconds = sum(outcome.seconds for outcome in all_of_it)
        print(f"{tool:<20} {versions[tool]:<14} {name:<52} {clean:>7} {asked:>5} {planted:>6} {seconds:>7.1f}")


if __name__ == "__main__":
    sys.exit(main())
