# METADATA
# title: "Each control of the map names evidence that exists"
# description: "The control map says for each control what shows it, what checks it and what enforces it."
# custom:
#   id: compliance.map
#   severity: medium
#   effort: file
#   presets:
#     enterprise: "a control map whose evidence exists"
#   supports:
#     soc2: ["CC5.3", "CC2.1"]
#     iso27001: ["5.36", "5.28"]
#     ssdf: ["PO.1"]
#   evidence: ["compliance/controls.yaml"]
#   remedy: "Restore the file, or remove the claim"
package controls.compliance_map

import rego.v1

import data.lib.facts

path := "compliance/controls.yaml"

deny contains finding if {
	not mapped
	finding := {"path": path, "msg": "there is no control map"}
}

mapped if count(facts.first_document(path).controls) > 0

deny contains finding if {
	some control in facts.first_document(path).controls
	some evidence in control.evidence
	evidence in unlisted
	not beyond(evidence)
	finding := {"path": path, "msg": sprintf("%s names %s, which does not exist", [control.id, evidence])}
}

unlisted := {evidence |
	some control in facts.first_document(path).controls
	some evidence in control.evidence
} - {file | some file in input.files}

# Outside of the folders that the facts list, nothing is known.
beyond(evidence) if {
	contains(evidence, "/")
	not split(evidence, "/")[0] in folders
}

folders contains split(file, "/")[0] if some file in input.files
