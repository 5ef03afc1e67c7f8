# METADATA
# title: "Whoever is woken finds what to do"
# description: "A runbook for errors, latency and saturation; from Balanced on for what no alert names; with Enterprise for emergencies and intruders."
# custom:
#   id: ops.runbooks
#   severity: high
#   effort: file
#   presets:
#     quick-start: "latency, error rate, saturation"
#     balanced: "also slow after a release, green pipeline, many alerts"
#     enterprise: "also break-glass and security incident"
#   supports:
#     soc2: ["CC7.3", "CC7.4"]
#     iso27001: ["5.24", "5.26", "5.37"]
#     ssdf: ["RV.2"]
#   evidence: ["docs/runbooks/"]
#   remedy: "Restore the runbook: goldpath diff shows what the path rendered"
package controls.ops_runbooks

import rego.v1

import data.lib.facts

wanted := {
	"quick-start": {"AvailabilityBudgetBurn", "LatencyBudgetBurn", "SaturationHigh"},
	"balanced": {"degradation-after-deploy", "pipeline-green-service-broken", "many-alerts-slow-response"},
	"enterprise": {"break-glass", "security-incident"},
}

deny contains finding if {
	some preset in input.lineage
	some name in wanted[preset]
	path := sprintf("docs/runbooks/%s.md", [name])
	not facts.has(path)
	finding := {"path": path, "msg": "the runbook is missing"}
}
