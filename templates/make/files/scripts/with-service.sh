#!/usr/bin/env bash
# Runs a command against the service: builds it, starts it on a free port, waits until it is ready,
# sets BASE_URL, and stops it afterwards. The exit code is the command's.
#
# Usage: scripts/with-service.sh COMMAND [ARGUMENT...]
#
#   SERVICE_DIR        the checkout to serve, if it is not this one
#   SERVICE_LOG        where its log goes; without it, its end is shown when something failed
#   SERVICE_PID_FILE   where to write its process id
#   DRILL=1            a build with the fault switch
# Whatever else the service reads from its environment is passed on.
set -euo pipefail

if (($# == 0)); then
  echo "usage: scripts/with-service.sh COMMAND [ARGUMENT...]" >&2
  exit 2
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dir=${SERVICE_DIR:-$here}

# The flags of a calling make would be taken for those of the calls below.
unset MAKEFLAGS MFLAGS MAKELEVEL
make --no-print-directory --directory "$dir" stack-release >&2
read -ra service < <(make --no-print-directory --silent --directory "$dir" stack-command)

log=${SERVICE_LOG:-$(mktemp)}
pid=
stop() {
  local code=$?
  trap - EXIT INT TERM
  if [[ -n $pid ]] && kill -TERM "$pid" 2>/dev/null; then
    wait "$pid" || {
      echo "with-service: the service was told to stop and ended with exit code $?" >&2
      code=$((code == 0 ? 1 : code))
    }
  fi
  if [[ -z ${SERVICE_LOG:-} ]]; then
    if ((code != 0)); then
      echo "with-service: the last lines that the service logged:" >&2
      tail -n 20 "$log" >&2
    fi
    rm -f "$log"
  fi
  exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

ready() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
    read -r _ status _ <&3
    [[ $status == 204 ]]
  ) 2>/dev/null
}

# No tool tells a free port without taking it: try one, and another where it is taken.
start() {
  local port=$((20000 + RANDOM % 10000)) deadline=$((SECONDS + 60))
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return 1; fi
  (cd "$dir" && exec env PORT="$port" DRAIN_MS="${DRAIN_MS:-0}" "${service[@]}") >"$log" 2>&1 &
  pid=$!
  until ready "$port"; do
    if ! kill -0 "$pid" 2>/dev/null; then
      wait "$pid" || code=$?
      pid=
      return 1
    fi
    if ((SECONDS > deadline)); then
      echo "with-service: the service is not ready after 60 seconds" >&2
      exit 1
    fi
    sleep 0.05
  done
  export BASE_URL=http://127.0.0.1:$port
}

code=1
for _ in 1 2 3 4 5; do
  start && break
  # 78: the configuration is wrong, another port does not help.
  if ((code == 78)); then break; fi
done
if [[ -z $pid ]]; then
  echo "with-service: the service does not start" >&2
  exit "$code"
fi
if [[ -n ${SERVICE_PID_FILE:-} ]]; then echo "$pid" >"$SERVICE_PID_FILE"; fi

"$@"
