package rules.operation_strict_test

import rego.v1

rules := "groups:\n  - rules:\n      - alert: NoTraffic\n        labels: {priority: P2}\n"

exception := {
	"rule": "workflow.timeouts",
	"path": "ci.yml",
	"owner": "acme/orders-team",
	"reason": "the runner is being moved",
	"granted": "2030-01-01",
	"expires": "2030-04-01",
}

ids(alerts, files, exceptions) := {finding.id |
	some finding in data.rules.operation.deny with data.expected.exception_days as 90
		with input as {
			"today": "2030-03-01",
			"files": files,
			"text": {
				"ops/slo/rules.yml": alerts,
				"compliance/controls.yaml": "controls:\n  - id: a\n    evidence: [Makefile]\n",
			},
			"data": {"ops/exceptions.toml": {"exception": exceptions}},
		}
}

whole := ["docs/runbooks/NoTraffic.md", "Makefile"]

test_alerts_evidence_and_exceptions_in_order_pass if ids(rules, whole, [exception]) == set()

test_an_alert_without_a_runbook_is_found if ids(rules, ["Makefile"], []) == {"operation.alert-runbook"}

test_an_alert_without_a_priority_is_found if {
	ids(replace(rules, "priority", "severity"), whole, []) == {"operation.alert-runbook"}
}

test_missing_evidence_is_found if ids(rules, ["docs/runbooks/NoTraffic.md"], []) == {"operation.evidence"}

test_an_exception_without_an_owner_a_reason_or_a_date_is_found if {
	every field in ["owner", "reason", "granted", "expires"] {
		ids(rules, whole, [object.remove(exception, [field])]) == {"operation.exceptions"}
	}
}

test_an_ended_exception_is_found if {
	ids(rules, whole, [object.union(exception, {"expires": "2030-02-28"})]) == {"operation.exceptions"}
}

test_a_long_exception_is_found if {
	ids(rules, whole, [object.union(exception, {"expires": "2030-04-02"})]) == {"operation.exceptions"}
}
