#!/usr/bin/env bash
# Fails unless somebody else approved this workflow run than who started it. GitHub sees to that for those who start a
# deployment by hand; one that release.yml starts is nobody's in its eyes, so that who pushed the tag could approve it. And
# where its environment has no reviewers, it asks nobody.
# From the environment: VERSION, GH_TOKEN and what GitHub sets in every run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

started=$(scripts/started-by.sh)
# Held against nobody, every approval would do.
if [[ $started == "github-actions[bot]" ]]; then
  echo "error: who pushed the tag $VERSION can't be found out: GitHub did not answer, or has no run of release.yml for it any more. Start the deployment by hand, and it is known who did: \`make deploy-start VERSION=$VERSION\`" >&2
  exit 1
fi
approved=$(gh api "repos/${GITHUB_REPOSITORY:?}/actions/runs/${GITHUB_RUN_ID:?}/approvals" --jq '.[] | select(.state == "approved") | .user.login')
if [[ -z $approved ]]; then
  echo "error: nobody approved this deployment: GitHub asks for no review of the environment. \`make repository-rules APPLY=1\` sets its reviewers, \`make repository-rules-check\` compares them; then start it again" >&2
  exit 1
fi
if ! grep --quiet --invert-match --line-regexp --fixed-strings "$started" <<<"$approved"; then
  echo "error: $started started this deployment and nobody else approved it; start it again, and let another member of the team approve" >&2
  exit 1
fi
echo "started by $started, approved by ${approved//$'\n'/, }"
