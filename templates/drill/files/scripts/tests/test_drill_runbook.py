"""Tests of scripts/drill/runbook.py and scripts/drill/history.py."""

import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts/drill"))

from history import counters, exported
from runbook import Runbook, path_of

TEXT = """\
# Alert

## Meaning

It burns.

## Impact

## Diagnosis

1. Look:

   ```promql
   rate(a[5m])
   ```

   ```promql
   up == 1
   ```

   ```sh
   ls
   ```

## Verify

```promql
a <= 0.001
```

```promql
b
```
"""


class ARunbook(unittest.TestCase):
    """What the drill reads in a runbook."""

    def test_headings_that_are_not_there_or_say_nothing(self) -> None:
        self.assertEqual(Runbook(TEXT).missing(), ["Impact", "Mitigation"])

    def test_a_comparison_under_verify_waits_for_the_recovery(self) -> None:
        runbook = Runbook(TEXT)
        self.assertEqual(runbook.queries(), ["rate(a[5m])", "up == 1", "b"])
        self.assertEqual(runbook.proofs(), ["a <= 0.001"])

    def test_a_link_leads_to_a_file_of_this_repository(self) -> None:
        base = "https://example.org/o/r/blob/main/"
        self.assertEqual(path_of(f"{base}Makefile#x", base, ROOT), ROOT / "Makefile")
        for url in (f"{base}docs/none.md", f"{base}../{ROOT.name}/Makefile/..", "https://example.org/other"):
            with self.assertRaises(ValueError, msg=url):
                path_of(url, base, ROOT)


class AHistory(unittest.TestCase):
    """The time before the drill."""

    def test_series_of_failures_are_left_out(self) -> None:
        labels = '{route="/v1",http_response_status_code="%s"}'
        exposition = (
            f"# TYPE d histogram\nd_count{labels % 200} 4\nd_count{labels % 500} 1\nd_sum{labels % 200} 1.5\nother 1\n"
        )
        self.assertEqual([name for name, _ in exported(exposition, "d")], ["d_count", "d_sum"])

    def test_the_rate_is_that_of_all_series_together(self) -> None:
        series = [("d_count", 'a="1"'), ("d_count", 'a="2"')]
        lines = list(counters(series, 'job="x"', rate=10, begin=100, end=104, step=2))
        self.assertEqual(len(lines), 6)
        self.assertEqual(lines[2], 'd_count{a="1",job="x"} 20.000 104.000\n')


if __name__ == "__main__":
    unittest.main()
