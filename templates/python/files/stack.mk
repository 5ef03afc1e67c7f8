# How this service, in Python, is built, checked and started. People call the targets of the Makefile.

.PHONY: stack-build stack-lint stack-format stack-test stack-run stack-check-config \
	stack-release stack-command stack-deps stack-sbom

# Compiled once at installation, instead of at the first start of each process.
export UV_COMPILE_BYTECODE := 1

# Each target brings the environment up to date first; where nothing changed this takes a moment.
run = uv run --locked --quiet

stack-build: tool-uv
	uv sync --locked --quiet

stack-lint: tool-uv
	$(run) ruff format --check
	$(run) ruff check
	$(run) mypy

stack-format: tool-uv
	$(run) ruff format
	$(run) ruff check --fix-only --quiet

stack-test: tool-uv
	$(run) pytest --quiet

# Ctrl-C should not wait for a load balancer that is not there.
stack-run: tool-uv
	DRAIN_MS="$${DRAIN_MS:-0}" $(run) server

stack-check-config: tool-uv
	@$(run) server --check-config

# What scripts/with-service.sh starts: the environment of the image, without anything for development.
stack-release: tool-uv
	@UV_PROJECT_ENVIRONMENT=.release uv sync --locked --quiet --no-dev --no-editable

# With DRILL=1 with the fault switch of drill/server.py, which is in no image.
stack-command:
	@echo .release/bin/$(if $(DRILL),python drill/server.py,server)

stack-deps: tool-uv stack-release
	uv export --locked --quiet --no-emit-project | pip-audit --strict --disable-pip --requirement /dev/stdin
	pip-licenses --python .release/bin/python

stack-sbom: tool-uv stack-release
	cyclonedx-py environment --pyproject pyproject.toml --spec-version 1.5 --output-reproducible \
	  --output-file $(SERVICE).cdx.json .release/bin/python
