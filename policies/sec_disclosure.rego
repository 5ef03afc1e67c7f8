# METADATA
# title: "A vulnerability can be reported in private"
# description: "SECURITY.md says how, who answers, and when."
# custom:
#   id: sec.disclosure
#   severity: medium
#   effort: file
#   presets:
#     quick-start: "SECURITY.md"
#   supports:
#     soc2: ["CC7.3"]
#     iso27001: ["5.24", "8.8"]
#     ssdf: ["RV.1.3"]
#   evidence: ["SECURITY.md"]
#   remedy: "goldpath apply SECURITY.md brings it back, or git restore SECURITY.md"
package controls.sec_disclosure

import rego.v1

import data.lib.facts

deny contains finding if {
	not is_said
	finding := {"path": "SECURITY.md", "msg": "nothing says how to report a vulnerability"}
}

# GitHub shows it from each of these places.
is_said if {
	some path in ["SECURITY.md", ".github/SECURITY.md", "docs/SECURITY.md"]
	facts.has(path)
}
