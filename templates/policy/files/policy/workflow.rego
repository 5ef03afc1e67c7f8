# METADATA
# title: Workflows
# description: What runs in the pipeline is pinned and may do no more than it needs.
package rules.workflow

import rego.v1

workflows[path] := yaml.unmarshal(text) if {
	some path, text in input.text
	startswith(path, ".github/workflows/")
}

uses contains {"path": path, "action": action} if {
	some path, text in input.text
	startswith(path, ".github/")
	some line in split(text, "\n")
	some [_, action] in regex.find_all_string_submatch_n(`^\s*(?:-\s+)?uses:\s*([^\s#]+)`, line, 1)
}

# METADATA
# title: Actions are pinned to a commit
# custom: {id: workflow.pinned-actions, severity: high}
deny contains finding if {
	some use in uses
	not startswith(use.action, "./")
	not regex.match(`@[0-9a-f]{40}$`, use.action)
	finding := {
		"id": "workflow.pinned-actions",
		"path": use.path,
		"msg": sprintf("%s is not pinned to a commit", [use.action]),
		"fix": "Name the 40-digit commit, and the release in a comment",
	}
}

# METADATA
# title: A workflow has no permission that a job did not ask for
# custom: {id: workflow.least-privilege, severity: high}
deny contains finding if {
	some path, workflow in workflows
	not workflow.permissions == {}
	finding := {
		"id": "workflow.least-privilege",
		"path": path,
		"msg": "the workflow as a whole has permissions",
		"fix": "Write `permissions: {}` at the top and what each job needs in the job",
	}
}
