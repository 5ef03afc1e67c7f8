"""A claim without evidence and a link to nowhere are found."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import evidence


class Evidence(unittest.TestCase):
    def test_the_map_of_this_repository_is_read(self):
        found = evidence.controls((Path(__file__).parents[2] / "compliance/controls.yaml").read_text())
        self.assertIn("audit/log.jsonl", found["audit-trail"])
        self.assertTrue(all(found.values()))

    def test_a_control_without_evidence_is_seen(self):
        self.assertEqual(evidence.controls("controls:\n  - id: a\n    check: b\n"), {"a": []})

    def test_links_to_nowhere_are_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "b.md").write_text("# What It Is (now)\n")
            (root / "a.md").write_text("[x](b.md#what-it-is-now) [y](b.md#gone) [z](c.md) [w](https://a.b)\n```text\n[q](d.md)\n```\n")
            found = list(evidence.dead_links(root, ["a.md"]))
        self.assertEqual(found, ["a.md: links to b.md#gone, and there is no such heading", "a.md: links to c.md, which does not exist"])


if __name__ == "__main__":
    unittest.main()
