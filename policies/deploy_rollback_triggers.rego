# METADATA
# title: "A bad release goes back by itself"
# description: "What harms users aborts a canary: errors and latency, with Enterprise saturation and restarts too. Everywhere a failed smoke test rolls back."
# custom:
#   id: deploy.rollback-triggers
#   severity: critical
#   effort: setting
#   presets:
#     quick-start: "a failed smoke test"
#     balanced: "also error rate and latency"
#     enterprise: "also saturation and restarts"
#   supports:
#     soc2: ["CC8.1", "CC7.5", "A1.2"]
#     iso27001: ["8.32"]
#   evidence: ["deploy/", ".github/workflows/deploy.yml"]
#   remedy: "Name it in rollout.alerts of goldpath.toml (rollout.watch_instances for restarts), then goldpath apply"
package controls.deploy_rollback_triggers

import rego.v1

import data.lib.facts

deny contains finding if {
	some id, targets in facts.deployments
	not "rollback" in targets
	finding := {
		"path": facts.deploy_path,
		"line": input.workflows[facts.deploy_path].jobs[id].line,
		"msg": sprintf("the job %s does not roll back what fails after it has deployed", [id]),
	}
}

wanted := {
	"balanced": {"error-rate", "latency"},
	"enterprise": {"saturation", "restarts"},
}

deny contains finding if {
	facts.kubernetes
	some preset in input.lineage
	some metric in wanted[preset]
	not metric in judged_by
	finding := {
		"path": "deploy/kubernetes/base/rollout.yaml",
		"msg": sprintf("%s does not abort a canary", [metric]),
	}
}

default judged_by := []

judged_by := input.delivery.canary.judged_by
