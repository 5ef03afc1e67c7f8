# The objectives, their alerts and the error budget.

.PHONY: slo-check budget

slo-check: ## check the recording rules and alerts, and run their unit tests
	$(call need,promtool,apt-get install prometheus)
	promtool check config ops/prometheus.yml
	promtool check rules --lint=all --lint-fatal ops/slo/rules.yml
	promtool test rules ops/slo/rules.test.yml ops/slo/rules.slow.test.yml

budget: ## how much error budget is left, and what the policy says (PROMETHEUS_URL=where to ask)
	$(call need,python3,your distribution's package manager: package python3)
	scripts/error_budget.py

validate: slo-check
