# The weekly operations review.

.PHONY: weekly-review weekly-review-issue

weekly-review: ## fill the agenda of this week's review from data (PROMETHEUS_URL for the running service)
	@python3 scripts/weekly_review.py

weekly-review-issue: weekly-review ## open the agenda as an issue (needs gh)
	$(call need,gh,https://cli.github.com)
	@file=$$(ls ops/reviews/*-W*.md | tail -n 1); \
	gh issue create --title "Operations review $$(basename "$$file" .md)" --body-file "$$file"
