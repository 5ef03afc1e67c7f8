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

test_a_secret_is_found_in_every_spelling if {
	every read in ["secrets['TOKEN']", "toJSON(secrets)", "SECRETS.token", "join(secrets.*, ',')", "format('}}', secrets [ matrix.name ])"] {
		ids(replace(good, "run: make check", concat(" ", ["run: echo ${{", read, "}}"]))) == {"workflow.secrets-in-environment"}
	}
}

test_what_is_no_secret_passes if {
	every read in ["secrets.GITHUB_TOKEN", "secrets['GITHUB_TOKEN']", "needs.secrets.result", "'secrets'", "contains(x, 'rotate secrets')"] {
		ids(replace(good, "run: make check", concat(" ", ["run: echo the secrets. ${{", read, "}}"]))) == set()
	}
}

test_a_secret_of_the_whole_workflow_is_found if {
	ids(concat("", [good, "env:\n  TOKEN: ${{ secrets.TOKEN }}\n"])) == {"workflow.secrets-in-environment"}
}

test_secrets_are_inherited_by_a_pinned_workflow_only if {
	called := "permissions: {}\non: push\njobs:\n  build:\n    secrets: inherit\n    uses: acme/shared/.github/workflows/build.yml@"
	ids(concat("", [called, "3d3c42e5aac5ba805825da76410c181273ba90b1\n"])) == set()
	ids(concat("", [called, "main\n"])) == {"workflow.pinned-actions", "workflow.secrets-in-environment"}
}

test_a_secret_inside_an_environment_passes if {
	ids(replace(good, "    steps:\n      - run: make check", "    environment: production\n    steps:\n      - run: ${{ secrets.TOKEN }}")) == set()
}

test_a_dangerous_trigger_is_found_in_every_spelling if {
	every spelling in ["on:\n  pull_request_target:", "on: pull_request_target", "on: [push, pull_request_target]"] {
		ids(replace(good, "on:\n  pull_request:", spelling)) == {"workflow.trusted-triggers"}
	}
}
