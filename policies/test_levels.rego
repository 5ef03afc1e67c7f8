# METADATA
# title: "A change is tested at every level that the preset asks for"
# description: "Unit and HTTP tests; from Balanced on the contract and a load test with absolute bounds; with Enterprise also a comparison with the base and a check for breaking changes."
# custom:
#   id: test.levels
#   severity: high
#   effort: setting
#   presets:
#     quick-start: "unit and HTTP tests"
#     balanced: "also contract and load"
#     enterprise: "also compared with the base, and compatible"
#   supports:
#     soc2: ["CC8.1"]
#     iso27001: ["8.29"]
#     ssdf: ["PW.8", "PO.4"]
#   evidence: [".github/workflows/ci.yml", "openapi.yaml", "perf/load.js"]
#   remedy: "Set ci.required_jobs, ci.compare_performance and contract.compatibility of goldpath.toml, then goldpath apply"
package controls.test_levels

import rego.v1

import data.lib.facts

wanted := {
	"quick-start": {"verify": {"check"}},
	"balanced": {"contract": {"contract"}, "perf": {"perf"}},
	"enterprise": {"contract": {"contract-compatible"}, "perf": {"perf-compare"}},
}

deny contains finding if {
	some preset in input.lineage
	some job, targets in wanted[preset]
	some target in targets
	not runs(job, target)
	finding := {
		"path": facts.ci_path,
		"msg": sprintf("the job %s does not run make %s before a change is merged", [job, target]),
	}
}

runs(job, target) if {
	target in facts.gate_targets(job)
	job in facts.required
}
