package controls.deps_updates_test

import rego.v1

import data.controls.deps_updates

kept := {"files": [], "documents": {".github/dependabot.yml": [{"updates": [{"package-ecosystem": "docker", "schedule": {"interval": "weekly"}, "cooldown": {"default-days": 7}}, {"package-ecosystem": "github-actions", "schedule": {"interval": "weekly"}, "cooldown": {"default-days": 7}}]}]}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

broken := {"files": [], "documents": {".github/dependabot.yml": [{"updates": [{"package-ecosystem": "docker", "schedule": {"interval": "weekly"}, "cooldown": {"default-days": 1}}, {"package-ecosystem": "github-actions", "schedule": {"interval": "weekly"}, "cooldown": {"default-days": 1}}]}]}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

test_what_the_preset_promises_holds if {
	count(deps_updates.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(deps_updates.deny) > 0 with input as broken
}

test_the_other_ending_is_judged_too if {
	documents := {".github/dependabot.yaml": kept.documents[".github/dependabot.yml"]}
	files := [".github/dependabot.yaml"]
	count(deps_updates.deny) == 0 with input as {"files": files, "documents": documents, "lineage": ["quick-start"]}
}
