# METADATA
# title: "Evidence is kept as long as the preset promises"
# description: "Reports of a run are kept for these days; GitHub keeps at most 90 for a public and 400 for a private repository."
# custom:
#   id: audit.retention
#   severity: medium
#   effort: setting
#   presets:
#     balanced: "400 days"
#     enterprise: "evidence of every change, 400 days"
#   supports:
#     soc2: ["CC7.2", "CC7.3"]
#     iso27001: ["5.28", "5.33"]
#     ssdf: ["PS.3"]
#   evidence: [".github/workflows/"]
#   remedy: "Set retention.days of goldpath.toml, then goldpath apply"
package controls.audit_retention

import rego.v1

import data.lib.facts

uploads contains {"path": entry.path, "step": step} if {
	some entry in facts.jobs
	some step in entry.job.steps
	startswith(step.uses, "actions/upload-artifact@")
}

deny contains finding if {
	some upload in uploads
	not kept(upload.step)
	finding := {
		"path": upload.path,
		"line": upload.step.line,
		"msg": "what this step uploads is kept for less than 400 days",
	}
}

kept(step) if step["with"]["retention-days"] >= 400

deny contains finding if {
	facts.judges("enterprise")
	count([upload | some upload in uploads; upload.path == facts.ci_path]) == 0
	finding := {"path": facts.ci_path, "msg": "the evidence of a change is not kept"}
}
