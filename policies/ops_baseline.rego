# METADATA
# title: "There is a measure of before"
# description: "A place for the numbers that an improvement is measured against."
# custom:
#   id: ops.baseline
#   severity: low
#   effort: file
#   presets:
#     quick-start: "a form for it"
#   supports:
#     soc2: ["CC4.1"]
#     iso27001: ["8.6"]
#   evidence: ["ops/baseline.json"]
#   remedy: "Restore ops/baseline.json, and fill it with make baseline"
package controls.ops_baseline

import rego.v1

import data.lib.facts

deny contains finding if {
	not measurable
	finding := {"path": "ops/baseline.json", "msg": "there is no baseline to compare with"}
}

measurable if facts.first_document("ops/baseline.json").performance
