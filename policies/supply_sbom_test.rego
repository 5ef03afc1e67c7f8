package controls.supply_sbom_test

import rego.v1

import data.controls.supply_sbom

kept := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/release.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"build": {"name": "build", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["image-push"]}, {"line": 9, "uses": "", "if": "", "with": {}, "make": ["sbom"]}]}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

broken := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/release.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"build": {"name": "build", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["image-push"]}]}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

test_what_the_preset_promises_holds if {
	count(supply_sbom.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(supply_sbom.deny) > 0 with input as broken
}
