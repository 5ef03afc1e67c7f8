# METADATA
# title: "A release is tried before production, and somebody else lets it in"
# description: "Staging comes before production from Balanced on; with Enterprise another member of the owning team approves production."
# custom:
#   id: deploy.environments
#   severity: high
#   effort: practice
#   presets:
#     quick-start: "production"
#     balanced: "staging, then production"
#     enterprise: "also reviewers, and nobody approves their own"
#   supports:
#     soc2: ["CC8.1"]
#     iso27001: ["8.31", "5.3"]
#     ssdf: ["PO.5"]
#   evidence: ["ops/github/environments/", ".github/workflows/deploy.yml"]
#   remedy: "Set repository.production_reviewers of goldpath.toml, then goldpath apply"
package controls.deploy_environments

import rego.v1

import data.lib.facts

wanted := {"quick-start": {"production"}, "balanced": {"staging"}}

deny contains finding if {
	some preset in input.lineage
	some environment in wanted[preset]
	not environment in {job.environment | some id, _ in facts.deployments; job := input.workflows[facts.deploy_path].jobs[id]}
	finding := {"path": facts.deploy_path, "msg": sprintf("no job deploys to %s", [environment])}
}

deny contains finding if {
	facts.judges("balanced")
	some id, _ in facts.deployments
	job := input.workflows[facts.deploy_path].jobs[id]
	job.environment == "production"
	count(job.needs) == 0
	finding := {"path": facts.deploy_path, "line": job.line, "msg": "production does not wait for staging"}
}

deny contains finding if {
	facts.judges("enterprise")
	not approved_by_another
	finding := {
		"path": "ops/github/environments/production.json",
		"msg": "whoever starts a deployment may also approve it, or nobody has to",
	}
}

approved_by_another if {
	production := input.delivery.environments.production
	production.prevent_self_review
	count(production.reviewer_teams) > 0
}
