package rules.workflow

import rego.v1

# METADATA
# title: Every job ends by itself
# custom: {id: workflow.timeouts, severity: medium}
deny contains finding if {
	some path, workflow in workflows
	some name, job in workflow.jobs
	not job.uses
	not job["timeout-minutes"]
	finding := {
		"id": "workflow.timeouts",
		"path": path,
		"msg": sprintf("the job %s has no time limit", [name]),
		"fix": "Set `timeout-minutes`",
	}
}

# METADATA
# title: A secret is only read in a job with an environment
# custom: {id: workflow.secrets-in-environment, severity: high}
deny contains finding if {
	some [path, who, part] in unprotected
	some secret in secrets_read(part)
	finding := {
		"id": "workflow.secrets-in-environment",
		"path": path,
		"msg": sprintf("%s reads %s outside an environment", [who, secret]),
		"fix": "Read it in a job with an `environment`, so that its approvals protect the secret",
	}
}

unprotected contains [path, "the workflow as a whole", object.remove(workflow, {"jobs"})] if some path, workflow in workflows

unprotected contains [path, sprintf("the job %s", [name]), job] if {
	some path, workflow in workflows
	some name, job in workflow.jobs
	not job.environment
}

# An expression with the texts in it, and what it reads of the secrets: one by name or by index, or all of them.
expression := `\$\{\{(?:'[^']*'|[^'}]|\}[^}])*\}\}`

reading := `(?i)[\s{(\[,!&|=<>](secrets\b(?:\s*\.\s*[a-z0-9_*-]+|\s*\[[^\]]*\])?)`

secrets_read(part) := {secret |
	walk(part, [_, text])
	is_string(text)
	some found in regex.find_n(expression, text, -1)

	# What a text says is not read; the text of an index is.
	spoken := regex.replace(found, `([^\[\s]\s*)'[^']*'`, "$1''")
	some [_, secret] in regex.find_all_string_submatch_n(reading, spoken, -1)
	not regex.match(`(?i)^secrets(\.|\[')github_token('\])?$`, secret)
} | {"every secret (`secrets: inherit`)" |
	part.secrets == "inherit"
	not pinned(part.uses)
}

# METADATA
# title: No workflow runs foreign code with this repository's rights
# custom: {id: workflow.trusted-triggers, severity: critical}
deny contains finding if {
	some path, workflow in workflows
	some trigger in {"pull_request_target", "workflow_run"}
	triggered(workflow, trigger)
	finding := {
		"id": "workflow.trusted-triggers",
		"path": path,
		"msg": sprintf("%s runs with write access for changes of strangers", [trigger]),
		"fix": "Use `pull_request`",
	}
}

# The key `on` is the boolean true in YAML 1.1 and text in YAML 1.2; engines differ.
triggers(workflow) := object.get(workflow, "on", object.get(workflow, "true", {}))

triggered(workflow, name) if triggers(workflow) == name

triggered(workflow, name) if name in triggers(workflow)

triggered(workflow, name) if name in object.keys(triggers(workflow))
