# METADATA
# title: "Secrets are looked for in every change"
# description: "A job behind the required check scans for secrets, from Balanced on in the whole history; with Enterprise every declared secret has a rotation."
# custom:
#   id: sec.secrets-scan
#   severity: critical
#   effort: setting
#   presets:
#     quick-start: "every change"
#     balanced: "the whole history, every week too"
#     enterprise: "every secret has a rotation, and is not overdue"
#   supports:
#     soc2: ["CC6.1"]
#     iso27001: ["5.17", "8.24"]
#     ssdf: ["PS.1", "PW.5"]
#   evidence: [".github/workflows/ci.yml", "config/secrets.toml"]
#   remedy: "goldpath apply .github/workflows brings the generated jobs back; replace an overdue secret and write the date into rotated"
package controls.sec_secrets_scan

import rego.v1

import data.lib.facts

deny contains finding if {
	not "secrets-scan" in facts.gate_targets("secrets")
	finding := {"path": facts.ci_path, "msg": "no job named secrets runs make secrets-scan"}
}

deny contains finding if {
	not "secrets" in facts.required
	finding := {"path": facts.ci_path, "msg": "the required check does not wait for the scan for secrets"}
}

deny contains finding if {
	facts.judges("balanced")
	not scans_history
	finding := {"path": ".github/workflows/security.yml", "msg": "the whole history is not scanned every week"}
}

scans_history if {
	some entry in facts.jobs
	"schedule" in input.workflows[entry.path].on
	some step in entry.job.steps
	"secrets-scan" in step.make
	some checkout in entry.job.steps
	checkout["with"]["fetch-depth"] == 0
}

deny contains finding if {
	facts.judges("enterprise")
	some secret in input.secrets
	not secret.rotation_days > 0
	finding := {
		"path": "config/secrets.toml",
		"line": secret.line,
		"msg": sprintf("%s has no rotation", [secret.name]),
	}
}

deny contains finding if {
	facts.judges("enterprise")
	some secret in input.secrets
	secret.age_days > secret.rotation_days
	finding := {
		"path": "config/secrets.toml",
		"line": secret.line,
		"msg": sprintf("%s is %v days old, and is to be replaced after %v", [secret.name, secret.age_days, secret.rotation_days]),
	}
}

deny contains finding if {
	facts.judges("enterprise")
	some secret in input.secrets
	is_number(secret.age_days)

	# East of here it may be tomorrow.
	secret.age_days < -1
	finding := {
		"path": "config/secrets.toml",
		"line": secret.line,
		"msg": sprintf("%s was rotated %v days from now, which hides its age", [secret.name, 0 - secret.age_days]),
	}
}
