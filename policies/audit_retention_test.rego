package controls.audit_retention_test

import rego.v1

import data.controls.audit_retention

kept := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/release.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"build": {"name": "build", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "actions/upload-artifact@1", "with": {"retention-days": 400}, "make": []}]}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

broken := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/release.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"build": {"name": "build", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "actions/upload-artifact@1", "with": {"retention-days": 90}, "make": []}]}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

test_what_the_preset_promises_holds if {
	count(audit_retention.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(audit_retention.deny) > 0 with input as broken
}
