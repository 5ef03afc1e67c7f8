package controls.repo_owners_test

import rego.v1

import data.controls.repo_owners

kept := {"files": [], "documents": {}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": ["@acme/orders-team"], "catalogue": ["orders-team"]}, "secrets": [], "lineage": ["quick-start"]}

broken := {"files": [], "documents": {}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": ["orders-team"]}, "secrets": [], "lineage": ["quick-start"]}

test_what_the_preset_promises_holds if {
	count(repo_owners.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(repo_owners.deny) > 0 with input as broken
}
