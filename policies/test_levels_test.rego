package controls.test_levels_test

import rego.v1

import data.controls.test_levels

kept := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/ci.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"verify": {"name": "verify", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["check"]}]}, "required": {"name": "required", "needs": ["verify"], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": []}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

broken := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/ci.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"verify": {"name": "verify", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["lint"]}]}, "required": {"name": "required", "needs": ["verify"], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": []}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

test_what_the_preset_promises_holds if {
	count(test_levels.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(test_levels.deny) > 0 with input as broken
}
