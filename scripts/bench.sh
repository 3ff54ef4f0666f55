#!/usr/bin/env bash
# Measure what is promised about logging in, beside django-allauth, and print goal, figure, and whether it is met.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Use: scripts/bench.sh [log-in] [flood]
Runs a Waarborg of its own on loopback, for about two minutes. Ends with 1 when a goal isn't met.
Figures are those of this machine at this moment: run it where nothing else runs.
TEXT
}

main() {
  case "${1:-}" in -h | --help) usage; exit ;; esac
  scripts/environment.sh dev
  scripts/peers.sh
  "${WAARBORG_VENV:-.venv}/bin/python" -m bench "$@"
}

main "$@"
