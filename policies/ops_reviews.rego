# METADATA
# title: "The team looks at its numbers every week"
# description: "A workflow opens the agenda of the review, filled with the numbers of the week."
# custom:
#   id: ops.reviews
#   severity: medium
#   effort: practice
#   presets:
#     balanced: "every week"
#   supports:
#     soc2: ["CC7.2", "CC4.1"]
#     iso27001: ["5.35", "5.36"]
#     ssdf: ["RV.3"]
#   evidence: [".github/workflows/weekly-review.yml", "ops/reviews/README.md"]
#   remedy: "goldpath apply .github/workflows/weekly-review.yml brings it back"
package controls.ops_reviews

import rego.v1

path := ".github/workflows/weekly-review.yml"

deny contains finding if {
	not opened
	finding := {"path": path, "msg": "nothing opens the agenda of a weekly review"}
}

opened if {
	"schedule" in input.workflows[path].on
	some job in input.workflows[path].jobs
	some step in job.steps
	"weekly-review-issue" in step.make
}
