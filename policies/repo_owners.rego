# METADATA
# title: "Everything has an owner"
# description: "CODEOWNERS names who reviews every file, and the catalogue names who owns the service."
# custom:
#   id: repo.owners
#   severity: high
#   effort: file
#   presets:
#     quick-start: "an owner in CODEOWNERS and in the catalogue"
#   supports:
#     soc2: ["CC1.3", "CC8.1"]
#     iso27001: ["5.2", "5.9"]
#     ssdf: ["PO.2"]
#   evidence: [".github/CODEOWNERS", "catalog-info.yaml"]
#   remedy: "Name the owner in the answer owner of goldpath.toml, then goldpath apply"
package controls.repo_owners

import rego.v1

import data.lib.facts

deny contains finding if {
	count(input.owners.code) == 0
	finding := {"path": facts.code_owners_path, "msg": "no rule names an owner of everything"}
}

deny contains finding if {
	count(input.owners.catalogue) == 0
	finding := {"path": "catalog-info.yaml", "msg": "the catalogue names no owner"}
}
