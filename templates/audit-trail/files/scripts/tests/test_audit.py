"""Tampering with the audit trail is found, wherever it happens."""

import contextlib
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import audit

GENESIS = (Path(__file__).parents[2] / "audit/log.jsonl").read_text().splitlines()[0] + "\n"
IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")


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

    def history(self, *copies):
        """What is wrong with a branch whose commits had these copies of the log."""
        subprocess.run(["git", "init", "--quiet", "--initial-branch=trail", self.log.parent], check=True)
        with contextlib.chdir(self.log.parent):
            os.mkdir("audit")
            for copy in copies:
                Path("audit/log.jsonl").write_text("".join(line + "\n" for line in copy))
                self.commit("record")
            return audit.rewrites("trail")[1]

    def commit(self, message):
        audit.git("add", "audit")
        audit.git(*IDENTITY, "commit", "--quiet", "--message", message)

    def forged(self):
        """A log with one record less and another actor, whose chain was computed anew."""
        log = self.log.with_name("forged.jsonl")
        log.write_text(GENESIS)
        audit.append(log, {"action": "deploy", "actor": "somebody else", "subject": "production"})
        return log.read_text().splitlines()

    def test_a_history_that_only_added_passes(self):
        self.assertEqual(self.history(self.lines[:1], self.lines[:2], self.lines), [])

    def test_a_chain_that_was_computed_anew_is_found_by_the_history(self):
        forged = self.forged()
        self.assertEqual(audit.problems(forged, self.lines[:1]), [])
        found = self.history(self.lines[:1], self.lines, forged, [*forged, *forged[1:]])
        self.assertRegex(found[0], "line 2: is not what commit [0-9a-f]{12} holds")

    def test_it_is_found_behind_a_merge_that_keeps_the_forgery_first(self):
        forged = self.forged()
        self.assertEqual(self.history(self.lines[:1], self.lines), [])
        with contextlib.chdir(self.log.parent):
            audit.git("checkout", "--quiet", "-b", "forgery", "HEAD~1")
            Path("audit/log.jsonl").write_text("".join(line + "\n" for line in forged))
            self.commit("forged")
            merge = audit.git(*IDENTITY, "commit-tree", "HEAD^{tree}", "-p", "HEAD", "-p", "trail", "-m", "merge")
            self.assertTrue(audit.rewrites(merge.strip())[1])

    def test_no_letter_of_a_reason_ends_its_record(self):
        audit.append(self.log, {"action": "override", "reason": "a\u2028b\x85c\nd"})
        self.assertEqual(audit.problems(self.log.read_text().splitlines()), [])

    def test_nothing_is_added_to_a_broken_log(self):
        self.log.write_text(self.log.read_text().replace("person-1", "person-9"))
        with self.assertRaisesRegex(ValueError, "was changed after it was written"):
            audit.append(self.log, {"action": "deploy"})

    def test_an_action_nobody_knows_is_refused(self):
        with self.assertRaisesRegex(ValueError, "action is one of"):
            audit.append(self.log, {"action": "party"})


if __name__ == "__main__":
    unittest.main()
