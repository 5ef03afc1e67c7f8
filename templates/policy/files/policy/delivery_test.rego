package rules.delivery_test

import rego.v1

ids(alerts) := {finding.id |
	some finding in data.rules.delivery.deny with input as {"data": {"ops/rollout/production.json": {"alerts": alerts}}}
}

test_both_conditions_pass if ids(["saturation", "latency", "error_rate"]) == set()

test_a_missing_condition_is_found if ids(["latency", "saturation"]) == {"delivery.rollback-conditions"}
