# Evidence for an auditor.

.PHONY: evidence
evidence: verify-audit ## documents, control map and audit trail hold together; the bundle is in evidence/
	@python3 scripts/evidence.py evidence
