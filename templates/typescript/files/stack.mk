# How this service, in TypeScript, is built, checked and started. People call the targets of the Makefile.
#
# The image and the pipelines run the Node.js of .node-version. package.json asks for 20 only, the oldest
# that runs all of this, so that a machine with another one can work on the service too.

.PHONY: stack-build stack-lint stack-format stack-test stack-run stack-check-config \
	stack-release stack-command stack-deps stack-sbom

# What npm writes last. No script of a dependency runs, here or in the image: none of them needs one.
node_modules/.package-lock.json: package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund >&2
	@touch $@

stack-build: node_modules/.package-lock.json
	rm -rf dist
	node_modules/.bin/tsc

stack-lint: node_modules/.package-lock.json
	node_modules/.bin/biome ci --error-on-warnings
	node_modules/.bin/tsc --noEmit

stack-format: node_modules/.package-lock.json
	node_modules/.bin/biome check --write

stack-test: stack-build
	node --test --test-reporter=spec dist/test/*.test.js

# Ctrl-C should not wait for a load balancer that is not there.
stack-run: stack-release
	@DRAIN_MS="$${DRAIN_MS:-0}" exec node dist/src/main.js

stack-check-config: stack-release
	@node dist/src/main.js --check-config

# What scripts/with-service.sh starts: the same code as in the image, and with DRILL=1 the fault switch of drill/.
stack-release: node_modules/.package-lock.json
	@rm -rf dist
	@node_modules/.bin/tsc

stack-command:
	@echo "node $(CURDIR)/dist/$(if $(DRILL),drill,src)/main.js"

stack-deps:
	node scripts/licences.mjs
	npm audit

stack-sbom:
	npm sbom --sbom-format cyclonedx --sbom-type application --package-lock-only --omit dev >$(SERVICE).cdx.json
