package controls.slo_budget_policy_test

import rego.v1

import data.controls.slo_budget_policy

kept := {"files": [], "documents": {"ops/slo/error-budget-policy.toml": [{"mode": "freeze"}]}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

broken := {"files": [], "documents": {"ops/slo/error-budget-policy.toml": [{"mode": "advice"}]}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

test_what_the_preset_promises_holds if {
	count(slo_budget_policy.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(slo_budget_policy.deny) > 0 with input as broken
}
