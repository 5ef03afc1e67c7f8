package controls.audit_trail_test

import rego.v1

import data.controls.audit_trail

kept := {"files": ["audit/log.jsonl"], "documents": {}, "texts": {}, "workflows": {".github/workflows/deploy.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"production": {"name": "production", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["deploy"]}]}, "record": {"name": "record", "needs": ["production"], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["audit-record"]}]}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

broken := {"files": ["audit/log.jsonl"], "documents": {}, "texts": {}, "workflows": {".github/workflows/deploy.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"production": {"name": "production", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["deploy"]}]}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

test_what_the_preset_promises_holds if {
	count(audit_trail.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(audit_trail.deny) > 0 with input as broken
}
