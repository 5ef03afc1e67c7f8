# METADATA
# title: "The latency objective is at least what the preset promises"
# description: "The share of requests that are answered within the bound, over the period."
# custom:
#   id: slo.latency
#   severity: high
#   effort: practice
#   presets:
#     quick-start: "95 % within 0.5 s"
#     balanced: "99 % within 0.5 s"
#     enterprise: "99 % within 0.25 s"
#   supports:
#     soc2: ["A1.2", "CC7.2"]
#     iso27001: ["8.6", "8.16"]
#   evidence: ["ops/slo/latency.yaml"]
#   remedy: "Set slo.latency.objective and slo.latency.threshold_seconds of goldpath.toml, then goldpath apply"
package controls.slo_latency

import rego.v1

import data.lib.facts

promised := facts.promised({"quick-start": 95, "balanced": 99})

bound := facts.promised({"quick-start": 0.5, "enterprise": 0.25})

path := "ops/slo/latency.yaml"

deny contains finding if {
	not stated
	finding := {"path": path, "msg": "there is no latency objective with a bound"}
}

stated if {
	some slo in input.slos
	slo.name == "latency"
	slo.bound_seconds > 0
}

deny contains finding if {
	some slo in input.slos
	slo.name == "latency"
	slo.objective < promised
	finding := {
		"path": slo.path,
		"line": slo.line,
		"msg": sprintf("the objective is %v %%, and the preset promises %v %%", [slo.objective, promised]),
	}
}

deny contains finding if {
	some slo in input.slos
	slo.name == "latency"
	slo.bound_seconds > bound
	finding := {
		"path": slo.path,
		"line": slo.line,
		"msg": sprintf("the bound is %v s, and the preset promises %v s", [slo.bound_seconds, bound]),
	}
}
