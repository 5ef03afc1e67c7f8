#!/usr/bin/env bash
# Prints who started this workflow run. release.yml starts a deployment by itself: then it is who pushed the tag VERSION.
# From the environment: VERSION, GH_TOKEN and what GitHub sets in every run.
set -euo pipefail

started=${GITHUB_ACTOR:?}
if [[ $started == "github-actions[bot]" ]]; then
  pushed=$(gh api --method GET "repos/${GITHUB_REPOSITORY:?}/actions/workflows/release.yml/runs" --raw-field event=push --raw-field "branch=${VERSION:?}" \
    --jq '[.workflow_runs[].actor.login] | first // ""') || pushed=""
  started=${pushed:-$started}
fi
echo "$started"
