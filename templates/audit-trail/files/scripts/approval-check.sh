#!/usr/bin/env bash
# Fails where the only approval of this workflow run is of the one who started it. GitHub prevents that for those who start
# a deployment by hand; one that release.yml starts is nobody's in its eyes, so that who pushed the tag could approve it.
# From the environment: VERSION, GH_TOKEN and what GitHub sets in every run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

started=$(scripts/started-by.sh)
approved=$(gh api "repos/${GITHUB_REPOSITORY:?}/actions/runs/${GITHUB_RUN_ID:?}/approvals" --jq '.[] | select(.state == "approved") | .user.login')
if [[ -n $approved ]] && ! grep --quiet --invert-match --line-regexp --fixed-strings "$started" <<<"$approved"; then
  echo "error: $started started this deployment and nobody else approved it; start it again, and let another member of the team approve" >&2
  exit 1
fi
echo "started by $started, approved by ${approved:-nobody}"
