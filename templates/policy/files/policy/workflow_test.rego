package rules.workflow_test

import rego.v1

good := `permissions: {}
on: [pull_request]
jobs:
  verify:
    timeout-minutes: 5
    steps:
      - uses: ./.github/actions/setup
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
`

ids(text) := {finding.id |
	some finding in data.rules.workflow.deny with input as {"text": {".github/workflows/ci.yml": text}}
}

test_a_good_workflow_passes if ids(good) == set()

test_a_tag_is_no_pin if {
	ids(replace(good, "3d3c42e5aac5ba805825da76410c181273ba90b1", "v7")) == {"workflow.pinned-actions"}
}

test_a_short_commit_is_no_pin if {
	ids(replace(good, "3d3c42e5aac5ba805825da76410c181273ba90b1", "3d3c42e")) == {"workflow.pinned-actions"}
}

test_a_flow_spelling_hides_no_action if {
	ids(replace(good, "- uses: ./.github/actions/setup", "- { name: set up, uses: evil/action@v1 }")) == {"workflow.pinned-actions"}
}

image(digest) := replace(good, "./.github/actions/setup", concat("", ["docker://alpine", digest]))

test_the_digest_of_an_image_is_a_pin if {
	ids(image("@sha256:3d3c42e5aac5ba805825da76410c181273ba90b13d3c42e5aac5ba805825da76")) == set()
}

test_the_tag_of_an_image_is_no_pin if {
	ids(image(":3.20")) == {"workflow.pinned-actions"}
	ids(image("@sha256:3d3c42e5aac5ba805825da76410c181273ba90b1")) == {"workflow.pinned-actions"}
	some finding in data.rules.workflow.deny with input as {"text": {".github/workflows/ci.yml": image(":3.20")}}
	startswith(finding.fix, "Name the digest of the image")
}

test_all_permissions_in_a_job_are_found if {
	every all in ["write-all", "read-all"] {
		ids(replace(good, "timeout-minutes: 5", concat(" ", ["timeout-minutes: 5\n    permissions:", all]))) == {"workflow.least-privilege"}
	}
}

test_a_workflow_that_cannot_be_read_is_found if {
	ids("jobs: [}") == {"workflow.least-privilege"}
}

test_permissions_for_all_jobs_are_found if {
	ids(replace(good, "permissions: {}", "permissions: {contents: read}")) == {"workflow.least-privilege"}
}

test_no_permissions_at_all_is_found if {
	ids(replace(good, "permissions: {}", "name: ci")) == {"workflow.least-privilege"}
}
