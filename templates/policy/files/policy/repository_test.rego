package rules.repository_test

import rego.v1

ids(owners, catalog) := {finding.id |
	some finding in data.rules.repository.deny with input as {"text": {
		".github/CODEOWNERS": owners,
		"catalog-info.yaml": catalog,
	}}
}

test_one_owner_everywhere_passes if {
	ids("# reviewers\n* @acme/payments\n", "spec:\n  owner: payments\n---\nspec:\n  owner: payments\n") == set()
}

test_another_team_in_the_catalogue_is_found if {
	ids("* @acme/payments\n", "spec:\n  owner: billing\n") == {"repository.code-owner"}
}

test_no_owner_of_everything_is_found if {
	ids("docs/ @acme/payments\n", "spec:\n  owner: payments\n") == {"repository.code-owner"}
}

test_owners_are_read_where_github_reads_them if {
	found := data.rules.repository.deny with input as {"text": {
		"CODEOWNERS": "* @acme/payments\n",
		"catalog-info.yaml": "spec:\n  owner: payments\n",
	}}
	found == set()
}
