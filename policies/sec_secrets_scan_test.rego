package controls.sec_secrets_scan_test

import rego.v1

import data.controls.sec_secrets_scan

kept := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/ci.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"secrets": {"name": "secrets", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["secrets-scan"]}]}, "required": {"name": "required", "needs": ["secrets"], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": []}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

broken := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/ci.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"secrets": {"name": "secrets", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["secrets-scan"]}]}, "required": {"name": "required", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": []}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

test_what_the_preset_promises_holds if {
	count(sec_secrets_scan.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(sec_secrets_scan.deny) > 0 with input as broken
}

test_a_rotation_on_a_day_to_come_is_denied if {
	messages(-2) == {"TOKEN was rotated 2 days from now, which hides its age"}
	messages(-1) == set()
	messages(90) == set()
	messages(null) == set()
	messages(91) == {"TOKEN is 91 days old, and is to be replaced after 90"}
}

messages(age) := {finding.msg |
	secret := {"name": "TOKEN", "line": 4, "rotation_days": 90, "age_days": age}
	some finding in sec_secrets_scan.deny with input as object.union(kept, {"secrets": [secret], "lineage": ["quick-start", "enterprise"]})
}
