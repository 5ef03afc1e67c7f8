# METADATA
# title: "What a spent error budget does is written down"
# description: "Advice, a freeze of features, or a deployment that refuses; with a retrospective for an incident that costs much of the budget."
# custom:
#   id: slo.budget-policy
#   severity: medium
#   effort: setting
#   presets:
#     quick-start: "advice"
#     balanced: "features stop"
#     enterprise: "the deployment refuses"
#   supports:
#     soc2: ["CC7.2", "CC7.4"]
#     iso27001: ["5.26", "5.37"]
#   evidence: ["ops/slo/error-budget-policy.toml"]
#   remedy: "Set slo.budget_policy of goldpath.toml, then goldpath apply"
package controls.slo_budget_policy

import rego.v1

import data.lib.facts

path := "ops/slo/error-budget-policy.toml"

strictness := {"advice": 0, "freeze": 1, "enforced": 2}

promised := facts.promised({"quick-start": "advice", "balanced": "freeze", "enterprise": "enforced"})

deny contains finding if {
	not strict_enough
	finding := {"path": path, "msg": sprintf("a spent budget does less than the preset promises: %s", [promised])}
}

strict_enough if {
	mode := facts.first_document(path).mode
	strictness[mode] >= strictness[promised]
}

deny contains finding if {
	promised == "enforced"
	some rule in facts.first_document(path).rule
	rule.remaining_percent_at_most <= 0
	rule.deploy != false
	finding := {"path": path, "msg": "a spent budget lets deployments go on"}
}
