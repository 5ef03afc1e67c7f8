"""Tests of scripts/drill/plain_yaml.py."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "drill"))

from plain_yaml import YamlError, parse

TEXT = """\
# a comment
route:
  receiver: pager # another
  group_by: [alertname, 'a, b', "c: d"]
  routes:
  - matchers: ['severity="page"']
    wait: 0s
  - plain
  -
    - nested
query: |
  a
    # not a comment
  b

folded: >-
  one
  two
pause: {}
limits: &limits
  cpu: 100m
  share: 0.5
  count: 3
  on: true
  none: ~
again: *limits
url: http://localhost:1/#x
quoted: 'it''s'
"""


class PlainYaml(unittest.TestCase):
    """What the files of this repository are written in."""

    def test_what_is_understood(self) -> None:
        limits = {"cpu": "100m", "share": 0.5, "count": 3, "on": True, "none": None}
        self.assertEqual(
            parse(TEXT),
            {
                "route": {
                    "receiver": "pager",
                    "group_by": ["alertname", "a, b", "c: d"],
                    "routes": [{"matchers": ['severity="page"'], "wait": "0s"}, "plain", ["nested"]],
                },
                "query": "a\n  # not a comment\nb\n",
                "folded": "one two",
                "pause": {},
                "limits": limits,
                "again": limits,
                "url": "http://localhost:1/#x",
                "quoted": "it's",
            },
        )

    def test_what_is_not_understood_is_an_error_with_its_line(self) -> None:
        for text in (
            "a: 1\na: 2",
            "a: b\n  c",
            "a:\n\tb: 1",
            "a: 1\n---\nb: 2",
            "a: *b",
            "a: !tag b",
            "a: [1, 2",
            "a: b: c",
            'a: "b" c',
            "  a: 1\nb: 2",
        ):
            with self.assertRaises(YamlError, msg=text) as caught:
                parse(text)
            self.assertRegex(str(caught.exception), r"^line \d+: ")


if __name__ == "__main__":
    unittest.main()
