# METADATA
# title: "The rules of the repository are code, with tests"
# description: "Rego rules are applied to every change; with Enterprise a finding without an exception stops it."
# custom:
#   id: policy.rules
#   severity: high
#   effort: setting
#   presets:
#     balanced: "5 rules, which warn"
#     enterprise: "15 rules, which deny, and a register of exceptions"
#   supports:
#     soc2: ["CC5.3", "CC8.1"]
#     iso27001: ["5.36", "8.9"]
#     ssdf: ["PO.1", "PO.4"]
#   evidence: ["policy/", "ops/exceptions.toml"]
#   remedy: "Set policy.rules and policy.level of goldpath.toml, then goldpath apply"
package controls.policy_rules

import rego.v1

import data.lib.facts

promised := facts.promised({"balanced": 5, "enterprise": 15})

rules := {id |
	some path, text in input.texts
	startswith(path, "policy/")
	not endswith(path, "_test.rego")
	some [_, id] in regex.find_all_string_submatch_n(`(?m)^# custom: \{id: ([a-z.-]+),`, text, -1)
}

deny contains finding if {
	count(rules) < promised
	finding := {
		"path": "policy",
		"msg": sprintf("there are %v rules, and the preset promises %v", [count(rules), promised]),
	}
}

deny contains finding if {
	not tested
	finding := {"path": "policy", "msg": "the rules have no tests"}
}

tested if {
	some file in input.files
	startswith(file, "policy/")
	endswith(file, "_test.rego")
}

deny contains finding if {
	facts.judges("enterprise")
	not denies
	finding := {"path": "make/policy.mk", "msg": "a finding does not stop a change: the level is not deny"}
}

denies if {
	"policy" in facts.required
	regex.match(`(?m)^\t.*scripts/policy\.py deny$`, input.texts["make/policy.mk"])
}

deny contains finding if {
	facts.judges("enterprise")
	not facts.has("ops/exceptions.toml")
	finding := {"path": "ops/exceptions.toml", "msg": "there is no register of exceptions"}
}
