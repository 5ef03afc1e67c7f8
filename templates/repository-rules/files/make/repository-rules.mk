# Branch rules and environments of this repository on GitHub.

.PHONY: repository-rules

repository-rules: ## show what would be set on GitHub; APPLY=1 sets it (needs gh and an administrator)
	@scripts/apply-repository-rules.sh $(if $(APPLY),--apply)
