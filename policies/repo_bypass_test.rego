package controls.repo_bypass_test

import rego.v1

import data.controls.repo_bypass

kept := {"files": [], "documents": {"ops/github/ruleset.json": [{"enforcement": "active", "bypass_actors": [], "rules": []}]}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

broken := {"files": [], "documents": {"ops/github/ruleset.json": [{"enforcement": "active", "bypass_actors": [{"actor_id": 5}], "rules": []}]}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

test_what_the_preset_promises_holds if {
	count(repo_bypass.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(repo_bypass.deny) > 0 with input as broken
}
