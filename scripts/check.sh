#!/usr/bin/env bash
# Everything about the code that can be told without running it. Quiet where it is well; all faults in one run.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

usage() {
  cat <<'TEXT'
Use: scripts/check.sh
Style, form, types, layers, migrations, translations and shell scripts. Ends with 1 when one of them isn't right.
TEXT
}

venv=${WAARBORG_VENV:-.venv}
failed=()

step() {
  local name=$1 log started
  shift
  log=$(mktemp)
  started=$EPOCHREALTIME
  if "$@" >"$log" 2>&1; then
    printf 'ok      %-14s %4.1f s\n' "$name" "$(awk "BEGIN {print $EPOCHREALTIME - $started}")"
  else
    printf 'FAILED  %s\n' "$name"
    sed 's/^/        /' "$log"
    failed+=("$name")
  fi
  rm -f "$log"
}

# Models are compared with migrations; Django opens the database for it, so an empty one with a key of its own will do.
migrations() {
  local folder status
  folder=$(mktemp -d)
  (umask 077 && head -c 32 /dev/urandom | base64 >"$folder/root.key")
  WAARBORG_DATA_DIR=$folder WAARBORG_KEYS__ROOT_KEY_FILE=$folder/root.key DJANGO_SETTINGS_MODULE=waarborg.project.settings \
    "$venv/bin/django-admin" makemigrations --check --dry-run
  status=$?
  rm -rf "$folder"
  return $status
}

shell_scripts() {
  local script
  for script in scripts/*.sh .ci/run; do
    bash -n "$script" || return 1
  done
  if command -v shellcheck >/dev/null; then
    shellcheck scripts/*.sh .ci/run
  fi
}

main() {
  case "${1:-}" in -h | --help) usage; exit ;; esac
  step style "$venv/bin/ruff" check .
  step form "$venv/bin/ruff" format --check .
  step types "$venv/bin/mypy"
  step layers "$venv/bin/lint-imports" --no-logo
  step migrations migrations
  step translations "$venv/bin/python" scripts/check_translations.py
  step shell shell_scripts
  [ "${#failed[@]}" -eq 0 ] || { echo "Not right: ${failed[*]}" >&2; exit 1; }
}

main "$@"
