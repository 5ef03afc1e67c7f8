package rules.delivery_strict_test

import rego.v1

ids(teams, prevented) := {finding.id |
	some finding in data.rules.delivery.deny with input as {"data": {"ops/github/environments/production.json": {
		"environment": "production",
		"reviewer_teams": teams,
		"body": {"prevent_self_review": prevented},
	}}}
}

test_approval_by_another_passes if ids(["orders-team"], true) == set()

test_self_review_is_found if ids(["orders-team"], false) == {"delivery.production-approval"}

test_no_reviewer_is_found if ids([], true) == {"delivery.production-approval"}
