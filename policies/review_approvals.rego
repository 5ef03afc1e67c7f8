# METADATA
# title: "A change is seen by as many people as the preset asks for"
# description: "Changes come as pull requests; with Enterprise a code owner approves, after the last push, and an older approval ends with a new push."
# custom:
#   id: review.approvals
#   severity: high
#   effort: practice
#   presets:
#     quick-start: "a pull request"
#     balanced: "1 approval"
#     enterprise: "2 approvals, a code owner, after the last push, stale ones dismissed"
#   supports:
#     soc2: ["CC8.1", "CC6.1"]
#     iso27001: ["8.4", "8.32", "5.3"]
#     ssdf: ["PS.1"]
#     slsa: ["Source L3/L4 controls"]
#   evidence: ["ops/github/ruleset.json", ".github/CODEOWNERS"]
#   remedy: "Raise the setting review.approvals of goldpath.toml, and repository.strict_reviews for Enterprise, then goldpath apply"
package controls.review_approvals

import rego.v1

import data.lib.facts

wanted := facts.promised({"quick-start": 0, "balanced": 1, "enterprise": 2})

review := facts.parameters("pull_request")

deny contains finding if {
	not review
	finding := {"path": facts.ruleset_path, "msg": "a change of the main branch needs no pull request"}
}

deny contains finding if {
	review.required_approving_review_count < wanted
	finding := {
		"path": facts.ruleset_path,
		"msg": sprintf("a change needs %v approvals, and the preset promises %v", [review.required_approving_review_count, wanted]),
	}
}

deny contains finding if {
	facts.judges("enterprise")
	some switch in ["require_code_owner_review", "require_last_push_approval", "dismiss_stale_reviews_on_push"]
	review[switch] != true
	finding := {"path": facts.ruleset_path, "msg": sprintf("%s is off", [switch])}
}
