package controls.deploy_rollback_triggers_test

import rego.v1

import data.controls.deploy_rollback_triggers

kept := {"files": [], "documents": {}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": ["kubernetes"], "environments": {}, "policies": {"production": {"path": "ops/rollout/production.json", "strategy": "canary", "step": 10, "alerts": ["latency", "error_rate", "saturation"]}}, "canary": {"path": "deploy/kubernetes/base/rollout.yaml", "line": 20, "judged_by": ["error-rate", "latency", "saturation", "restarts", "up"], "steps": [{"weight": 10, "minutes": 5, "approval": false}, {"weight": 20, "minutes": 5, "approval": false}]}}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

broken := {"files": [], "documents": {}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": ["kubernetes"], "environments": {}, "policies": {"production": {"path": "ops/rollout/production.json", "strategy": "canary", "step": 10, "alerts": ["latency", "error_rate", "saturation"]}}, "canary": {"path": "deploy/kubernetes/base/rollout.yaml", "line": 20, "judged_by": ["latency"], "steps": [{"weight": 10, "minutes": 5, "approval": false}, {"weight": 20, "minutes": 5, "approval": false}]}}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

test_what_the_preset_promises_holds if {
	count(deploy_rollback_triggers.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(deploy_rollback_triggers.deny) > 0 with input as broken
}
