package controls.compliance_map_test

import rego.v1

import data.controls.compliance_map

kept := {"files": ["SECURITY.md"], "documents": {"compliance/controls.yaml": [{"controls": [{"id": "a", "evidence": ["SECURITY.md"]}]}]}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["enterprise"]}

broken := {"files": [], "documents": {"compliance/controls.yaml": [{"controls": [{"id": "a", "evidence": ["SECURITY.md"]}]}]}, "texts": {}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["enterprise"]}

test_what_the_preset_promises_holds if {
	count(compliance_map.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(compliance_map.deny) > 0 with input as broken
}
