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

test_permissions_for_all_jobs_are_found if {
	ids(replace(good, "permissions: {}", "permissions: {contents: read}")) == {"workflow.least-privilege"}
}

test_no_permissions_at_all_is_found if {
	ids(replace(good, "permissions: {}", "name: ci")) == {"workflow.least-privilege"}
}
