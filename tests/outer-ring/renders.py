"""The generated repositories: every preset on every platform, every stack, and variations of the settings that numbers
depend on.
"""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from check import Render

PRESETS = ("quick-start", "balanced", "enterprise")
PLATFORMS = ("kubernetes", "compose")
STACK = "rust"
# What a stack changes is the same in the presets between and on both platforms.
OTHER_STACKS = ("go", "java", "python", "typescript")
ANSWERS = {"service_name": "orders", "owner": "acme/orders-team"}
# name, preset, platform, settings, all of the stack STACK
VARIATIONS = (
    ("objective-90", "balanced", "kubernetes", {"slo.availability.objective": 90, "slo.latency.objective": 90}),
    (
        "objective-99.99",
        "enterprise",
        "kubernetes",
        {"slo.availability.objective": 99.99, "slo.latency.objective": 99.9},
    ),
    ("period-7", "enterprise", "compose", {"slo.period_days": 7}),
    ("period-90", "balanced", "kubernetes", {"slo.period_days": 90}),
    ("step-5", "enterprise", "kubernetes", {"rollout.step": 5, "rollout.replicas": 20}),
    ("step-20", "balanced", "kubernetes", {"rollout.step": 20, "rollout.until": 60, "rollout.replicas": 5}),
    ("step-25", "enterprise", "kubernetes", {"rollout.step": 25, "rollout.replicas": 4}),
    ("step-50", "balanced", "kubernetes", {"rollout.step": 50, "rollout.replicas": 2}),
    ("latency-0.75", "enterprise", "kubernetes", {"slo.latency.threshold_seconds": 0.75}),
    ("latency-2.5", "balanced", "compose", {"slo.latency.threshold_seconds": 2.5}),
)


def render_all(goldpath: Path, pack: str, work: Path) -> dict[str, Render]:
    """Renders everything anew, each as a repository with one commit."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    wanted = [(f"{preset}-{platform}", STACK, preset, platform, {}) for preset in PRESETS for platform in PLATFORMS]
    for stack in OTHER_STACKS:
        for preset, platform in (("quick-start", "compose"), ("enterprise", "kubernetes")):
            wanted.append((f"{stack}-{preset}-{platform}", stack, preset, platform, {}))
    plain = len(wanted)
    wanted += [(name, STACK, *rest) for name, *rest in VARIATIONS]

    def make(number: int) -> Render:
        name, stack, preset, platform, settings = wanted[number]
        folder = work / name
        values = ANSWERS | {"platform": platform} | settings
        chosen = [word for key, value in values.items() for word in ("--set", f"{key}={value}")]
        command = [goldpath, "pack", "render", pack, "--preset", preset, "--stack", stack, *chosen, "--to", folder, "--quiet"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:
            sys.exit(f"{name} can't be rendered: {result.stderr}")
        commit(folder, "first commit")
        return Render(name, stack, preset, platform, folder, number >= plain)

    with ThreadPoolExecutor(2) as pool:
        return {render.name: render for render in pool.map(make, range(len(wanted)))}


def commit(folder: Path, message: str) -> None:
    """Commits everything, as nobody in particular, and without the settings and hooks of the machine."""
    environment = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    git = [
        "git",
        "-C",
        folder,
        "-c",
        "user.name=Nobody",
        "-c",
        "user.email=nobody@example.com",
        "-c",
        "commit.gpgsign=false",
    ]
    if not (folder / ".git").exists():
        subprocess.run([*git, "init", "--quiet", "--initial-branch=main"], check=True, env=environment)
    for command in (["add", "--all"], ["commit", "--quiet", "--message", message]):
        subprocess.run([*git, *command], check=True, env=environment)
