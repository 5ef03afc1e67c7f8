package controls.review_approvals_test

import rego.v1

import data.controls.review_approvals

kept := {"files": [], "documents": {"ops/github/ruleset.json": [{"enforcement": "active", "bypass_actors": [], "rules": [{"type": "pull_request", "parameters": {"required_approving_review_count": 2, "require_code_owner_review": true, "require_last_push_approval": true, "dismiss_stale_reviews_on_push": true}}]}]}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["enterprise"]}

broken := {"files": [], "documents": {"ops/github/ruleset.json": [{"enforcement": "active", "bypass_actors": [], "rules": [{"type": "pull_request", "parameters": {"required_approving_review_count": 1, "require_code_owner_review": true, "require_last_push_approval": true, "dismiss_stale_reviews_on_push": true}}]}]}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["enterprise"]}

test_what_the_preset_promises_holds if {
	count(review_approvals.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(review_approvals.deny) > 0 with input as broken
}
