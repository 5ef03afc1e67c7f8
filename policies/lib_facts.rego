# METADATA
# title: What several controls ask of the facts
# description: The promise of a preset, the jobs of a workflow, what a change and a deployment run.
package lib.facts

import rego.v1

# What the strictest preset of the lineage promises: values is by preset.
promised(values) := found[count(found) - 1] if {
	found := [values[name] | some name in input.lineage; name in object.keys(values)]
	count(found) > 0
}

# Whether the promises of this preset are judged.
judges(preset) if preset in input.lineage

ci_path := ".github/workflows/ci.yml"

deploy_path := ".github/workflows/deploy.yml"

release_path := ".github/workflows/release.yml"

# GitHub follows the first one that is there.
code_owners_places := [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"]

default code_owners_path := ".github/CODEOWNERS"

code_owners_path := [path | some path in code_owners_places; has(path)][0]

# Every job of every workflow.
jobs contains {"path": path, "id": id, "job": job} if {
	some path, workflow in input.workflows
	some id, job in workflow.jobs
}

# The jobs that the one required check waits for.
required contains id if {
	some entry in jobs
	entry.job.name == "required"
	"pull_request" in input.workflows[entry.path].on
	some id in entry.job.needs
}

# The make targets that the job of this name runs before a change is merged.
gate_targets(id) := {target | some step in input.workflows[ci_path].jobs[id].steps; some target in step.make}

# The jobs that deploy, each with its targets in order.
deployments[id] := targets if {
	some id, job in input.workflows[deploy_path].jobs
	targets := [target | some step in job.steps; some target in step.make]
	"deploy" in targets
}

# Whether a job runs one target before another.
before(targets, first, second) if {
	some i, target in targets
	target == first
	some j, other in targets
	other == second
	i < j
}

first_document(path) := input.documents[path][0]

# The rules of the main branch.
ruleset_path := "ops/github/ruleset.json"

ruleset := first_document(ruleset_path)

branch_rules contains rule.type if some rule in ruleset.rules

parameters(type) := rule.parameters if {
	some rule in ruleset.rules
	rule.type == type
}

kubernetes if "kubernetes" in input.delivery.platforms

has(path) if path in input.files
