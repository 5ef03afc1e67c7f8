"""GitHub Actions and Dependabot."""

from check import Check, Context, Edit, Fault, Render

WORKFLOWS = (".github/workflows/*.yml",)
CI = ".github/workflows/ci.yml"


def actionlint(context: Context, render: Render, files: list[str]) -> str:
    """Syntax, expressions, needs and runners; `run:` blocks through shellcheck."""
    return context.run(
        render.folder,
        "actionlint",
        "-no-color",
        f"-shellcheck={context.tools / 'bin' / 'shellcheck'}",
        "-pyflakes=",
        *files,
    )


def zizmor(context: Context, render: Render, _files: list[str]) -> str:
    """Every audit that works without the network, as the strictest persona, and no ignores."""
    ignores = [file for file in render.folder.rglob("*zizmor.y*ml") if ".git/" not in str(file)]
    if ignores:
        return f"a configuration could ignore findings: {ignores}"
    quiet = ["--offline", "--persona=auditor", "--strict-collection", "--no-progress", "--no-ignores"]
    return context.run(render.folder, "zizmor", *quiet, ".github")


def schema(name: str):
    """A schema that check-jsonschema ships."""

    def ask(context: Context, render: Render, files: list[str]) -> str:
        return context.run(render.folder, "check-jsonschema", "--builtin-schema", name, *files)

    return ask


CHECKS = (
    Check(
        "workflows: syntax and expressions",
        "actionlint",
        WORKFLOWS,
        actionlint,
        (
            Fault(Edit(CI, "runs-on: ubuntu-24.04", "runs-on: ubuntu-99.04"), '"ubuntu-99.04" is unknown'),
            Fault(Edit(CI, "run: make check", "run: echo $UNQUOTED"), "SC2086"),
        ),
    ),
    Check(
        "workflows: security",
        "zizmor",
        (".github/**/*.yml",),
        zizmor,
        (
            Fault(Edit(CI, "persist-credentials: false", "persist-credentials: true"), "artipacked"),
            Fault(Edit(CI, "permissions: {}\n", "permissions: write-all\n"), "excessive-permissions"),
            Fault(Edit(".github/dependabot.yml", "default-days: 7", "default-days: 1"), "dependabot-cooldown"),
        ),
    ),
    Check(
        "workflows: schema",
        "check-jsonschema",
        WORKFLOWS,
        schema("vendor.github-workflows"),
        (Fault(Edit(CI, "    runs-on:", "    runs_on:"), "runs_on"),),
    ),
    Check(
        "workflows: every job has a time limit",
        "check-jsonschema",
        WORKFLOWS,
        schema("custom.github-workflows-require-timeout"),
        (Fault(Edit(CI, "    timeout-minutes:", "    # timeout-minutes:"), "timeout-minutes"),),
    ),
    Check(
        "dependabot: schema",
        "check-jsonschema",
        (".github/dependabot.yml",),
        schema("vendor.dependabot"),
        (Fault(Edit(".github/dependabot.yml", "interval: weekly", "interval: fortnightly"), "fortnightly"),),
    ),
)
