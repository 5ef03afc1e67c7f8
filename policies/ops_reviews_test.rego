package controls.ops_reviews_test

import rego.v1

import data.controls.ops_reviews

kept := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/weekly-review.yml": {"on": ["schedule"], "permissions": {}, "concurrency": true, "jobs": {"agenda": {"name": "agenda", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["weekly-review-issue"]}]}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

broken := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/weekly-review.yml": {"on": ["workflow_dispatch"], "permissions": {}, "concurrency": true, "jobs": {"agenda": {"name": "agenda", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["weekly-review-issue"]}]}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

test_what_the_preset_promises_holds if {
	count(ops_reviews.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(ops_reviews.deny) > 0 with input as broken
}
