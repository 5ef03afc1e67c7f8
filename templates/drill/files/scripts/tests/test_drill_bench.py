"""Tests of scripts/drill/bench.py and scripts/drill/inbox.py."""

import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts/drill"))

from bench import Bench, BenchError, ask, program
from inbox import Inbox
from plain_yaml import parse


class ABench(unittest.TestCase):
    """What the drill starts."""

    def test_a_missing_program_is_named_with_its_package(self) -> None:
        with self.assertRaisesRegex(BenchError, "no-such-program is not installed.* package none"):
            program("no-such-program", package="none")

    def test_a_process_that_ends_is_named_with_what_it_said(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(Path(folder))
            bench.start("short", [sys.executable, "-c", "import sys; sys.exit('no port')"])
            with self.assertRaisesRegex(BenchError, "short ended with 1:\n *no port"):
                bench.until("something", lambda: False)

    def test_everything_is_stopped(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(Path(folder))
            bench.start("long", [sys.executable, "-c", "import time; time.sleep(60)"])
            process = bench.running["long"]
            bench.stop_all()
            self.assertIsNotNone(process.poll())


class AnInbox(unittest.TestCase):
    """Where messages go instead."""

    def setUp(self) -> None:
        self.inbox = Inbox()
        self.addCleanup(self.inbox.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.secrets = Path(folder.name)

    def test_receivers_keep_everything_but_where_they_send(self) -> None:
        receivers = parse((ROOT / "ops/alertmanager.yml").read_text(encoding="utf-8"))["receivers"]
        for receiver in receivers:
            redirected = self.inbox.redirect(receiver, self.secrets)
            for kind in set(receiver) - {"name"}:
                for before, after in zip(receiver[kind], redirected[kind], strict=True):
                    changed = {key for key in after if before.get(key) != after[key]}
                    self.assertLessEqual(changed, {"routing_key_file", "url", "api_url_file"})
                    self.assertNotEqual(changed, set())

    def test_a_receiver_that_would_send_for_real_is_refused(self) -> None:
        for kind, config in {
            "webhook_configs": {"url": "x"},
            "slack_configs": {"api_url": "x"},
            "email_configs": {},
        }.items():
            with self.assertRaisesRegex(ValueError, f"receiver r: .*{kind}"):
                self.inbox.redirect({"name": "r", kind: [config]}, self.secrets)

    def test_messages_say_whether_it_is_over(self) -> None:
        ask(f"{self.inbox.url}/pager/pager", {"event_action": "resolve"})
        for color in ("danger", "good"):
            try:
                ask(f"{self.inbox.url}/chat/tickets", {"attachments": [{"title": "a", "color": color}]})
            except ValueError:
                pass  # a chat answers with a word
        seen = [(message.receiver, message.resolved, message.title()) for message in self.inbox.since(0)]
        self.assertEqual(seen, [("pager", True, ""), ("tickets", False, "a"), ("tickets", True, "a")])


if __name__ == "__main__":
    unittest.main()
