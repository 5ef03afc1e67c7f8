#!/usr/bin/env bash
# Appends one record of this workflow run to audit/log.jsonl on the branch audit-trail and pushes it.
# From the environment: ACTION, SUBJECT, VERSION, DECISION, GH_TOKEN and what GitHub sets in every run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

branch=audit-trail
remote=${GITHUB_SERVER_URL:?}/${GITHUB_REPOSITORY:?}.git
run=repos/$GITHUB_REPOSITORY/actions/runs/${GITHUB_RUN_ID:?}
# git asks this for the password; the token is in no argument and no file.
auth=(-c "credential.helper=!f() { echo username=x-access-token; echo \"password=\$GH_TOKEN\"; }; f")

approvals=$(gh api "$run/approvals" --jq '[.[] | select(.state == "approved") | .user.login] | unique | join(",")')
checks=$(gh api "$run/jobs" --jq '[.jobs[] | select(.conclusion != null) | "\(.name):\(.conclusion)"] | join(",")')
actor=$(scripts/started-by.sh)
tree=$(mktemp -d)
trap 'git worktree remove --force "$tree" 2>/dev/null || true' EXIT

# A version that was refused may have no tag.
git "${auth[@]}" fetch --quiet "$remote" "refs/tags/${VERSION:?}:refs/tags/$VERSION" || echo "no tag $VERSION could be fetched" >&2
commit=$(git rev-parse --quiet --verify "refs/tags/$VERSION^{commit}" || true)
for attempt in 1 2 3; do
  if git "${auth[@]}" fetch --quiet "$remote" "$branch"; then
    git worktree add --quiet --force --detach "$tree" FETCH_HEAD
  else
    git worktree add --quiet --force --detach "$tree" HEAD
  fi
  AUDIT_LOG=$tree/audit/log.jsonl python3 scripts/audit.py append \
    "action=${ACTION:?}" "subject=${SUBJECT:?}" "actor=$actor" "decision=${DECISION:?}" \
    "commit=$commit" "digest=${DIGEST:-}" \
    "approvals=$approvals" "checks=$checks" "reason=$VERSION, run $GITHUB_RUN_ID${REASON:+, error budget overridden: $REASON}"
  git -C "$tree" -c user.name="$GITHUB_ACTOR" -c user.email="$GITHUB_ACTOR@users.noreply.github.com" \
    commit --quiet --message "Record: $ACTION $VERSION in $SUBJECT, $DECISION" audit/log.jsonl
  if git -C "$tree" "${auth[@]}" push --quiet "$remote" "HEAD:refs/heads/$branch"; then
    exit 0
  fi
  echo "another record came first, attempt $attempt of 3" >&2
  git worktree remove --force "$tree"
done
echo "the record was not written; run this job again" >&2
exit 1
