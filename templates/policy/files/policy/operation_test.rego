package rules.operation_test

import rego.v1

ids(secret) := {finding.id |
	some finding in data.rules.operation.deny with data.expected.rotation_days as 90
		with input as {"today": "2030-04-01", "data": {"config/secrets.toml": {"secret": [secret]}}}
}

test_a_secret_in_time_passes if {
	ids({"name": "TOKEN", "rotation_days": 90, "rotated": "2030-01-01"}) == set()
	ids({"name": "TOKEN", "rotation_days": 90}) == set()
}

test_an_overdue_secret_is_found if {
	ids({"name": "TOKEN", "rotation_days": 90, "rotated": "2029-12-31"}) == {"operation.secret-rotation"}
}

test_a_rotation_on_a_day_to_come_is_found if {
	ids({"name": "TOKEN", "rotation_days": 90, "rotated": "2030-04-03"}) == {"operation.secret-rotation"}
	ids({"name": "TOKEN", "rotation_days": 90, "rotated": "2030-04-02"}) == set()
}

test_a_slow_rotation_is_found if ids({"name": "TOKEN", "rotation_days": 91}) == {"operation.secret-rotation"}

test_no_rotation_is_found if ids({"name": "TOKEN"}) == {"operation.secret-rotation"}
