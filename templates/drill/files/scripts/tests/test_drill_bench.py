"""Tests of scripts/drill/bench.py, scripts/drill/inbox.py and scripts/drill/follow.py."""

import sys
import tempfile
import time
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts/drill"))

from bench import Bench, BenchError, ask, program
from follow import Fault, recover
from inbox import Inbox, Message
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

    def test_what_may_take_longer_to_start_is_waited_for_longer(self) -> None:
        with tempfile.TemporaryDirectory() as folder, mock.patch("bench.PATIENCE", 0.1):
            for start_seconds, patience in ((0, "0"), (0.6, "1")):
                with self.assertRaisesRegex(BenchError, f"waited {patience} s in vain: nothing answers"):
                    Bench(Path(folder)).ready("nothing", "http://127.0.0.1:1", start_seconds)

    def test_everything_is_stopped(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(Path(folder))
            bench.start("long", [sys.executable, "-c", "import time; time.sleep(60)"])
            process = bench.running["long"]
            bench.stop_all()
            self.assertIsNotNone(process.poll())


class AnOutage(unittest.TestCase):
    """What follows from its end."""

    def test_its_end_may_be_told_before_the_last_instance_is_back(self) -> None:
        messages: list[Message] = []
        over = Message("pager", {"event_action": "resolve"})

        def end_outage() -> None:
            over.at = time.monotonic()
            messages.append(over)
            time.sleep(0.05)

        world = SimpleNamespace(
            scrape=0.0,
            evaluation=0.0,
            group_interval=0.0,
            end_outage=end_outage,
            prometheus=SimpleNamespace(firing=list),
            inbox=SimpleNamespace(since=lambda at: [message for message in messages if message.at >= at]),
            plan={"receivers": {"page": "pager"}},
        )
        fault = Fault("silence", "", {"alert": "NoTraffic", "severity": "page"}, [], {}, 0.0, 0.0)
        with mock.patch("follow.prove") as prove, mock.patch("follow.say"):
            recover(world, fault, mock.Mock())
        prove.assert_called_once()


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
