# METADATA
# title: Operation
# description: Secrets, alerts, exceptions and evidence are looked after.
package rules.operation

import rego.v1

secrets := object.get(input.data, ["config/secrets.toml", "secret"], [])

days_between(from, to) := (time.parse_rfc3339_ns(concat("", [to, "T00:00:00Z"])) - time.parse_rfc3339_ns(concat("", [from, "T00:00:00Z"]))) / ((24 * 3600) * 1000000000)

# METADATA
# title: Secrets are replaced in time
# custom: {id: operation.secret-rotation, severity: high}
deny contains finding if {
	some secret in secrets
	not rotated_in_time(secret)
	finding := {
		"id": "operation.secret-rotation",
		"path": "config/secrets.toml",
		"msg": sprintf("%s has no rotation of at most %d days, is overdue, or was rotated on a day to come", [secret.name, data.expected.rotation_days]),
		"fix": "Replace the secret and write the date into `rotated`",
	}
}

rotated_in_time(secret) if {
	secret.rotation_days <= data.expected.rotation_days
	rotated := object.get(secret, "rotated", input.today)
	age := days_between(rotated, input.today)
	age <= secret.rotation_days

	# East of here it may be tomorrow.
	age >= -1
}
