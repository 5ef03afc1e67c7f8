"""Tests of scripts/go_licenses.py."""

import sys
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from go_licenses import ALLOWED, allowed, refused


def bill(*licences: dict[str, str]) -> dict[str, Any]:
    """A bill of materials with one dependency."""
    evidence = {"licenses": [{"license": licence} for licence in licences]}
    return {"components": [{"name": "example.com/a", "version": "v1.0.0", "evidence": evidence}]}


class Licences(unittest.TestCase):
    def setUp(self) -> None:
        self.known = allowed(ALLOWED.read_text(encoding="utf-8"))

    def test_comments_are_no_licences(self) -> None:
        self.assertEqual(allowed("# a\nMIT # b\n\n"), {"MIT"})

    def test_an_allowed_licence_passes(self) -> None:
        self.assertEqual(refused(bill({"id": "MIT"}), self.known), [])
        self.assertEqual(refused({}, self.known), [])

    def test_one_that_is_not_allowed_is_refused_beside_one_that_is(self) -> None:
        found = refused(bill({"id": "MIT"}, {"name": "Own Terms"}), self.known)
        self.assertEqual(found, ["example.com/a v1.0.0 has MIT, Own Terms"])

    def test_none_is_refused_too(self) -> None:
        self.assertEqual(refused(bill(), self.known), ["example.com/a v1.0.0 has no licence that is known"])


if __name__ == "__main__":
    unittest.main()
