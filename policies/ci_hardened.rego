# METADATA
# title: "Pipelines do no more than they must"
# description: "Each workflow starts without permissions, each job ends by itself, actions are pinned to a commit, runs do not pile up, and nothing of a stranger runs with the rights of this repository."
# custom:
#   id: ci.hardened
#   severity: critical
#   effort: file
#   presets:
#     quick-start: "no permissions at the top, time limits, pins, concurrency, trusted triggers"
#   supports:
#     soc2: ["CC6.1", "CC6.8"]
#     iso27001: ["8.25", "8.9"]
#     ssdf: ["PO.3", "PO.5"]
#     slsa: ["Build"]
#   evidence: [".github/workflows/"]
#   remedy: "Correct the workflow; goldpath apply .github/workflows brings the generated ones back"
package controls.ci_hardened

import rego.v1

import data.lib.facts

deny contains finding if {
	some path, workflow in input.workflows
	not workflow.permissions == {}
	finding := {
		"path": path,
		"msg": "the workflow as a whole has permissions",
		"fix": "Write `permissions: {}` at the top, and what each job needs in the job",
	}
}

deny contains finding if {
	some entry in facts.jobs
	entry.job.permissions in {"read-all", "write-all"}
	finding := {
		"path": entry.path,
		"line": entry.job.line,
		"msg": sprintf("the job %s has more permissions than it names", [entry.id]),
		"fix": "Write what the job needs, such as `contents: read`",
	}
}

deny contains finding if {
	some entry in facts.jobs
	entry.job.uses == ""
	not limited(entry.job)
	finding := {
		"path": entry.path,
		"line": entry.job.line,
		"msg": sprintf("the job %s has no time limit", [entry.id]),
		"fix": "Set `timeout-minutes`",
	}
}

limited(job) if job.timeout_minutes > 0

deny contains finding if {
	some path, workflow in input.workflows
	workflow.concurrency != true
	finding := {
		"path": path,
		"msg": "nothing limits how many runs go on at once",
		"fix": "Set `concurrency`",
	}
}

deny contains finding if {
	some use in loose_uses
	pin := what_pins(use.action)
	finding := {
		"path": use.path,
		"line": use.line,
		"msg": sprintf("%s is not pinned to a %s", [use.action, pin.name]),
		"fix": pin.fix,
	}
}

# What steps, jobs and the actions of this repository use of somebody else, and that can change without a change here.
loose_uses contains {"path": entry.path, "line": step.line, "action": step.uses} if {
	some entry in facts.jobs
	some step in entry.job.steps
	loose(step.uses)
}

loose_uses contains {"path": entry.path, "line": entry.job.line, "action": entry.job.uses} if {
	some entry in facts.jobs
	loose(entry.job.uses)
}

loose_uses contains {"path": path, "line": 1, "action": step.uses} if {
	some path, documents in input.documents
	startswith(path, ".github/actions/")
	some document in documents
	some step in document.runs.steps
	loose(step.uses)
}

loose(action) if {
	action != ""
	not startswith(action, "./")
	not regex.match(`@[0-9a-f]{40}$`, action)
	not regex.match(`^docker://.*@sha256:[0-9a-f]{64}$`, action)
}

what_pins(action) := {"name": "digest", "fix": "Name the digest of the image: `docker://IMAGE@sha256:` and 64 digits"} if {
	startswith(action, "docker://")
} else := {"name": "commit", "fix": "Name the 40-digit commit, and the release in a comment"}

deny contains finding if {
	some path, workflow in input.workflows
	some trigger in {"pull_request_target", "workflow_run"}
	trigger in workflow.on
	finding := {
		"path": path,
		"msg": sprintf("%s runs with write access for changes of strangers", [trigger]),
		"fix": "Use `pull_request`",
	}
}
