#!/usr/bin/env bash
# Is this checkout slower than another commit? Builds both on this machine, loads them in turns,
# five rounds of each, and lets scripts/perf_gate.py judge. Its test is wrong once in twenty times,
# so a bad verdict counts when a second series confirms it.
# Usage: scripts/perf-compare.sh BASE PERCENT    (or `make perf-compare BASE=main`)
#
#   PERCENT          how much slower the 95th percentile may be
#   RATE, DURATION   see perf/load.js
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

base=${1:?usage: scripts/perf-compare.sh BASE PERCENT}
percent=${2:?usage: scripts/perf-compare.sh BASE PERCENT}
if ! commit=$(git rev-parse --verify --quiet "$base^{commit}"); then
  echo "perf-compare: there is no commit $base; in a shallow clone, fetch it first" >&2
  exit 2
fi

work=$(mktemp -d)
trap 'git worktree remove --force "$work/base" 2>/dev/null || true; rm -rf "$work"' EXIT
git worktree add --quiet --detach "$work/base" "$commit"

# A build folder that both share would make the two the same binary.
unset CARGO_TARGET_DIR

measure() {
  local side=$1 dir=$2 series=$3 round=$4 code=0
  SERVICE_DIR=$dir SUMMARY=$work/$side-$series-$round.json scripts/with-service.sh \
    k6 run --quiet perf/load.js >"$work/output" 2>&1 || code=$?
  # 99 is k6's code for a bound that was missed: that is the business of `make perf`.
  if ((code != 0 && code != 99)); then
    cat "$work/output" >&2
    echo "perf-compare: the load on $side could not be measured" >&2
    exit 2
  fi
  echo "round $round, $side: $(grep p95 "$work/output")"
}

echo "comparing this checkout with $(git log -1 --format='%h %s' "$commit")"
for series in 1 2; do
  for round in 1 2 3 4 5; do
    measure base "$work/base" "$series" "$round"
    measure head . "$series" "$round"
  done
  code=0
  python3 -B scripts/perf_gate.py --percent "$percent" \
    --base "$work"/base-"$series"-*.json --head "$work"/head-"$series"-*.json || code=$?
  if ((code != 1)); then exit "$code"; fi
done
exit 1
