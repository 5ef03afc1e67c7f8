# How this service, in Java, is built, checked and started. People call the targets of the Makefile.

.PHONY: stack-build stack-lint stack-format stack-test stack-run stack-check-config \
	stack-release stack-command stack-deps stack-sbom

MVN := mvn -q -B --no-transfer-progress --strict-checksums
JAR := $(CURDIR)/target/$(if $(DRILL),drill/)server.jar

stack-build:
	$(MVN) -DskipTests package
