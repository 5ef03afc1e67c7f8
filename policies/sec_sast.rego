# METADATA
# title: "Code is analysed for weaknesses"
# description: "Linters run on every change; from Balanced on CodeQL runs on changes and every week; with Enterprise a finding of high severity stops the change."
# custom:
#   id: sec.sast
#   severity: high
#   effort: setting
#   presets:
#     quick-start: "linters"
#     balanced: "also CodeQL"
#     enterprise: "CodeQL blocks"
#   supports:
#     soc2: ["CC7.1", "CC8.1"]
#     iso27001: ["8.28"]
#     ssdf: ["PW.7"]
#   evidence: [".github/workflows/ci.yml", ".github/workflows/security.yml", "ops/github/ruleset.json"]
#   remedy: "Set security.codeql of goldpath.toml to report or block, then goldpath apply"
package controls.sec_sast

import rego.v1

import data.lib.facts

deny contains finding if {
	not "check" in facts.gate_targets("verify")
	finding := {"path": facts.ci_path, "msg": "no job named verify runs make check, which lints"}
}

deny contains finding if {
	facts.judges("balanced")
	not weekly
	finding := {"path": ".github/workflows/security.yml", "msg": "CodeQL does not run every week"}
}

weekly if {
	some entry in facts.jobs
	analyses(entry.job)
	"schedule" in input.workflows[entry.path].on
}

analyses(job) if {
	some step in job.steps
	startswith(step.uses, "github/codeql-action/analyze@")
}

deny contains finding if {
	facts.judges("enterprise")
	not blocks
	finding := {"path": facts.ci_path, "msg": "CodeQL is not among the jobs that the required check waits for"}
}

blocks if {
	some id in facts.required
	analyses(input.workflows[facts.ci_path].jobs[id])
}

deny contains finding if {
	facts.judges("enterprise")
	not "code_scanning" in facts.branch_rules
	finding := {"path": facts.ruleset_path, "msg": "a finding of high severity does not stop a change"}
}
