#!/usr/bin/env bash
# The whole proof: what the machine needs, the environment, the checks, and the suite on both database engines.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Use: scripts/test.sh [pytest arguments]
Installs what is missing, checks the code and runs the suite, beside a PostgreSQL of its own. Prints the ten slowest tests.
TEXT
}

main() {
  case "${1:-}" in -h | --help) usage; exit ;; esac
  local venv=${WAARBORG_VENV:-.venv} checked=0
  scripts/machine.sh venv postgresql chromium gettext openssl curl
  scripts/environment.sh dev
  scripts/check.sh || checked=$?
  scripts/with-postgres.sh "$venv/bin/python" -m pytest --numprocesses=2 --dist=loadfile --durations=10 --quiet "$@"
  return "$checked"
}

main "$@"
