package rules.operation

import rego.v1

alerts contains {"path": path, "alert": found} if {
	some path, text in input.text
	startswith(path, "ops/slo/")
	some group in yaml.unmarshal(text).groups
	some found in group.rules
	found.alert
}

# METADATA
# title: Every alert has a priority and a runbook
# custom: {id: operation.alert-runbook, severity: high}
deny contains finding if {
	some entry in alerts
	not actionable(entry.alert)
	finding := {
		"id": "operation.alert-runbook",
		"path": entry.path,
		"msg": sprintf("the alert %s has no priority, or docs/runbooks/%s.md is missing", [entry.alert.alert, entry.alert.alert]),
		"fix": "Write the runbook, or remove the alert: an alert asks a person to do something",
	}
}

actionable(alert) if {
	alert.labels.priority
	sprintf("docs/runbooks/%s.md", [alert.alert]) in input.files
}

# METADATA
# title: Exceptions are owned, explained and short
# custom: {id: operation.exceptions, severity: high}
deny contains finding if {
	some exception in object.get(input.data, ["ops/exceptions.toml", "exception"], [])
	not in_force(exception)
	finding := {
		"id": "operation.exceptions",
		"path": "ops/exceptions.toml",
		"msg": sprintf("the exception to %s lacks an owner or a reason, lasts longer than %d days, or has ended", [
			object.get(exception, "rule", "an unnamed rule"),
			data.expected.exception_days,
		]),
		"fix": "Keep the rule and remove the exception, or ask for a new one",
	}
}

in_force(exception) if {
	exception.rule != ""
	exception.path != ""
	exception.owner != ""
	exception.reason != ""
	days_between(exception.granted, exception.expires) <= data.expected.exception_days
	exception.granted <= input.today
	exception.expires >= input.today
}

# METADATA
# title: The evidence of every control exists
# custom: {id: operation.evidence, severity: medium}
deny contains finding if {
	some control in yaml.unmarshal(input.text["compliance/controls.yaml"]).controls
	some path in control.evidence
	not path in input.files
	finding := {
		"id": "operation.evidence",
		"path": "compliance/controls.yaml",
		"msg": sprintf("%s names %s, which does not exist", [control.id, path]),
		"fix": "Restore the file, or remove the claim",
	}
}
