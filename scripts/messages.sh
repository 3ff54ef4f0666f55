#!/usr/bin/env bash
# Bring the Dutch catalogue up to date with the code, and compile it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Use: scripts/messages.sh
Writes new sentences into src/waarborg/locale/nl/LC_MESSAGES/django.po and compiles it. Then translate what is empty and run it again.
TEXT
}

main() {
  case "${1:-}" in -h | --help) usage; exit ;; esac
  local admin
  admin=$(realpath "${WAARBORG_VENV:-.venv}/bin/django-admin")
  scripts/machine.sh gettext
  mkdir -p src/waarborg/locale
  cd src/waarborg
  "$admin" makemessages --locale nl --no-obsolete --add-location file --verbosity 0
  "$admin" compilemessages --locale nl --verbosity 0
}

main "$@"
