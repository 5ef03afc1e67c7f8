package controls.sec_disclosure_test

import rego.v1

import data.controls.sec_disclosure

kept := {"files": ["SECURITY.md"], "documents": {}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

broken := {"files": [], "documents": {}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

test_what_the_preset_promises_holds if {
	count(sec_disclosure.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(sec_disclosure.deny) > 0 with input as broken
}

test_another_place_that_github_shows_holds if {
	count(sec_disclosure.deny) == 0 with input as object.union(kept, {"files": [".github/SECURITY.md"]})
}
