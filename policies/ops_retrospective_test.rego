package controls.ops_retrospective_test

import rego.v1

import data.controls.ops_retrospective

kept := {"files": ["docs/incidents/template.md"], "documents": {}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

broken := {"files": [], "documents": {}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

test_what_the_preset_promises_holds if {
	count(ops_retrospective.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(ops_retrospective.deny) > 0 with input as broken
}
