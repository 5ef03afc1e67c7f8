package controls.policy_rules_test

import rego.v1

import data.controls.policy_rules

kept := {"files": ["policy/a_test.rego"], "documents": {}, "texts": {"policy/a.rego": "# custom: {id: a.ra, severity: high}\n# custom: {id: a.rb, severity: high}\n# custom: {id: a.rc, severity: high}\n# custom: {id: a.rd, severity: high}\n# custom: {id: a.re, severity: high}\n"}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

broken := {"files": ["policy/a_test.rego"], "documents": {}, "texts": {"policy/a.rego": "# custom: {id: a.ra, severity: high}\n"}, "workflows": {}, "slos": [], "alerts": [], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["balanced"]}

test_what_the_preset_promises_holds if {
	count(policy_rules.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(policy_rules.deny) > 0 with input as broken
}
