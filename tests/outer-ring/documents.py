"""Markdown: style, links, anchors."""

import re
from pathlib import Path
from urllib.parse import unquote

from check import Add, Check, Context, Edit, Fault, Render

MARKDOWN = ("**/*.md",)
STYLE = Path(__file__).with_name("markdown.yaml")
NAMED = re.compile(
    r"(?<![\w/.<:{-])((?:[\w.-]+/)+[\w.-]+\.(?:md|ya?ml|toml|jsonl?|sh|py|rego|sql|txt|mk|rs|go|java|ts|js|env))(?![\w/*])"
)
LINK = re.compile(r"\[[^\]]*\]\(<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\)")


def markdownlint(context: Context, render: Render, files: list[str]) -> str:
    """Style."""
    return context.run(render.folder, "markdownlint-cli2", "--config", style(context), *[f":{file}" for file in files])


def style(context: Context) -> Path:
    """The tool insists on a name for its configuration."""
    named = context.tools / "outer-ring.markdownlint-cli2.yaml"
    if not named.exists() or named.read_bytes() != STYLE.read_bytes():
        named.write_bytes(STYLE.read_bytes())
    return named


def prose(text: str) -> str:
    """The text without fenced blocks and inline code, where a bracket is no link."""
    text = re.sub(r"^( *)(```|~~~).*?^ *\2", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", lambda code: "x" * len(code.group()), text)


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a document."""
    text = re.sub(r"^( *)(```|~~~).*?^ *\2", "", text, flags=re.DOTALL | re.MULTILINE)
    found: set[str] = set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", text, re.MULTILINE):
        heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        number = 0
        while (anchor := slug if not number else f"{slug}-{number}") in found:
            number += 1
        found.add(anchor)
    return found


def links(_context: Context, render: Render, files: list[str]) -> str:
    """Every link of a document, and every address of this repository in any file, leads to a file and heading that exist."""
    found = []
    for file in files:
        for link in LINK.findall(prose((render.folder / file).read_text())):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = link.partition("#")
            found += broken(
                render.folder, (Path(file).parent / unquote(path)) if path else Path(file), anchor, f"{file}: {link}"
            )
    address = re.compile(r"https://github\.com/acme/orders/(?:blob|tree)/main/([\w./-]+\w)(?:#([\w-]+))?")
    for file in sorted(
        path
        for path in render.folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(render.folder).parts
    ):
        for path, anchor in address.findall(file.read_text(errors="replace")):
            name = file.relative_to(render.folder)
            found += broken(render.folder, Path(path), anchor, f"{name}: {path}")
    return "\n".join(found)


def broken(folder: Path, path: Path, anchor: str, about: str) -> list[str]:
    """What is wrong with one link."""
    target = (folder / path).resolve()
    if not target.is_relative_to(folder.resolve()):
        return [f"{about}: leads out of the repository"]
    if not target.exists():
        return [f"{about}: no such file"]
    if anchor and not anchor.startswith("L") and anchor not in anchors(target.read_text()):
        return [f"{about}: no such heading"]
    return []


def named(_context: Context, render: Render, files: list[str]) -> str:
    """Every path in inline code is a file of the repository; YYYY stands for a date that is yet to come."""
    found = []
    for file in files:
        for code in re.findall(r"`([^`\n]+)`", (render.folder / file).read_text()):
            for path in NAMED.findall(code):
                path = path.removeprefix("acme/orders/")
                known = (render.folder / path).exists() or (render.folder / file).parent.joinpath(path).exists()
                if not known and "YYYY" not in path:
                    found.append(f"{file}: {path}: no such file")
    return "\n".join(found)


def reachable(_context: Context, render: Render, files: list[str]) -> str:
    """From README.md every document can be reached by links."""
    seen, waiting = set(), [render.folder / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        for link in LINK.findall(prose(page.read_text())):
            path = (page.parent / unquote(link.partition("#")[0])).resolve()
            if path.suffix == ".md" and path.is_file():
                waiting.append(path)
    known = {page.resolve() for page in seen}
    return "\n".join(f"{file}: no link leads here" for file in files if (render.folder / file).resolve() not in known)


CHECKS = (
    Check(
        "documents: style",
        "markdownlint-cli2",
        MARKDOWN,
        markdownlint,
        (
            Fault(Edit("docs/README.md", "\n## ", "\n#### "), "MD001"),
            Fault(Edit("SECURITY.md", "\n\n", "\n\n\n\n"), "MD012"),
        ),
        pure=True,
    ),
    Check(
        "documents: links and anchors",
        "python",
        MARKDOWN,
        links,
        (
            Fault(Edit("docs/README.md", "](runbooks/LatencyBudgetBurn.md)", "](runbooks/Latency.md)"), "no such file"),
            Fault(
                Edit(
                    "docs/README.md",
                    "](runbooks/LatencyBudgetBurn.md)",
                    "](runbooks/LatencyBudgetBurn.md#no-such-heading)",
                ),
                "no such heading",
            ),
            Fault(
                Edit("ops/slo/rules.yml", "docs/runbooks/AvailabilityBudgetBurn.md", "docs/runbooks/Availability.md"),
                "no such file",
            ),
            Fault(Edit("docs/README.md", "](../CONTRIBUTING.md)", "](../../CONTRIBUTING.md)"), "leads out"),
        ),
    ),
    Check(
        "documents: files named in code exist",
        "python",
        MARKDOWN,
        named,
        (
            Fault(
                Edit(
                    "docs/runbooks/LatencyBudgetBurn.md", "`ops/slo/error-budget-policy.toml`", "`ops/slo/policy.toml`"
                ),
                "ops/slo/policy.toml: no such file",
            ),
        ),
    ),
    Check(
        "documents: every page is reachable from README.md",
        "python",
        MARKDOWN,
        reachable,
        (Fault(Add("docs/orphan.md", "# Orphan\n"), "docs/orphan.md"),),
    ),
)
