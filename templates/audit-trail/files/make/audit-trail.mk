# The audit trail. The live log is on the branch audit-trail, since nobody pushes to main; main holds its first record.

.PHONY: verify-audit audit-record approval-check
validate: verify-audit

verify-audit: ## the audit trail is whole: here, and on the branch audit-trail, with its history, when that was fetched
	@python3 scripts/audit.py verify
	@if git rev-parse --quiet --verify origin/audit-trail >/dev/null 2>&1; then \
	  mkdir -p .tools; \
	  git show origin/audit-trail:audit/log.jsonl >.tools/audit.jsonl; \
	  AUDIT_LOG=.tools/audit.jsonl python3 scripts/audit.py verify audit/log.jsonl; \
	  python3 scripts/audit.py history origin/audit-trail; \
	fi

audit-record: ## append the record of this workflow run to the audit trail (CI only)
	@scripts/audit-record.sh

approval-check: ## somebody else approved this workflow run than who started it (CI only)
	@scripts/approval-check.sh
