package rules.workflow_strict_test

import rego.v1

good := `permissions: {}
on:
  pull_request:
jobs:
  verify:
    timeout-minutes: 5
    steps:
      - run: make check
`

ids(text) := {finding.id |
	some finding in data.rules.workflow.deny with input as {"text": {".github/workflows/ci.yml": text}}
}

test_a_good_workflow_passes if ids(good) == set()

test_a_job_without_a_time_limit_is_found if {
	ids(replace(good, "timeout-minutes: 5", "name: verify")) == {"workflow.timeouts"}
}

test_a_secret_outside_an_environment_is_found if {
	ids(replace(good, "run: make check", "run: echo ${{ secrets.TOKEN }}")) == {"workflow.secrets-in-environment"}
}

test_a_secret_inside_an_environment_passes if {
	ids(replace(good, "    steps:\n      - run: make check", "    environment: production\n    steps:\n      - run: ${{ secrets.TOKEN }}")) == set()
}

test_a_dangerous_trigger_is_found_in_every_spelling if {
	every spelling in ["on:\n  pull_request_target:", "on: pull_request_target", "on: [push, pull_request_target]"] {
		ids(replace(good, "on:\n  pull_request:", spelling)) == {"workflow.trusted-triggers"}
	}
}
