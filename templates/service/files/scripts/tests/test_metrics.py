"""A scrape that keeps the contract passes; each way of breaking it is told."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import metrics

CONTRACT = [
    {"name": "wait_seconds", "type": "histogram", "labels": ["route"], "buckets": [0.5, 1]},
    {"name": "up_since", "type": "gauge", "labels": []},
]
SCRAPE = """# TYPE wait_seconds histogram
wait_seconds_bucket{route="/a {b}",le="0.5"} 1
wait_seconds_bucket{route="/a {b}",le="1.0"} 1
wait_seconds_bucket{route="/a {b}",le="+Inf"} 2
wait_seconds_count{route="/a {b}"} 2
# TYPE up_since gauge
up_since 1.7e9
"""


class Metrics(unittest.TestCase):
    def broken(self, old, new):
        return "\n".join(metrics.problems(CONTRACT, SCRAPE.replace(old, new)))

    def test_a_scrape_that_keeps_the_contract_passes(self):
        self.assertEqual(metrics.problems(CONTRACT, SCRAPE), [])

    def test_a_metric_that_is_gone_is_told(self):
        self.assertIn("does not export it", self.broken("up_since 1", "up_until 1"))

    def test_another_type_is_told(self):
        self.assertIn("says it is a counter", self.broken("up_since gauge", "up_since counter"))

    def test_another_label_is_told(self):
        self.assertIn("has the labels path", self.broken("route=", "path="))

    def test_another_bucket_is_told(self):
        self.assertIn("has the buckets [0.5, 2.0]", self.broken('le="1.0"', 'le="2.0"'))


if __name__ == "__main__":
    unittest.main()
