# METADATA
# title: "A release reaches users in steps that are small enough to lose"
# description: "On Kubernetes a canary grows by at most 10 %, each step is watched, and with Enterprise a person agrees on the way; on one host instances are replaced one by one."
# custom:
#   id: deploy.strategy
#   severity: high
#   effort: setting
#   presets:
#     quick-start: "instance by instance, with a smoke test"
#     balanced: "a canary by 10 %, 3 minutes each, on Kubernetes"
#     enterprise: "a canary up to 100 %, 5 minutes each, a person agrees, on Kubernetes"
#   supports:
#     soc2: ["CC8.1", "CC7.5", "A1.2"]
#     iso27001: ["8.32"]
#   evidence: ["ops/rollout/production.json", "deploy/"]
#   remedy: "Set rollout.strategy, rollout.pause_minutes and rollout.approval_percent of goldpath.toml, then goldpath apply"
package controls.deploy_strategy

import rego.v1

import data.lib.facts

path := "ops/rollout/production.json"

policy := input.delivery.policies.production

canary := input.delivery.canary

deny contains finding if {
	not policy.strategy in {"rolling", "canary"}
	finding := {"path": path, "msg": "no policy says how a release reaches production"}
}

deny contains finding if {
	some id, targets in facts.deployments
	not "smoke" in targets
	finding := {
		"path": facts.deploy_path,
		"line": input.workflows[facts.deploy_path].jobs[id].line,
		"msg": sprintf("the job %s does not try the service from outside after it has deployed", [id]),
	}
}

by_canary if {
	facts.judges("balanced")
	facts.kubernetes
}

deny contains finding if {
	by_canary
	not is_canary
	finding := {"path": path, "msg": "a release reaches everybody at once, and the preset promises a canary"}
}

is_canary if {
	policy.strategy == "canary"
	count(canary.steps) > 0
}

deny contains finding if {
	by_canary
	some i, step in canary.steps
	last := previous(i)
	step.weight - last > 10
	not last_step_of_balanced(step)
	finding := {
		"path": canary.path,
		"line": canary.line,
		"msg": sprintf("the canary grows from %v %% to %v %% in one step", [last, step.weight]),
	}
}

# From half of the users on, Balanced goes to all of them at once.
last_step_of_balanced(step) if {
	step.weight >= 100
	not facts.judges("enterprise")
}

previous(i) := 0 if i == 0

previous(i) := canary.steps[i - 1].weight if i > 0

promised_minutes := facts.promised({"balanced": 3, "enterprise": 5})

deny contains finding if {
	by_canary
	some step in canary.steps
	step.minutes < promised_minutes
	finding := {
		"path": canary.path,
		"line": canary.line,
		"msg": sprintf("the step of %v %% is watched for %v minutes, and the preset promises %v", [step.weight, step.minutes, promised_minutes]),
	}
}

deny contains finding if {
	by_canary
	facts.judges("enterprise")
	not approved
	finding := {"path": canary.path, "line": canary.line, "msg": "nobody has to agree before most users get a release"}
}

approved if {
	some step in canary.steps
	step.approval
	step.weight <= 50
}
