# METADATA
# title: "What runs is what was built, and that can be proven"
# description: "The release is built by a pipeline that signs where it came from; with Enterprise a deployment verifies the signature before anything else."
# custom:
#   id: supply.slsa-build
#   severity: high
#   effort: setting
#   presets:
#     balanced: "signed provenance (Build L2)"
#     enterprise: "verified before each deployment; a shared builder makes it Build L3"
#   supports:
#     soc2: ["CC6.8", "CC8.1"]
#     iso27001: ["5.21", "8.25"]
#     ssdf: ["PS.2", "PS.3"]
#     slsa: ["Build L2", "Build L3"]
#   evidence: [".github/workflows/release.yml", ".github/workflows/deploy.yml"]
#   remedy: "Set supply.attest of goldpath.toml; the component supply-chain verifies before each deployment"
package controls.supply_slsa_build

import rego.v1

import data.lib.facts

deny contains finding if {
	not signs
	finding := {"path": facts.release_path, "msg": "no job signs the provenance of the image"}
}

signs if {
	some job in input.workflows[facts.release_path].jobs
	job.uses != ""
}

signs if {
	some job in input.workflows[facts.release_path].jobs
	job.permissions["id-token"] == "write"
	some step in job.steps
	startswith(step.uses, "actions/attest@")
	step["with"]["subject-digest"]
}

deny contains finding if {
	facts.judges("enterprise")
	some id, targets in facts.deployments
	not facts.before(targets, "verify-image", "deploy")
	finding := {
		"path": facts.deploy_path,
		"line": input.workflows[facts.deploy_path].jobs[id].line,
		"msg": sprintf("the job %s deploys an image whose provenance it has not verified", [id]),
	}
}
