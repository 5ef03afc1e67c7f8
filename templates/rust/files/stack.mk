# How this service, in Rust, is built, checked and started. People call the targets of the Makefile.

.PHONY: stack-build stack-lint stack-format stack-test stack-run stack-check-config \
	stack-release stack-command stack-deps stack-sbom

stack-build:
	cargo build --locked

stack-lint:
	cargo fmt --check
	cargo clippy --all-targets --all-features --locked -- -D warnings

stack-format:
	cargo fmt

stack-test:
	cargo test --all-features --locked

# Ctrl-C should not wait for a load balancer that is not there.
stack-run:
	DRAIN_MS="$${DRAIN_MS:-0}" cargo run --locked --quiet

stack-check-config:
	@cargo run --locked --quiet -- --check-config

# What scripts/with-service.sh starts: optimised, and with DRILL=1 with the fault switch of src/drill.rs.
stack-release:
	@cargo build --release --locked --quiet $(if $(DRILL),--features drill)

stack-command:
	@echo "$(or $(CARGO_TARGET_DIR),$(CURDIR)/target)/release/server"

stack-deps:
	cargo deny --locked check

stack-sbom:
	cargo cyclonedx --format json --spec-version 1.5 --override-filename $(SERVICE).cdx
