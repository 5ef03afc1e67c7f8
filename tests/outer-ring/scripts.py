"""Shell and Python scripts, and the make targets that call everything."""

from check import Add, Check, Context, Edit, Fault, Render

SHELL = ("scripts/**/*.sh",)


def shellcheck(context: Context, render: Render, files: list[str]) -> str:
    """Every optional check but the three that ask for a style of quoting and braces that nobody else uses."""
    silenced = [file for file in files if "shellcheck disable" in (render.folder / file).read_text()]
    if silenced:
        return f"a comment silences findings: {silenced}"
    return context.run(render.folder, "shellcheck", "--norc", "--severity=style", "--external-sources", *files)


def shfmt(context: Context, render: Render, files: list[str]) -> str:
    """One format."""
    return context.run(render.folder, "shfmt", "-d", "-i", "2", *files)


def python_tests(context: Context, render: Render, files: list[str]) -> str:
    """Scripts compile without a warning, and their tests pass."""
    for file in files:
        compiled = [
            "python3",
            "-W",
            "error",
            "-B",
            "-c",
            "import sys; compile(open(sys.argv[1]).read(), sys.argv[1], 'exec')",
            file,
        ]
        said = context.run(render.folder, *compiled)
        if said:
            return f"{file}: {said}"
    tests = ["python3", "-W", "error", "-B", "-m", "unittest", "discover", "--start-directory", "scripts/tests"]
    code, said = context.ask(render.folder, *tests)
    return said if code or "Ran 0 tests" in said or "skipped" in said else ""


def validate(context: Context, render: Render, _files: list[str]) -> str:
    """What a developer types: `make validate`, with the tools on the path."""
    # Debian's promtool has no Kubernetes discovery, and `make validate` rightly says that it did not check that.
    first = context.tools / "first"
    first.mkdir(exist_ok=True)
    promtool = first / "promtool"
    if not promtool.exists():
        promtool.symlink_to(context.tools / "bin" / "promtool3")
    path = f"{first}:{context.environment()['PATH']}"
    code, said = context.ask(render.folder, "make", "--no-print-directory", "validate", PATH=path)
    return said if code or "NOT CHECKED" in said else ""


def help_targets(context: Context, render: Render, _files: list[str]) -> str:
    """Every target that `make help` lists can be resolved, with all that it needs."""
    code, said = context.ask(render.folder, "make", "--no-print-directory", "help")
    targets = [line.split()[0] for line in said.splitlines() if line.startswith("  ")]
    if code or "check" not in targets:
        return said
    found = []
    for target in targets:
        words = ["ENV=production", "BASE=main", "VERSION=v1.0.0", "URL=http://localhost:8080"]
        code, said = context.ask(render.folder, "make", "--no-print-directory", "--dry-run", target, *words)
        if code:
            found.append(f"make {target}: {said}")
    return "\n".join(found)


def one_of_each_platform(render: Render) -> bool:
    """It repeats what other checks do one by one."""
    return render.name in ("quick-start-compose", "enterprise-kubernetes")


def ruff(context: Context, render: Render, files: list[str]) -> str:
    """The rules that are on by default, and no comment that silences one."""
    return context.run(render.folder, "ruff", "check", "--isolated", "--no-cache", "--ignore-noqa", *files)


CHECKS = (
    Check(
        "shell scripts: faults",
        "shellcheck",
        SHELL,
        shellcheck,
        (Fault(Add("scripts/smoke.sh", "\nrm -rf $UNQUOTED/\n"), "SC2086"),),
        pure=True,
    ),
    Check(
        "shell scripts: format",
        "shfmt",
        SHELL,
        shfmt,
        (Fault(Add("scripts/smoke.sh", "\nif true; then\n     echo x\nfi\n"), "echo x"),),
        pure=True,
    ),
    Check(
        "Python scripts: compile, tests",
        "python",
        ("scripts/**/*.py",),
        python_tests,
        (
            Fault(Add("scripts/config.py", "\nif True print()\n"), "SyntaxError"),
            Fault(Edit("scripts/audit.py", "hashlib.sha256(", "hashlib.md5("), "FAIL"),
        ),
    ),
    Check(
        "Python scripts: faults",
        "ruff",
        ("scripts/**/*.py",),
        ruff,
        (Fault(Add("scripts/config.py", "\nprint(undefined_name)\n"), "undefined_name"),),
        pure=True,
    ),
    Check(
        "make: every listed target resolves",
        "make",
        ("Makefile", "stack.mk", "make/*.mk"),
        help_targets,
        (Fault(Edit("Makefile", "check: lint test", "check: lint tset"), "tset"),),
        pure=True,
    ),
    Check(
        "make validate",
        "make",
        ("Makefile",),
        validate,
        (Fault(Edit("config/environments/staging.env", "LOG_LEVEL=", "LOG_LEVLE="), "LOG_LEVLE"),),
        where=one_of_each_platform,
    ),
)
