package controls.repo_history_test

import rego.v1

import data.controls.repo_history

kept := {"files": [], "documents": {"ops/github/ruleset.json": [{"enforcement": "active", "bypass_actors": [], "rules": [{"type": "required_linear_history"}]}]}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

broken := {"files": [], "documents": {"ops/github/ruleset.json": [{"enforcement": "active", "bypass_actors": [], "rules": []}]}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

test_what_the_preset_promises_holds if {
	count(repo_history.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(repo_history.deny) > 0 with input as broken
}
