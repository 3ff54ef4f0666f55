#!/usr/bin/env bash
# Make or refresh the environment of the applications of others that the tests measure; does nothing when it is current.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=${PEERS_VENV:-.venv-peers}
python=${PYTHON:-python3}
additions=tests/thirdparty/wagtail

usage() {
  cat <<'TEXT'
Use: scripts/peers.sh
Makes .venv-peers (PEERS_VENV names another folder) from requirements-peers.lock, every package checked against
its hash, and in it one new Wagtail site with its tables. Waarborg itself never uses it. Uses uv where that is installed,
else pip. To renew the lock, after a change of requirements-peers.in:
  uv pip compile --generate-hashes --python-version 3.11 --no-header --no-annotate --no-emit-package pillow-heif \
    requirements-peers.in -o requirements-peers.lock
(pillow-heif only reads photographs of telephones, and is a fifth of the whole)
TEXT
}

stamp() {
  { cat requirements-peers.lock scripts/peers.sh; find "$additions" -type f -not -name '*.pyc' | sort | xargs cat; pwd; } | sha256sum
}

# The lock is complete but for what it leaves out on purpose, so nothing is to be resolved.
install() {
  local packages=(--require-hashes --no-deps -r requirements-peers.lock)
  if command -v uv >/dev/null && uv pip install --quiet --python "$venv/bin/python" "${packages[@]}" 2>/dev/null; then
    return
  fi
  "$venv/bin/python" -m pip install -qq --no-input --disable-pip-version-check --no-compile "${packages[@]}"
}

# What `wagtail start` makes, with the tables of what the tests add to it. Filling them takes long, so it is done once.
make_site() {
  local site=$venv/zorgsite whole
  whole=$(mktemp -d)
  mkdir "$site"
  "$venv/bin/wagtail" start zorgsite "$site" >/dev/null
  cp -r "$site/." "$additions/by_the_book/." "$whole"
  PEER_SECRET_KEY=made-and-thrown-away PEER_HOST=localhost DJANGO_SETTINGS_MODULE=zorgsite.settings.production \
    "$venv/bin/python" "$whole/manage.py" migrate --verbosity 0
  mv "$whole/db.sqlite3" "$site"
  rm -rf "$whole"
}

main() {
  case "${1:-}" in
    '') ;;
    -h | --help) usage; exit ;;
    *) usage >&2; exit 2 ;;
  esac
  [ "$(cat "$venv/.stamp" 2>/dev/null)" = "$(stamp)" ] && return
  scripts/machine.sh venv
  echo "Making the environment of the applications that the tests measure, in $venv (once; about a minute)"
  rm -rf "$venv"
  "$python" -m venv "$venv"
  install
  make_site
  stamp >"$venv/.stamp"
}

main "$@"
