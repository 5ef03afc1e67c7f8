# Branch rules and environments of this repository on GitHub.

.PHONY: repository-rules repository-rules-check

repository-rules: ## show what would be set on GitHub; APPLY=1 sets it (needs gh and an administrator)
	@scripts/repository-rules.sh apply $(if $(APPLY),--yes)

repository-rules-check: ## GitHub has the rules and environments of ops/github, and no others (needs gh and an administrator)
	@scripts/repository-rules.sh check
