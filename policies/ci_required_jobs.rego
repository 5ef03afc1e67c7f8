# METADATA
# title: "A change is merged only after every job that the preset asks for"
# description: "The one required check waits for these jobs, so that a red one stops a change."
# custom:
#   id: ci.required-jobs
#   severity: high
#   effort: setting
#   presets:
#     quick-start: "verify and secrets"
#     balanced: "also perf, contract and dependencies"
#     enterprise: "also codeql, policy and docs-evidence"
#   supports:
#     soc2: ["CC8.1"]
#     iso27001: ["8.29", "8.32"]
#     ssdf: ["PW.8", "PO.4"]
#   evidence: [".github/workflows/ci.yml", "ops/github/ruleset.json"]
#   remedy: "Name the job in the setting ci.required_jobs of goldpath.toml, then goldpath apply"
package controls.ci_required_jobs

import rego.v1

import data.lib.facts

wanted := {
	"quick-start": {"verify", "secrets"},
	"balanced": {"perf", "contract", "dependencies"},
	"enterprise": {"codeql", "policy", "docs-evidence"},
}

deny contains finding if {
	some preset in input.lineage
	some job in wanted[preset]
	not job in facts.required
	finding := {
		"path": facts.ci_path,
		"msg": sprintf("the required check does not wait for the job %s", [job]),
	}
}

deny contains finding if {
	not asks_for_it
	finding := {"path": facts.ruleset_path, "msg": "the branch rules do not ask for the check named required"}
}

asks_for_it if {
	some check in facts.parameters("required_status_checks").required_status_checks
	check.context == "required"
}
