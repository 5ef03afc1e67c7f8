# METADATA
# title: "A configuration is checked before it gets traffic"
# description: "Each deployment runs the image with the configuration first; from Balanced on with the same keys in every environment."
# custom:
#   id: config.check
#   severity: high
#   effort: file
#   presets:
#     quick-start: "the image checks its configuration and the secrets are declared"
#     balanced: "also the same keys in every environment"
#   supports:
#     soc2: ["CC8.1"]
#     iso27001: ["8.9"]
#     ssdf: ["PO.5"]
#   evidence: [".github/workflows/deploy.yml", "config/"]
#   remedy: "goldpath apply .github/workflows brings the generated steps back"
package controls.config_check

import rego.v1

import data.lib.facts

wanted := {"quick-start": {"secrets-check", "check-environment"}, "balanced": {"parity"}}

deny contains finding if {
	some id, targets in facts.deployments
	some preset in input.lineage
	some target in wanted[preset]
	not facts.before(targets, target, "deploy")
	finding := {
		"path": facts.deploy_path,
		"line": input.workflows[facts.deploy_path].jobs[id].line,
		"msg": sprintf("the job %s deploys without make %s before", [id, target]),
	}
}
