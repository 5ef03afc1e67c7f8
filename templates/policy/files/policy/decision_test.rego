package decision_test

import rego.v1

finding := {"id": "workflow.timeouts", "path": "ci.yml", "msg": "m", "fix": "f"}

register(expires) := {"today": "2030-01-01", "data": {"ops/exceptions.toml": {"exception": [{
	"rule": "workflow.timeouts",
	"path": "ci.yml",
	"expires": expires,
}]}}}

test_a_finding_stands_without_an_exception if {
	data.decision.findings == [finding] with data.rules as {"workflow": {"deny": {finding}}} with input as {"today": "2030-01-01", "data": {}}
}

test_an_exception_in_force_covers_its_finding if {
	data.decision.findings == [] with data.rules as {"workflow": {"deny": {finding}}} with input as register("2030-01-01")
	data.decision.excepted == [finding] with data.rules as {"workflow": {"deny": {finding}}} with input as register("2030-01-01")
}

test_an_expired_exception_covers_nothing if {
	data.decision.findings == [finding] with data.rules as {"workflow": {"deny": {finding}}} with input as register("2029-12-31")
}
