# METADATA
# title: "A total outage pages within the time that the preset promises"
# description: "How long the quickest page waits when every request fails: the factor 14.4 times the budget, in its window of one hour."
# custom:
#   id: slo.time-to-page
#   severity: high
#   effort: practice
#   presets:
#     quick-start: "8.7 minutes"
#     balanced: "4.4 minutes"
#     enterprise: "53 seconds"
#   supports:
#     soc2: ["CC7.2", "CC7.3"]
#     iso27001: ["8.16", "5.26"]
#   evidence: ["ops/slo/rules.yml", "ops/slo/availability.yaml"]
#   remedy: "Raise slo.availability.objective of goldpath.toml: a smaller budget is noticed sooner"
package controls.slo_time_to_page

import rego.v1

import data.lib.facts

promised_minutes := facts.promised({"quick-start": 8.7, "balanced": 4.4, "enterprise": 0.89})

deny contains finding if {
	some slo in input.slos
	slo.name == "availability"
	minutes := ((14.4 * (100 - slo.objective)) * 60) / 100
	minutes > promised_minutes
	finding := {
		"path": slo.path,
		"line": slo.line,
		"msg": sprintf("with an objective of %v %% a total outage pages later than after %v minutes", [slo.objective, promised_minutes]),
	}
}
