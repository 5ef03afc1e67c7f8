# METADATA
# title: "Nobody passes the rules by"
# description: "No actor may bypass an active ruleset; who has to in an emergency follows a procedure that is reviewed afterwards."
# custom:
#   id: repo.bypass
#   severity: high
#   effort: setting
#   presets:
#     balanced: "no bypass actors, enforcement active"
#     enterprise: "also a break-glass procedure"
#   supports:
#     soc2: ["CC6.1", "CC8.1"]
#     iso27001: ["5.3", "8.4"]
#     ssdf: ["PS.1"]
#   evidence: ["ops/github/"]
#   remedy: "Set repository.admin_bypass to false in goldpath.toml, then goldpath apply"
package controls.repo_bypass

import rego.v1

import data.lib.facts

deny contains finding if {
	some path, documents in input.documents
	regex.match(`^ops/github/ruleset[a-z-]*\.json$`, path)
	some ruleset in documents
	not binding(ruleset)
	finding := {"path": path, "msg": "the ruleset is not active, or somebody may bypass it"}
}

binding(ruleset) if {
	ruleset.enforcement == "active"
	ruleset.bypass_actors == []
}

deny contains finding if {
	facts.judges("enterprise")
	not facts.has("docs/runbooks/break-glass.md")
	finding := {
		"path": "docs/runbooks/break-glass.md",
		"msg": "there is no procedure for an emergency that the rules stand against",
		"fix": "Restore the runbook, or add the component break-glass",
	}
}
