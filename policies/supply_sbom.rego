# METADATA
# title: "A release lists what is in it"
# description: "Each release has a bill of materials, which is published with it; with Enterprise it is signed too."
# custom:
#   id: supply.sbom
#   severity: medium
#   effort: setting
#   presets:
#     balanced: "a bill of materials for each release"
#     enterprise: "a signed one"
#   supports:
#     soc2: ["CC7.1", "CC9.2"]
#     iso27001: ["5.21", "8.8"]
#     ssdf: ["PS.3.2", "PW.4"]
#   evidence: [".github/workflows/release.yml"]
#   remedy: "Set supply.sbom (and supply.attest) of goldpath.toml, then goldpath apply"
package controls.supply_sbom

import rego.v1

import data.lib.facts

steps := [step | some job in input.workflows[facts.release_path].jobs; some step in job.steps]

shared_builder if {
	some job in input.workflows[facts.release_path].jobs
	job.uses != ""
}

deny contains finding if {
	not makes
	finding := {"path": facts.release_path, "msg": "no release has a bill of materials"}
}

makes if shared_builder

makes if {
	some step in steps
	"sbom" in step.make
}

deny contains finding if {
	facts.judges("enterprise")
	not signs
	finding := {"path": facts.release_path, "msg": "the bill of materials is not signed"}
}

signs if shared_builder

signs if {
	some step in steps
	startswith(step.uses, "actions/attest@")
	step["with"]["sbom-path"]
}
