# METADATA
# title: "Dependencies are updated every week, and not on the first day"
# description: "Updates of the language, of actions and of the base image are proposed weekly, a week after their release at the earliest: most malicious releases are withdrawn sooner."
# custom:
#   id: deps.updates
#   severity: medium
#   effort: file
#   presets:
#     quick-start: "weekly for everything, after 7 days"
#   supports:
#     soc2: ["CC7.1", "CC9.2"]
#     iso27001: ["8.8", "5.21"]
#     ssdf: ["PW.4", "RV.1"]
#   evidence: [".github/dependabot.yml"]
#   remedy: "Set a weekly schedule and a cooldown of 7 days for each ecosystem in .github/dependabot.yml"
package controls.deps_updates

import rego.v1

import data.lib.facts

default path := ".github/dependabot.yml"

# Dependabot reads both endings.
path := ".github/dependabot.yaml" if {
	not facts.has(".github/dependabot.yml")
	facts.has(".github/dependabot.yaml")
}

updates := object.get(facts.first_document(path), "updates", [])

deny contains finding if {
	some ecosystem in ["docker", "github-actions"]
	not ecosystem in {update["package-ecosystem"] | some update in all_updates}
	finding := {"path": path, "msg": sprintf("nothing proposes updates of %s", [ecosystem])}
}

default all_updates := []

all_updates := updates

deny contains finding if {
	some update in updates
	not update.schedule.interval in {"daily", "weekly"}
	finding := {"path": path, "msg": sprintf("updates of %s are not proposed every week", [update["package-ecosystem"]])}
}

deny contains finding if {
	some update in updates
	not patient(update)
	finding := {"path": path, "msg": sprintf("updates of %s are proposed before they are 7 days old", [update["package-ecosystem"]])}
}

patient(update) if update.cooldown["default-days"] >= 7
