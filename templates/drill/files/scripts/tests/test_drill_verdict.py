"""Tests of scripts/drill/verdict.py."""

import math
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "drill"))

from verdict import ConditionError, fill, holds, phase

METRIC = {
    "successCondition": "len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.8",
    "failureCondition": "len(result) > 0 && !isNaN(result[0]) && result[0] > 0.8",
}


class Verdict(unittest.TestCase):
    """What Argo Rollouts would decide."""

    def test_the_phase_follows_from_both_conditions(self) -> None:
        cases = {"Successful": [0.8], "Failed": [0.81], "Inconclusive": []}
        for wanted, result in cases.items():
            self.assertEqual(phase(METRIC, result), wanted)
        self.assertEqual(phase(METRIC, [math.nan]), "Inconclusive")
        self.assertEqual(phase({"successCondition": "result[0] < 1"}, [1.0]), "Failed")
        self.assertEqual(phase({"failureCondition": "result[0] < 1"}, [1.0]), "Successful")
        self.assertEqual(phase({**METRIC, "failureCondition": "false"}, [0.9]), "Inconclusive")

    def test_operators_bind_as_in_argo(self) -> None:
        self.assertTrue(holds("true || false && false", []))
        self.assertTrue(holds("!(len(result) == 1) || result[0] >= 2", [2.0]))
        self.assertTrue(holds("len(result) == 0 || result[0] < 1e-3", []))

    def test_the_right_side_is_looked_at_only_where_it_matters(self) -> None:
        self.assertFalse(holds("len(result) > 0 && result[0] > 1", []))
        with self.assertRaises(ConditionError):
            holds("result[0] > 1", [])

    def test_what_is_not_known_is_an_error(self) -> None:
        for condition in (
            "",
            "1",
            "result",
            "result[0] >",
            "result[x] > 1",
            "default(result, 0) == 0",
            "true false",
            "all(result, # < 1)",
        ):
            with self.assertRaises(ConditionError, msg=condition):
                holds(condition, [1.0])

    def test_arguments(self) -> None:
        self.assertEqual(fill('a{job="{{args.job}}"}', {"job": "orders"}), 'a{job="orders"}')
        with self.assertRaises(ConditionError):
            fill("{{args.canary}}", {})


if __name__ == "__main__":
    unittest.main()
