#!/usr/bin/env bash
# The whole proof: what the machine needs, the environment, the checks, and the suite on both database engines.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Use: scripts/test.sh [pytest arguments]
Installs what is missing, checks the code, runs the whole suite on SQLCipher, and what touches rows again on a PostgreSQL of its own.
Prints the ten slowest tests of both. Ends with 1 when a check, a test or an engine fails; each is run whatever the others say.
TEXT
}

suite() {
  local engine=$1
  shift
  echo "The suite on $engine"
  local status=0
  WAARBORG_TEST_ENGINE=$engine "$python" -m pytest --numprocesses=2 --dist=loadfile --durations=10 --quiet "$@" || status=$?
  # Of a few named tests, perhaps none touches rows.
  [ "$status" -eq 5 ] && [ "${#few}" -gt 0 ] && return
  return "$status"
}

main() {
  case "${1:-}" in -h | --help) usage; exit ;; esac
  local failed=0
  few=$*
  python=${WAARBORG_VENV:-.venv}/bin/python
  scripts/machine.sh venv postgresql chromium gettext openssl curl
  scripts/environment.sh dev
  export python few
  export -f suite
  scripts/check.sh || failed=1
  suite sqlcipher "$@" || failed=1
  scripts/with-postgres.sh bash -c 'suite postgresql -m database "$@"' suite "$@" || failed=1
  return "$failed"
}

main "$@"
