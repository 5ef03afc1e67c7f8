package controls.ci_hardened_test

import rego.v1

import data.controls.ci_hardened

kept := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/ci.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"verify": {"name": "verify", "needs": [], "uses": "", "timeout_minutes": 5, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["check"]}]}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

broken := {"files": [], "documents": {}, "texts": {}, "workflows": {".github/workflows/ci.yml": {"on": ["pull_request", "merge_group"], "permissions": {}, "concurrency": true, "jobs": {"verify": {"name": "verify", "needs": [], "uses": "", "timeout_minutes": null, "line": 3, "if": "", "environment": "", "secrets": [], "steps": [{"line": 9, "uses": "", "if": "", "with": {}, "make": ["check"]}]}}}}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

test_what_the_preset_promises_holds if {
	count(ci_hardened.deny) == 0 with input as kept
}

job := {"name": "verify", "needs": [], "timeout_minutes": 5, "line": 3, "uses": "", "steps": []}

messages(changes) := {finding.msg |
	some finding in ci_hardened.deny with input as json.patch(kept, [{"op": "replace", "path": "/workflows/.github~1workflows~1ci.yml/jobs/verify", "value": object.union(job, changes)}])
}

step(action) := {"steps": [{"line": 9, "uses": action, "if": "", "with": {}, "make": []}]}

test_all_permissions_in_a_job_are_denied if {
	every all in ["write-all", "read-all"] {
		messages({"permissions": all}) == {"the job verify has more permissions than it names"}
	}
	messages({"permissions": {"contents": "read"}}) == set()
}

test_an_image_is_pinned_by_its_digest if {
	messages(step("docker://alpine@sha256:3d3c42e5aac5ba805825da76410c181273ba90b13d3c42e5aac5ba805825da76")) == set()
	messages(step("docker://alpine:3.20")) == {"docker://alpine:3.20 is not pinned to a digest"}
}

test_an_action_of_the_repository_hides_no_loose_one if {
	action := {".github/actions/setup/action.yml": [{"runs": {"using": "composite", "steps": [{"uses": "evil/action@v1"}, {"run": "true"}]}}]}
	found := {finding.msg | some finding in ci_hardened.deny with input as object.union(kept, {"documents": action})}
	found == {"evil/action@v1 is not pinned to a commit"}
}

test_what_breaks_it_is_denied if {
	count(ci_hardened.deny) > 0 with input as broken
}
