# The drill: do the alerts work?

.PHONY: drill

drill: ## break the service on purpose and follow every alert to its receiver, in about 3 minutes (ONLY="errors latency")
	$(call need,python3,the package manager of your system: package python3)
	@python3 -B scripts/drill $(if $(ONLY),--only $(ONLY)) $(if $(KEEP),--keep)
