# METADATA
# title: "The history is linear, and with Enterprise signed"
# description: "Each commit of the main branch follows the one before it; with Enterprise each has a signature that the host has verified."
# custom:
#   id: repo.history
#   severity: medium
#   effort: practice
#   presets:
#     quick-start: "a linear history"
#     enterprise: "signed commits"
#   supports:
#     soc2: ["CC8.1", "CC6.1"]
#     iso27001: ["8.4"]
#     ssdf: ["PS.1"]
#     slsa: ["Source L3/L4 controls"]
#   evidence: ["ops/github/ruleset.json"]
#   remedy: "Set repository.signed_commits of goldpath.toml for Enterprise, then goldpath apply"
package controls.repo_history

import rego.v1

import data.lib.facts

wanted := {"quick-start": "required_linear_history", "enterprise": "required_signatures"}

deny contains finding if {
	some preset in input.lineage
	rule := wanted[preset]
	not rule in facts.branch_rules
	finding := {"path": facts.ruleset_path, "msg": sprintf("the rule %s is missing", [rule])}
}
