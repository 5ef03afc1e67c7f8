package rules.repository_strict_test

import rego.v1

review := {
	"required_approving_review_count": 2,
	"require_code_owner_review": true,
	"require_last_push_approval": true,
	"dismiss_stale_reviews_on_push": true,
}

ruleset := {"enforcement": "active", "bypass_actors": [], "rules": [
	{"type": "pull_request", "parameters": review},
	{"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "required", "integration_id": 15368}]}},
]}

ci := "permissions: {}\non:\n  pull_request:\n  merge_group:\njobs:\n  required:\n    name: required\n    timeout-minutes: 5\n"

ids(rules, workflow) := {finding.id |
	some finding in data.rules.repository.deny with data.expected.approvals as 2
		with input as {
			"text": {".github/workflows/ci.yml": workflow},
			"data": {"ops/github/ruleset.json": rules},
		}
}

test_good_rules_pass if ids(ruleset, ci) == set()

test_a_renamed_job_is_found if {
	ids(ruleset, replace(ci, "name: required", "name: all")) == {"repository.required-check"}
}

test_a_missing_trigger_is_found if {
	ids(ruleset, replace(ci, "  merge_group:\n", "")) == {"repository.required-check"}
}

test_a_check_that_anybody_may_set_is_found if {
	anybody := json.patch(ruleset, [{"op": "remove", "path": "/rules/1/parameters/required_status_checks/0/integration_id"}])
	ids(anybody, ci) == {"repository.required-check"}
}

test_one_approval_too_few_is_found if {
	fewer := json.patch(ruleset, [{"op": "replace", "path": "/rules/0/parameters/required_approving_review_count", "value": 1}])
	ids(fewer, ci) == {"repository.approvals"}
}

test_every_weaker_review_is_found if {
	every field in ["require_code_owner_review", "require_last_push_approval", "dismiss_stale_reviews_on_push"] {
		weaker := json.patch(ruleset, [{"op": "replace", "path": concat("/", ["/rules/0/parameters", field]), "value": false}])
		ids(weaker, ci) == {"repository.approvals"}
	}
}

test_a_bypass_is_found if {
	ids(object.union(ruleset, {"bypass_actors": [{"actor_id": 5}]}), ci) == {"repository.no-bypass"}
}

test_rules_that_only_report_are_found if {
	ids(object.union(ruleset, {"enforcement": "evaluate"}), ci) == {"repository.no-bypass"}
}
