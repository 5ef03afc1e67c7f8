package controls.deploy_environments_test

import rego.v1

import data.controls.deploy_environments

kept := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/deploy.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"production": {"name": "production", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "production", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["deploy"]}]}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

broken := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/deploy.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"production": {"name": "production", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "staging", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["deploy"]}]}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

test_what_the_preset_promises_holds if {
	count(deploy_environments.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(deploy_environments.deny) > 0 with input as broken
}
