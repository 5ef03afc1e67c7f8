#!/usr/bin/env bash
# Installs one tool at the version that tools/*.txt pins, into .tools/, once.
# Usage: scripts/tool.sh NAME    (or `make tool-NAME`)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

name=${1:?usage: scripts/tool.sh NAME}
read -r version kind package tags < <(awk -v name="$name" '$1 == name { print $2, $3, $4, $5; exit }' tools/*.txt) || {
  echo "$name is in none of tools/*.txt" >&2
  exit 2
}

dir=.tools/$name-$version
link=.tools/bin/$name
python=$dir/bin/python
if [[ -x $link && $(readlink "$link") == "../$name-$version/bin/$name" ]]; then
  # A restored cache may hold a tool whose Python has another place by now.
  if [[ $kind != pip || -x $python ]]; then exit 0; fi
fi

need() {
  command -v "$1" >/dev/null && return
  echo "$name $version comes from a $kind registry and needs $1, which is not installed" >&2
  exit 127
}

echo "installing $name $version" >&2
rm -rf "$dir"
trap 'rm -rf "$dir"' ERR
case $kind in
pip)
  need python3
  python3 -m venv "$dir"
  "$python" -m pip install --quiet --disable-pip-version-check --only-binary :all: "$package==$version"
  ;;
go)
  need go
  GOBIN=$PWD/$dir/bin go install -tags "$tags" "$package@v$version"
  ;;
cargo)
  need cargo
  cargo install --quiet --locked --root "$dir" --version "$version" "$package"
  ;;
*)
  echo "tools/*.txt: $name has the kind $kind; known are pip, go and cargo" >&2
  exit 2
  ;;
esac

mkdir -p .tools/bin
ln -sfn "../$name-$version/bin/$name" "$link"
