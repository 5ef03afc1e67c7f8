"""What a runbook says: its headings, and the queries under each."""

import re
from pathlib import Path

HEADINGS = ("Meaning", "Impact", "Diagnosis", "Mitigation")
COMPARISON = re.compile(r"\s(<=|>=|==|!=|<|>)\s+[0-9.]+\s*$")


class Runbook:
    """One file of docs/runbooks."""

    def __init__(self, text: str) -> None:
        self.sections: dict[str, str] = {}
        for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
            title, _, body = part.partition("\n")
            self.sections[title.strip()] = body.strip()

    def missing(self) -> list[str]:
        """The headings that are not there, or say nothing."""
        return [heading for heading in HEADINGS if not self.sections.get(heading)]

    def queries(self) -> list[str]:
        """What is looked at while the alert fires."""
        return [query for _, query in self._all() if not self._waits(query)]

    def proofs(self) -> list[str]:
        """What holds again after the recovery: the comparisons under Verify."""
        return [query for section, query in self._all() if section == "Verify" and self._waits(query)]

    def _all(self) -> list[tuple[str, str]]:
        found = []
        for section, body in self.sections.items():
            for fence in re.findall(r"^ *```promql\n(.*?)^ *```", body, flags=re.MULTILINE | re.DOTALL):
                found.append((section, " ".join(line.strip() for line in fence.splitlines()).strip()))
        return found

    def _waits(self, query: str) -> bool:
        return bool(COMPARISON.search(query)) and any(q == query for s, q in self._all() if s == "Verify")


def path_of(url: str, base: str, root: Path) -> Path:
    """The file in this repository that a link on its main branch leads to."""
    if not url.startswith(base):
        raise ValueError(f"the link {url} leads out of this repository ({base})")
    path = (root / url.removeprefix(base).partition("#")[0]).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise ValueError(f"the link {url} leads to no file: {path} does not exist")
    return path
