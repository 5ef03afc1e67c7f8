# METADATA
# title: "An alert fires before the budget is spent, at every pace"
# description: "Burn-rate tiers from a quick page to a slow ticket for each objective; with Enterprise silence and a spent budget alert too."
# custom:
#   id: slo.burn-rate-alerts
#   severity: high
#   effort: setting
#   presets:
#     quick-start: "a page for a fast burn, a ticket for a slow one"
#     balanced: "all four tiers"
#     enterprise: "also no traffic and a spent budget"
#   supports:
#     soc2: ["CC7.2"]
#     iso27001: ["8.16", "8.6"]
#   evidence: ["ops/slo/rules.yml"]
#   remedy: "Name the tier in the setting slo.tiers of goldpath.toml, then goldpath apply"
package controls.slo_burn_rate_alerts

import rego.v1

import data.lib.facts

path := "ops/slo/rules.yml"

wanted := {
	"quick-start": {"page-quick", "ticket-slow"},
	"balanced": {"page-slow", "ticket-quick"},
}

deny contains finding if {
	some preset in input.lineage
	some tier in wanted[preset]
	some slo in ["availability", "latency"]
	not alerted(slo, tier)
	not alerted_by_slower(slo, tier)
	finding := {"path": path, "msg": sprintf("no alert has the tier %s of the %s objective", [tier, slo])}
}

alerted(slo, tier) if {
	some alert in input.alerts
	alert.slo == slo
	alert.tier == tier
}

# A tier that could never fire is left out, and the next slower page stands for it.
alerted_by_slower(slo, "page-quick") if {
	some objective in input.slos
	objective.name == slo
	14.4 * (100 - objective.objective) >= 100
	alerted(slo, "page-slow")
}

deny contains finding if {
	facts.judges("enterprise")
	some name in ["NoTraffic", "ErrorBudgetExhausted"]
	not name in {alert.name | some alert in input.alerts}
	finding := {"path": path, "msg": sprintf("there is no alert %s", [name])}
}
