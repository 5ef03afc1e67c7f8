# METADATA
# title: Delivery
# description: A release can be stopped, and production has a second pair of eyes.
package rules.delivery

import rego.v1

rollouts[path] := rollout if {
	some path, rollout in input.data
	startswith(path, "ops/rollout/")
}

# METADATA
# title: A release that hurts users is rolled back
# custom: {id: delivery.rollback-conditions, severity: high}
deny contains finding if {
	some path, rollout in rollouts
	some alert in {"latency", "error_rate"}
	not alert in rollout.alerts
	finding := {
		"id": "delivery.rollback-conditions",
		"path": path,
		"msg": sprintf("%s does not stop a release", [alert]),
		"fix": "Add it to `alerts` and to the setting `rollout.alerts` in goldpath.toml; `make rollout-check` names what else carries it",
	}
}
