#!/usr/bin/env bash
# Make or refresh the virtual environment from the locks; does nothing when it is already as the locks say.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=${WAARBORG_VENV:-.venv}
python=${PYTHON:-python3}

usage() {
  cat <<'TEXT'
Use: scripts/environment.sh runtime|dev
runtime  what Waarborg needs to run
dev      that, and what its tests and checks need
Makes .venv (WAARBORG_VENV names another folder) with python3 (PYTHON names another) of version 3.11 or later.
Every package is checked against the hash in the lock. uv is used where it is installed, else pip.
TEXT
}

locks() {
  case "$1" in
    runtime) echo requirements.lock ;;
    dev) echo requirements-dev.lock ;;
  esac
}

# What the environment depends on: the locks, how the package itself is built, its version, and where it stands.
stamp() {
  { cat "$(locks "$1")" requirements-build.lock pyproject.toml; grep -m1 '^## ' CHANGELOG.md; pwd; } | sha256sum
}

is_current() {
  [ -x "$venv/bin/python" ] && [ -x "$venv/bin/waarborg" ] && [ "$(cat "$venv/.stamp-$1" 2>/dev/null)" = "$(stamp "$1")" ]
}

make_venv() {
  [ -x "$venv/bin/python" ] && return
  if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Waarborg needs Python 3.11 or later; $python is $("$python" --version 2>&1). Name another one with PYTHON=." >&2
    exit 1
  fi
  rm -rf "$venv"
  "$python" -m venv "$venv"
}

with_pip() {
  local quiet=(-qq --no-input --disable-pip-version-check)
  "$venv/bin/python" -m pip install "${quiet[@]}" --require-hashes -r "$1" -r requirements-build.lock
}

# uv reads its own settings, not pip's: where only pip knows the way to an index, pip does it.
with_uv() {
  command -v uv >/dev/null && uv pip install --quiet --python "$venv/bin/python" --require-hashes -r "$1" -r requirements-build.lock 2>/dev/null
}

names() {
  tr '[:upper:]_.' '[:lower:]--' | sort -u
}

# What a former lock brought and this one doesn't name would make this machine's tests say something that no other machine's do.
prune() {
  local extra
  extra=$(comm -23 \
    <("$venv/bin/python" -m pip list --format=freeze 2>/dev/null | sed 's/[ =].*//' | names) \
    <({ cat "$1" requirements-build.lock | sed -n 's/^\([A-Za-z0-9._-]*\)==.*/\1/p'; printf 'pip\nsetuptools\nwheel\nwaarborg\n'; } | names))
  # Names of packages hold no blanks.
  # shellcheck disable=SC2086
  [ -z "$extra" ] || "$venv/bin/python" -m pip uninstall -qq --yes $extra
}

main() {
  case "${1:-}" in
    runtime | dev) ;;
    *) usage; [ "${1:-}" = --help ] || [ "${1:-}" = -h ] || exit 2; exit ;;
  esac
  # The tests' environment holds all that running needs.
  is_current dev && return
  is_current "$1" && return
  scripts/machine.sh venv
  echo "Making the environment in $venv (once; about half a minute)"
  make_venv
  rm -f "$venv"/.stamp-*
  with_uv "$(locks "$1")" || with_pip "$(locks "$1")"
  "$venv/bin/python" -m pip install -qq --no-input --disable-pip-version-check --no-deps --no-build-isolation --editable .
  prune "$(locks "$1")"
  stamp "$1" >"$venv/.stamp-$1"
}

main "$@"
