package rules.delivery

import rego.v1

environments[path] := environment if {
	some path, environment in input.data
	startswith(path, "ops/github/environments/")
}

# METADATA
# title: Somebody else approves production
# custom: {id: delivery.production-approval, severity: high}
deny contains finding if {
	some path, environment in environments
	environment.environment == "production"
	not approved_by_another(environment)
	finding := {
		"id": "delivery.production-approval",
		"path": path,
		"msg": "whoever starts a deployment may also approve it, or nobody has to",
		"fix": "Name a reviewing team and set `prevent_self_review`",
	}
}

approved_by_another(environment) if {
	environment.body.prevent_self_review
	count(environment.reviewer_teams) > 0
}
