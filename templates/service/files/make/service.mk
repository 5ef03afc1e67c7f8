# The service against its contracts.

.PHONY: metrics-check

metrics-check: ## the service exports what ops/metrics.toml promises (BASE_URL=one that runs already)
	$(call need,python3,the package manager of your system: package python3)
	@$(if $(BASE_URL),,scripts/with-service.sh) bash -c 'python3 -B scripts/metrics.py "$$BASE_URL"'
