# METADATA
# title: "The main branch cannot be deleted, rewritten or passed by"
# description: "The rules of the main branch are active, and from Balanced on a change is tested on top of the branch as it is now."
# custom:
#   id: repo.branch-protection
#   severity: high
#   effort: file
#   presets:
#     quick-start: "active rules against deletion and rewriting"
#     balanced: "also a change is up to date before it is merged"
#   supports:
#     soc2: ["CC8.1", "CC6.1"]
#     iso27001: ["8.4", "8.32"]
#     ssdf: ["PS.1"]
#     slsa: ["Source L3/L4 controls"]
#   evidence: ["ops/github/ruleset.json"]
#   remedy: "goldpath apply ops/github brings the generated rules back; make repository-rules applies them"
package controls.repo_branch_protection

import rego.v1

import data.lib.facts

deny contains finding if {
	not facts.ruleset.enforcement == "active"
	finding := {"path": facts.ruleset_path, "msg": "the rules of the main branch are not active"}
}

deny contains finding if {
	some rule in ["deletion", "non_fast_forward"]
	not rule in facts.branch_rules
	finding := {"path": facts.ruleset_path, "msg": sprintf("the rule %s is missing", [rule])}
}

deny contains finding if {
	facts.judges("balanced")
	not strict
	finding := {"path": facts.ruleset_path, "msg": "a change may be merged that was tested on an older branch"}
}

strict if facts.parameters("required_status_checks").strict_required_status_checks_policy
