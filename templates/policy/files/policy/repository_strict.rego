package rules.repository

import rego.v1

rulesets[path] := ruleset if {
	some path, ruleset in input.data
	regex.match(`^ops/github/ruleset[a-z-]*\.json$`, path)
}

main := "ops/github/ruleset.json"

rule(kind) := parameters if {
	some found in rulesets[main].rules
	found.type == kind
	parameters := found.parameters
}

# METADATA
# title: The required check exists, and runs where it is asked for
# custom: {id: repository.required-check, severity: high}
deny contains finding if {
	rulesets[main]
	not required_check_runs
	finding := {
		"id": "repository.required-check",
		"path": main,
		"msg": "the required checks are not exactly the job `required` of ci.yml, run by GitHub Actions on pull_request and merge_group",
		"fix": "Ask for the check `required` of the integration 15368 alone, and run that job of .github/workflows/ci.yml on both events",
	}
}

# 15368 is GitHub Actions. Without it, everybody who may push can set the check by hand.
required_check_runs if {
	rule("required_status_checks").required_status_checks == [{"context": "required", "integration_id": 15368}]
	ci := data.rules.workflow.workflows[".github/workflows/ci.yml"]
	ci.jobs.required.name == "required"
	data.rules.workflow.triggered(ci, "pull_request")
	data.rules.workflow.triggered(ci, "merge_group")
}

# METADATA
# title: Nobody merges alone
# custom: {id: repository.approvals, severity: high}
deny contains finding if {
	rulesets[main]
	not reviewed
	finding := {
		"id": "repository.approvals",
		"path": main,
		"msg": sprintf("a change needs less than %d approvals with a code owner, given after the last push", [data.expected.approvals]),
		"fix": "Give the rule pull_request the count of `review.approvals` in goldpath.toml, and set its three switches",
	}
}

reviewed if {
	review := rule("pull_request")
	review.required_approving_review_count >= data.expected.approvals
	review.require_code_owner_review
	review.require_last_push_approval
	review.dismiss_stale_reviews_on_push
}

# METADATA
# title: The rules hold for everybody
# custom: {id: repository.no-bypass, severity: high}
deny contains finding if {
	some path, ruleset in rulesets
	not binding(ruleset)
	finding := {
		"id": "repository.no-bypass",
		"path": path,
		"msg": "the ruleset is not active, or somebody may bypass it",
		"fix": "Set `enforcement` to active and leave `bypass_actors` empty (setting `repository.admin_bypass`)",
	}
}

binding(ruleset) if {
	ruleset.enforcement == "active"
	ruleset.bypass_actors == []
}
