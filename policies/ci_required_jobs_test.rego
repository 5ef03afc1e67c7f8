package controls.ci_required_jobs_test

import rego.v1

import data.controls.ci_required_jobs

kept := {"files": [], "documents": {"ops/github/ruleset.json": [{"enforcement": "active", "bypass_actors": [], "rules": [{"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "required"}]}}]}]}, "texts": {}, "workflows": {".github/workflows/ci.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"required": {"name": "required", "needs": ["verify", "secrets"], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": []}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

broken := {"files": [], "documents": {"ops/github/ruleset.json": [{"enforcement": "active", "bypass_actors": [], "rules": []}]}, "texts": {}, "workflows": {".github/workflows/ci.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"required": {"name": "required", "needs": ["verify"], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": []}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

test_what_the_preset_promises_holds if {
	count(ci_required_jobs.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(ci_required_jobs.deny) > 0 with input as broken
}
