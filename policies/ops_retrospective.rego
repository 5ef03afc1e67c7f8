# METADATA
# title: "An incident ends in something that changes"
# description: "There is a form for retrospectives; from Balanced on it is said which incident gets one, and until when."
# custom:
#   id: ops.retrospective
#   severity: medium
#   effort: file
#   presets:
#     quick-start: "a template"
#     balanced: "also when it is due"
#   supports:
#     soc2: ["CC7.4", "CC7.5"]
#     iso27001: ["5.27"]
#     ssdf: ["RV.3"]
#   evidence: ["docs/incidents/template.md", "ops/slo/error-budget-policy.toml"]
#   remedy: "Restore docs/incidents/template.md; set slo.budget_policy of goldpath.toml to freeze or enforced"
package controls.ops_retrospective

import rego.v1

import data.lib.facts

deny contains finding if {
	not facts.has("docs/incidents/template.md")
	finding := {"path": "docs/incidents/template.md", "msg": "there is no template for a retrospective"}
}

path := "ops/slo/error-budget-policy.toml"

deny contains finding if {
	facts.judges("balanced")
	not due_in_time
	finding := {"path": path, "msg": "no retrospective is due within 5 business days after an incident that costs 20 % of the budget"}
}

due_in_time if {
	retrospective := facts.first_document(path).retrospective
	retrospective.incident_uses_percent <= 20
	retrospective.due_business_days <= 5
}
