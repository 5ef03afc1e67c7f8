package controls.deploy_strategy_test

import rego.v1

import data.controls.deploy_strategy

kept := {"files": [], "documents": {}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": ["kubernetes"], "environments": {}, "policies": {"production": {"path": "ops/rollout/production.json", "strategy": "canary", "step": 10, "alerts": ["latency", "error_rate", "saturation"]}}, "canary": {"path": "deploy/kubernetes/base/rollout.yaml", "line": 20, "judged_by": ["error-rate", "latency", "saturation", "restarts", "up"], "steps": [{"weight": 10, "minutes": 5, "approval": false}, {"weight": 20, "minutes": 5, "approval": false}, {"weight": 30, "minutes": 5, "approval": false}, {"weight": 40, "minutes": 5, "approval": false}, {"weight": 50, "minutes": 5, "approval": true}, {"weight": 60, "minutes": 5, "approval": false}, {"weight": 70, "minutes": 5, "approval": false}, {"weight": 80, "minutes": 5, "approval": false}, {"weight": 90, "minutes": 5, "approval": false}, {"weight": 100, "minutes": 5, "approval": false}]}}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start", "balanced", "enterprise"]}

broken := {"files": [], "documents": {}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": ["kubernetes"], "environments": {}, "policies": {"production": {"path": "ops/rollout/production.json", "strategy": "canary", "step": 10, "alerts": ["latency", "error_rate", "saturation"]}}, "canary": {"path": "deploy/kubernetes/base/rollout.yaml", "line": 20, "judged_by": ["error-rate", "latency", "saturation", "restarts", "up"], "steps": [{"weight": 10, "minutes": 3, "approval": false}, {"weight": 20, "minutes": 3, "approval": false}, {"weight": 30, "minutes": 3, "approval": false}, {"weight": 40, "minutes": 3, "approval": false}, {"weight": 50, "minutes": 3, "approval": true}, {"weight": 60, "minutes": 3, "approval": false}, {"weight": 70, "minutes": 3, "approval": false}, {"weight": 80, "minutes": 3, "approval": false}, {"weight": 90, "minutes": 3, "approval": false}, {"weight": 100, "minutes": 3, "approval": false}]}}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start", "balanced", "enterprise"]}

test_what_the_preset_promises_holds if {
	count(deploy_strategy.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(deploy_strategy.deny) > 0 with input as broken
}

at_once := json.patch(kept, [{
	"op": "replace",
	"path": "/delivery/canary/steps",
	"value": [
		{"weight": 10, "minutes": 5, "approval": true},
		{"weight": 100, "minutes": 5, "approval": false},
	],
}])

test_enterprise_grows_step_by_step_to_the_end if {
	count(deploy_strategy.deny) > 0 with input as at_once
	count(deploy_strategy.deny) == 0 with input as object.union(at_once, {"lineage": ["quick-start", "balanced"]})
}
