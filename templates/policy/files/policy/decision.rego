# METADATA
# title: Decision
# description: Every finding of every rule, less those that an exception in force covers.
package decision

import rego.v1

found contains finding if {
	some topic
	some finding in data.rules[topic].deny
}

findings := [finding | some finding in found; not covered(finding)]

excepted := [finding | some finding in found; covered(finding)]

covered(finding) if {
	some exception in input.data["ops/exceptions.toml"].exception
	exception.rule == finding.id
	exception.path == finding.path
	exception.expires >= input.today
}
