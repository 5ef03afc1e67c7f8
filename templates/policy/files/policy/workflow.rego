# METADATA
# title: Workflows
# description: What runs in the pipeline is pinned and may do no more than it needs.
package rules.workflow

import rego.v1

workflow_paths contains path if {
	some path in object.keys(input.text)
	startswith(path, ".github/workflows/")
}

workflows[path] := yaml.unmarshal(input.text[path]) if some path in workflow_paths

# What workflows and the actions of this repository use, however it is written.
uses contains {"path": path, "action": action} if {
	some path, text in input.text
	startswith(path, ".github/")
	walk(yaml.unmarshal(text), [keys, action])
	is_use(keys)
}

is_use(["jobs", _, "uses"])

is_use(["jobs", _, "steps", _, "uses"])

is_use(["runs", "steps", _, "uses"])

# METADATA
# title: Actions are pinned to a commit
# custom: {id: workflow.pinned-actions, severity: high}
deny contains finding if {
	some use in uses
	not pinned(use.action)
	finding := {
		"id": "workflow.pinned-actions",
		"path": use.path,
		"msg": sprintf("%s is not pinned to a %s", [use.action, what_pins(use.action).name]),
		"fix": what_pins(use.action).fix,
	}
}

pinned(action) if startswith(action, "./")

pinned(action) if regex.match(what_pins(action).pattern, action)

what_pins(action) := {"name": "digest", "pattern": `@sha256:[0-9a-f]{64}$`, "fix": "Name the digest of the image: `docker://IMAGE@sha256:` and 64 digits"} if {
	startswith(action, "docker://")
} else := {"name": "commit", "pattern": `@[0-9a-f]{40}$`, "fix": "Name the 40-digit commit, and the release in a comment"}

# METADATA
# title: A workflow has no permission that a job did not ask for
# custom: {id: workflow.least-privilege, severity: high}
deny contains finding if {
	some [path, who] in too_much
	finding := {
		"id": "workflow.least-privilege",
		"path": path,
		"msg": sprintf("%s has more permissions than it names", [who]),
		"fix": "Write `permissions: {}` at the top and what each job needs, such as `contents: read`, in the job",
	}
}

# A workflow that can't be read has no permissions of which anything is known.
too_much contains [path, "the workflow as a whole"] if {
	some path in workflow_paths
	not workflows[path].permissions == {}
}

too_much contains [path, sprintf("the job %s", [name])] if {
	some path, workflow in workflows
	some name, job in workflow.jobs
	job.permissions in {"read-all", "write-all"}
}
