"""Tests of scripts/drill/clock.py."""

import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts/drill"))

from clock import Clock, ClockError
from plain_yaml import parse


class FasterClock(unittest.TestCase):
    """Every duration is shortened, or it is an error."""

    def setUp(self) -> None:
        self.clock = Clock(60)

    def test_durations(self) -> None:
        for long, short in {
            "1h": "60s",
            "30s": "500ms",
            "15s": "250ms",
            "1h30m": "90s",
            "30d": "43200s",
            "0s": "0s",
        }.items():
            self.assertEqual(self.clock.duration(long), short)

    def test_what_is_no_duration_or_becomes_too_short(self) -> None:
        for text in ("", "5", "m", "5m ", "1.5h", "30ms", "$__rate_interval"):
            with self.assertRaises(ClockError, msg=text):
                self.clock.duration(text)

    def test_windows_offsets_and_subqueries(self) -> None:
        query = 'sum(rate(a:b_rate5m{job="x[5m]"}[5m] offset 1d)) / sum_over_time(c[7d:1m] offset -1h) >= 207 # [9x]'
        scaled = 'sum(rate(a:b_rate5m{job="x[5m]"}[5s] offset 1440s))'
        scaled += " / sum_over_time(c[10080s:1s] offset -60s) >= 207 # [9x]"
        self.assertEqual(self.clock.query(query), scaled)

    def test_queries_that_would_be_half_scaled(self) -> None:
        for query in (
            "rate(a[$w])",
            "a > 5m",
            "time() - a",
            "a @ 1700000000",
            "predict_linear(a[1h], 3600)",
            "rate(a[5x])",
        ):
            with self.assertRaises(ClockError, msg=query):
                self.clock.query(query)

    def test_a_rule_file(self) -> None:
        alert = {"alert": "A", "expr": "a > 1", "for": "5m", "labels": {"for": "5m"}}
        group = {"name": "g", "interval": "30s", "rules": [alert]}
        scaled = self.clock.rules({"groups": [group]})["groups"][0]
        self.assertEqual((scaled["interval"], scaled["rules"][0]["for"]), ("500ms", "5s"))
        self.assertEqual(scaled["rules"][0]["labels"], {"for": "5m"})

    def test_unknown_keys_may_hold_durations(self) -> None:
        for group in (
            {"name": "g", "query_offset": "1m", "rules": []},
            {"name": "g", "rules": [{"alert": "A", "expr": "a", "wait": "5m"}]},
        ):
            with self.assertRaises(ClockError):
                self.clock.rules({"groups": [group]})

    def test_the_rules_of_this_repository_differ_in_durations_alone(self) -> None:
        rules = parse((ROOT / "ops/slo/rules.yml").read_text(encoding="utf-8"))
        scaled = self.clock.rules(rules)
        for before, after in zip(rules["groups"], scaled["groups"], strict=True):
            self.assertNotEqual(before["interval"], after["interval"])
            for old, new in zip(before["rules"], after["rules"], strict=True):
                self.assertEqual(old.get("labels"), new.get("labels"))
                self.assertEqual("[" in str(old["expr"]), old["expr"] != new["expr"], old)

    def test_a_route_keeps_everything_but_its_waiting_times(self) -> None:
        route = {
            "receiver": "a",
            "group_wait": "30s",
            "routes": [{"receiver": "b", "matchers": ["x"], "repeat_interval": "1h"}],
        }
        scaled = {
            "receiver": "a",
            "group_wait": "500ms",
            "routes": [{"receiver": "b", "matchers": ["x"], "repeat_interval": "60s"}],
        }
        self.assertEqual(self.clock.route(route), scaled)
        with self.assertRaises(ClockError):
            self.clock.route({"receiver": "a", "mute_time_intervals": ["nights"]})


if __name__ == "__main__":
    unittest.main()
