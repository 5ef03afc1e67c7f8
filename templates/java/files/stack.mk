# How this service, in Java, is built, checked and started. People call the targets of the Makefile.

.PHONY: stack-build stack-lint stack-format stack-test stack-run stack-check-config \
	stack-release stack-command stack-deps stack-sbom

# Not `-q`: it hides the warnings of the compiler, which fail the build.
MVN := mvn -B --no-transfer-progress --strict-checksums -Dstyle.color=never -Dorg.slf4j.simpleLogger.defaultLogLevel=warn
JAR := $(CURDIR)/target/$(if $(DRILL),drill/)server.jar

stack-build:
	$(MVN) -DskipTests package

# The compiler warns of everything, also in the fault switch and the tests; a warning is an error.
stack-lint:
	$(MVN) spotless:check
	$(MVN) -Pdrill test-compile

stack-format:
	$(MVN) spotless:apply

stack-test:
	$(MVN) -Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin.surefire=info -Pdrill test

# Ctrl-C should not wait for a load balancer that is not there.
stack-run: stack-release
	@DRAIN_MS="$${DRAIN_MS:-0}" exec java @jvm.args -jar "$(JAR)"

stack-check-config: stack-release
	@exec java @jvm.args -jar "$(JAR)" --check-config

# What scripts/with-service.sh starts; with DRILL=1 with the fault switch of src/drill.
stack-release:
	@$(MVN) -DskipTests $(if $(DRILL),-Pdrill) package

stack-command:
	@echo "java @$(CURDIR)/jvm.args -jar $(JAR)"

# The licences that pom.xml allows, and what osv.dev knows of each version.
stack-deps:
	$(MVN) license:add-third-party
	$(MVN) cyclonedx:makeBom -DoutputFormat=json -DoutputDirectory=target -DoutputName=dependencies.cdx
	osv-scanner scan source --config osv-scanner.toml --lockfile target/dependencies.cdx.json

stack-sbom:
	$(MVN) cyclonedx:makeBom -DoutputFormat=json -DschemaVersion=1.5 -DoutputDirectory=. -DoutputName=$(SERVICE).cdx
