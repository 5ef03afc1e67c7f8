# METADATA
# title: "Every deployment is recorded, and a change of the record shows"
# description: "Each deployment and each rollback is appended to a hash-chained log; with Enterprise every change verifies the log."
# custom:
#   id: audit.trail
#   severity: high
#   effort: file
#   presets:
#     balanced: "deployments are recorded"
#     enterprise: "the record is verified on every change"
#   supports:
#     soc2: ["CC7.2", "CC7.3"]
#     iso27001: ["5.28", "5.33", "8.15"]
#     ssdf: ["PS.3"]
#   evidence: ["audit/log.jsonl", ".github/workflows/deploy.yml"]
#   remedy: "goldpath apply .github/workflows brings the recording jobs back"
package controls.audit_trail

import rego.v1

import data.lib.facts

deny contains finding if {
	not facts.has("audit/log.jsonl")
	finding := {"path": "audit/log.jsonl", "msg": "there is no audit trail"}
}

acts[id] if some id, _ in facts.deployments

acts[id] if {
	some id, job in input.workflows[facts.deploy_path].jobs
	some step in job.steps
	some target in {"rollback", "promote"}
	target in step.make
}

deny contains finding if {
	some id, _ in acts
	not recorded(id)
	finding := {
		"path": facts.deploy_path,
		"line": input.workflows[facts.deploy_path].jobs[id].line,
		"msg": sprintf("what the job %s does is not recorded", [id]),
	}
}

recorded(id) if {
	some recorder in input.workflows[facts.deploy_path].jobs
	id in recorder.needs
	some step in recorder.steps
	"audit-record" in step.make
}

deny contains finding if {
	facts.judges("enterprise")
	not verified
	finding := {"path": facts.ci_path, "msg": "no job that the required check waits for verifies the audit trail"}
}

verified if {
	some id in facts.required
	some target in {"verify-audit", "evidence"}
	target in facts.gate_targets(id)
}
