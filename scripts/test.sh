#!/usr/bin/env bash
# The whole proof: what the machine needs, the environment, the checks, and the suite on both database engines.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Use: scripts/test.sh [pytest arguments]
Installs what is missing, checks the code, runs the whole suite on SQLCipher, and what touches rows again on a PostgreSQL of its own (but for the
browser, which looks at pages).
Prints the ten slowest tests of both. Ends with 1 when a check, a test or an engine fails; each is run whatever the others say.
TEXT
}

suite() {
  local engine=$1 processes=$2 status=0
  shift 2
  echo "The suite on $engine"
  # What a background job inherits is deaf to Ctrl-C; tests that press it mean it.
  WAARBORG_TEST_ENGINE=$engine env --default-signal=INT "$python" -m pytest --numprocesses="$processes" --dist=loadfile --durations=10 --quiet "$@" || status=$?
  # Of a few named tests, perhaps none touches rows.
  [ "$status" -eq 5 ] && [ "${#few}" -gt 0 ] && return
  return "$status"
}

# Both engines at once. PostgreSQL's runs in one process: the log is sealed up to the oldest transaction of the whole server, so that
# a second process would hold up the first. In a group of its own, so that it can be stopped with all that it started.
suites() {
  local said failed=0
  said=$(mktemp)
  setsid scripts/with-postgres.sh bash -c 'suite postgresql 0 -m "database and not browser" "$@"' suite "$@" >"$said" 2>&1 &
  other=$!
  trap 'kill -TERM -- -"$other" 2>/dev/null; wait "$other" || true; rm -f "$said"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  suite sqlcipher "$(nproc)" "$@" || failed=1
  wait "$other" || failed=1
  trap - EXIT INT TERM
  cat "$said"
  rm -f "$said"
  return "$failed"
}

main() {
  case "${1:-}" in -h | --help) usage; exit ;; esac
  local failed=0
  few=$*
  python=${WAARBORG_VENV:-.venv}/bin/python
  scripts/machine.sh venv postgresql chromium libatomic gettext openssl curl
  scripts/environment.sh dev
  # Without it the tests that need it are skipped, except where CI=true: there they fail.
  scripts/peers.sh || failed=1
  export python few
  export -f suite
  scripts/check.sh || failed=1
  suites "$@" || failed=1
  return "$failed"
}

main "$@"
