"""Tampering with the audit trail is found, wherever it happens."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import audit

GENESIS = (Path(__file__).parents[2] / "audit/log.jsonl").read_text().splitlines()[0] + "\n"


class Audit(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = Path(folder.name) / "log.jsonl"
        self.log.write_text(GENESIS)
        for number in range(3):
            audit.append(self.log, {"action": "deploy", "actor": f"person-{number}", "subject": "production", "approvals": "a,b"})
        self.lines = self.log.read_text().splitlines()

    def test_an_honest_log_passes(self):
        self.assertEqual(audit.problems(self.lines, self.lines[:2]), [])

    def test_one_changed_byte_in_any_record_is_found(self):
        for number, line in enumerate(self.lines):
            for position, old in enumerate(line):
                new = "1" if old == "0" else "0"
                changed = [*self.lines[:number], line[:position] + new + line[position + 1 :], *self.lines[number + 1 :]]
                self.assertTrue(audit.problems(changed), f"line {number + 1}, character {position + 1}")

    def test_a_removed_record_is_found(self):
        self.assertIn("line 2", audit.problems(self.lines[:1] + self.lines[2:])[0])

    def test_two_exchanged_records_are_found(self):
        self.assertTrue(audit.problems([self.lines[0], self.lines[2], self.lines[1], self.lines[3]]))

    def test_a_shortened_log_is_found_by_its_older_copy(self):
        self.assertEqual(audit.problems(self.lines[:3]), [])
        self.assertTrue(audit.problems(self.lines[:3], self.lines))

    def test_nothing_is_added_to_a_broken_log(self):
        self.log.write_text(self.log.read_text().replace("person-1", "person-9"))
        with self.assertRaisesRegex(ValueError, "was changed after it was written"):
            audit.append(self.log, {"action": "deploy"})

    def test_an_action_nobody_knows_is_refused(self):
        with self.assertRaisesRegex(ValueError, "action is one of"):
            audit.append(self.log, {"action": "party"})


if __name__ == "__main__":
    unittest.main()
