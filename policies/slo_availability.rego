# METADATA
# title: "The availability objective is at least what the preset promises"
# description: "The share of requests that are answered without a server error, over the period."
# custom:
#   id: slo.availability
#   severity: high
#   effort: practice
#   presets:
#     quick-start: "99 %"
#     balanced: "99.5 %"
#     enterprise: "99.9 %"
#   supports:
#     soc2: ["A1.2", "CC7.2"]
#     iso27001: ["8.6", "8.16"]
#   evidence: ["ops/slo/availability.yaml"]
#   remedy: "Raise the setting slo.availability.objective of goldpath.toml, then goldpath apply"
package controls.slo_availability

import rego.v1

import data.lib.facts

promised := facts.promised({"quick-start": 99, "balanced": 99.5, "enterprise": 99.9})

path := "ops/slo/availability.yaml"

deny contains finding if {
	not stated
	finding := {"path": path, "msg": "there is no availability objective"}
}

stated if {
	some slo in input.slos
	slo.name == "availability"
}

deny contains finding if {
	some slo in input.slos
	slo.name == "availability"
	slo.objective < promised
	finding := {
		"path": slo.path,
		"line": slo.line,
		"msg": sprintf("the objective is %v %%, and the preset promises %v %%", [slo.objective, promised]),
	}
}
