# METADATA
# title: Repository
# description: Who answers for this repository, and what a change needs.
package rules.repository

import rego.v1

catalog_owners contains document.spec.owner if {
	some part in split(input.text["catalog-info.yaml"], "\n---\n")
	document := yaml.unmarshal(part)
}

# GitHub follows the first one that is there.
places := [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"]

default place := ".github/CODEOWNERS"

place := [path | some path in places; input.text[path]][0]

code_owners contains name if {
	some line in split(input.text[place], "\n")
	startswith(line, "* ")
	some name in array.slice(regex.split(`\s+`, trim_space(line)), 1, 100)
}

# METADATA
# title: The code owner is the owner in the catalogue
# custom: {id: repository.code-owner, severity: high}
deny contains finding if {
	some owner in catalog_owners
	not owns(owner)
	finding := {
		"id": "repository.code-owner",
		"path": place,
		"msg": sprintf("catalog-info.yaml says that %s owns this service, and CODEOWNERS does not", [owner]),
		"fix": "Name one owner in both files and in the answer `owner` of goldpath.toml",
	}
}

owns(owner) if {
	some name in code_owners
	endswith(name, concat("", ["/", owner]))
}
