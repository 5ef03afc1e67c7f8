package controls.slo_availability_test

import rego.v1

import data.controls.slo_availability

kept := {"files": [], "documents": {}, "texts": {}, "workflows": {}, "slos": [{"name": "availability", "path": "ops/slo/availability.yaml", "line": 5, "objective": 99.5, "period": "30d", "bound_seconds": null}, {"name": "latency", "path": "ops/slo/latency.yaml", "line": 5, "objective": 95, "period": "30d", "bound_seconds": 0.5}], "alerts": [{"name": "A", "path": "ops/slo/rules.yml", "line": 9, "tier": "page-quick", "slo": "availability", "severity": "page"}, {"name": "A", "path": "ops/slo/rules.yml", "line": 9, "tier": "page-quick", "slo": "latency", "severity": "page"}, {"name": "A", "path": "ops/slo/rules.yml", "line": 9, "tier": "ticket-slow", "slo": "availability", "severity": "page"}, {"name": "A", "path": "ops/slo/rules.yml", "line": 9, "tier": "ticket-slow", "slo": "latency", "severity": "page"}], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

broken := {"files": [], "documents": {}, "texts": {}, "workflows": {}, "slos": [{"name": "availability", "path": "ops/slo/availability.yaml", "line": 5, "objective": 98.5, "period": "30d", "bound_seconds": null}, {"name": "latency", "path": "ops/slo/latency.yaml", "line": 5, "objective": 95, "period": "30d", "bound_seconds": 0.5}], "alerts": [{"name": "A", "path": "ops/slo/rules.yml", "line": 9, "tier": "page-quick", "slo": "availability", "severity": "page"}, {"name": "A", "path": "ops/slo/rules.yml", "line": 9, "tier": "page-quick", "slo": "latency", "severity": "page"}, {"name": "A", "path": "ops/slo/rules.yml", "line": 9, "tier": "ticket-slow", "slo": "availability", "severity": "page"}, {"name": "A", "path": "ops/slo/rules.yml", "line": 9, "tier": "ticket-slow", "slo": "latency", "severity": "page"}], "delivery": {"platforms": [], "policies": {"production": {"strategy": "rolling"}}, "environments": {}, "canary": null}, "owners": {"code": [], "catalogue": []}, "secrets": [], "lineage": ["quick-start"]}

test_what_the_preset_promises_holds if {
	count(slo_availability.deny) == 0 with input as kept
}

test_what_breaks_it_is_denied if {
	count(slo_availability.deny) > 0 with input as broken
}
