#!/usr/bin/env bash
# See that the Debian packages behind the named needs are there; as root, install the ones that aren't.
set -euo pipefail

usage() {
  cat <<'TEXT'
Use: scripts/machine.sh need...
Needs: venv postgresql chromium libatomic gettext openssl curl
Installs what is missing with apt-get when run as root; otherwise says what to install and stops.
TEXT
}

has_postgresql() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null
}

# A virtual environment needs ensurepip, which Debian keeps apart from python3; what drives the browser needs libatomic.
has() {
  case "$1" in
    venv) "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null ;;
    postgresql) has_postgresql ;;
    chromium) command -v chromium >/dev/null ;;
    libatomic) compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null || compgen -G '/usr/lib*/libatomic.so.1' >/dev/null ;;
    gettext) command -v msgfmt >/dev/null && command -v xgettext >/dev/null ;;
    openssl | curl) command -v "$1" >/dev/null ;;
    *) usage >&2; exit 2 ;;
  esac
}

package() {
  case "$1" in
    venv) echo python3-venv ;;
    libatomic) echo libatomic1 ;;
    *) echo "$1" ;;
  esac
}

install() {
  echo "Installing with apt-get: $*"
  export DEBIAN_FRONTEND=noninteractive
  local log
  log=$(mktemp)
  if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    echo "apt-get could not install: $*" >&2
    exit 1
  fi
  rm -f "$log"
}

main() {
  case "${1:-}" in -h | --help | '') usage; exit ;; esac
  local need missing=()
  for need in "$@"; do
    has "$need" || missing+=("$(package "$need")")
  done
  [ "${#missing[@]}" -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "This machine lacks: ${missing[*]}. On Debian or Ubuntu: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
  install "${missing[@]}"
}

main "$@"
