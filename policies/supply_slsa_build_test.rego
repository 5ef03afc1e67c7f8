package controls.supply_slsa_build_test

import rego.v1

import data.controls.supply_slsa_build

kept := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/release.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"build": {"name": "build", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "actions/attest@1", "with": {"subject-digest": "d"}, "make": []}], "permissions": {"id-token": "write"}}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

broken := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/release.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"build": {"name": "build", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["image-push"]}]}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

test_what_the_preset_promises_holds if {
	count(supply_slsa_build.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(supply_slsa_build.deny) > 0 with input as broken
}
