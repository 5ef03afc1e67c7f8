# How this service, in Go, is built, checked and started. People call the targets of the Makefile.

.PHONY: stack-build stack-lint stack-format stack-test stack-run stack-check-config \
	stack-release stack-command stack-deps stack-sbom

# Where the binary goes. The one with the fault switch of internal/httpapi/drill.go has a name of its own, and is made
# with DRILL=1 only.
server = bin/server$(if $(DRILL),-drill)

# The race detector needs cgo, and cgo a C compiler.
race = $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

stack-build stack-release:
	@CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' $(if $(DRILL),-tags drill) -o $(server) ./cmd/server

stack-lint: tool-golangci-lint
	gofmt -d cmd internal
	go mod tidy -diff
	golangci-lint run
	golangci-lint run --build-tags drill ./internal/httpapi

stack-format:
	gofmt -w cmd internal

# Once with the fault switch and once without; benchmarks run once, to see that they do.
stack-test:
	@$(if $(race),,echo "test: NOT CHECKED for data races, which takes a C compiler" >&2)
	go test $(race) -bench . -benchtime 1x ./...
	go test $(race) -tags drill ./internal/httpapi

# Ctrl-C should not wait for a load balancer that is not there.
stack-run: stack-build
	@DRAIN_MS="$${DRAIN_MS:-0}" $(server)

stack-check-config: stack-build
	@$(server) --check-config

stack-command:
	@echo "$(CURDIR)/$(server)"

# Sources, licences, known vulnerabilities.
stack-deps:
	$(call need,python3,the package manager of your system: package python3)
	go mod verify
	CGO_ENABLED=0 cyclonedx-gomod app -json -licenses -main cmd/server | python3 -B scripts/go_licenses.py
	govulncheck ./...

stack-sbom:
	CGO_ENABLED=0 cyclonedx-gomod app -json -licenses -std -output-version 1.5 -main cmd/server -output $(SERVICE).cdx.json
