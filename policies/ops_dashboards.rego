# METADATA
# title: "The pictures that decisions rest on are there"
# description: "Rate, errors and duration; from Balanced on the objectives; with Enterprise the delivery."
# custom:
#   id: ops.dashboards
#   severity: medium
#   effort: file
#   presets:
#     quick-start: "rate, errors, duration"
#     balanced: "also the objectives"
#     enterprise: "also the delivery"
#   supports:
#     soc2: ["CC7.2"]
#     iso27001: ["8.16"]
#   evidence: ["ops/dashboards/"]
#   remedy: "goldpath apply ops/dashboards brings them back"
package controls.ops_dashboards

import rego.v1

import data.lib.facts

wanted := {"quick-start": "service-red", "balanced": "slo", "enterprise": "delivery"}

deny contains finding if {
	some preset in input.lineage
	path := sprintf("ops/dashboards/%s.json", [wanted[preset]])
	not facts.has(path)
	finding := {"path": path, "msg": "the dashboard is missing"}
}
