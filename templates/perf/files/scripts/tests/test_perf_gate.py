"""Tests of scripts/perf_gate.py."""

import sys
import unittest
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from perf_gate import CRITICAL_U, is_slower, mann_whitney_u


class PerfGate(unittest.TestCase):
    """When is a commit slower?"""

    def test_clearly_slower(self) -> None:
        self.assertTrue(is_slower([10, 10, 11, 10, 10], [12, 13, 12, 12, 13], 15))

    def test_the_same(self) -> None:
        self.assertFalse(is_slower([10, 11, 10, 12, 11], [11, 10, 12, 10, 11], 15))

    def test_faster(self) -> None:
        self.assertFalse(is_slower([12, 13, 12, 12, 13], [10, 10, 11, 10, 10], 15))

    def test_slower_within_what_is_allowed(self) -> None:
        self.assertFalse(is_slower([10, 10, 10, 10, 10], [11, 11, 11, 11, 11], 15))
        self.assertTrue(is_slower([10, 10, 10, 10, 10], [11, 11, 11, 11, 11], 5))

    def test_a_higher_median_that_may_be_chance(self) -> None:
        self.assertFalse(is_slower([10, 10, 10, 30, 30], [9, 9, 20, 20, 20], 15))

    def test_too_few_rounds(self) -> None:
        with self.assertRaisesRegex(ValueError, "5 rounds"):
            is_slower([10, 10, 10, 10], [10, 10, 10, 10, 10], 15)

    def test_u_counts_pairs(self) -> None:
        self.assertEqual(mann_whitney_u([1, 2], [3, 4]), 0)
        self.assertEqual(mann_whitney_u([3, 4], [1, 2]), 4)
        self.assertEqual(mann_whitney_u([1, 2], [2, 3]), 0.5)

    def test_the_critical_value_is_the_largest_below_five_percent(self) -> None:
        ranks = range(10)
        us = []
        for chosen in combinations(ranks, 5):
            rest = [rank for rank in ranks if rank not in chosen]
            us.append(mann_whitney_u(list(chosen), rest))

        def chance(critical: int) -> float:
            return sum(u <= critical for u in us) / len(us)

        self.assertLess(chance(CRITICAL_U), 0.05)
        self.assertGreaterEqual(chance(CRITICAL_U + 1), 0.05)


if __name__ == "__main__":
    unittest.main()
