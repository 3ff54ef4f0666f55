#!/usr/bin/env bash
# Run a command beside a PostgreSQL of its own, which is gone afterwards. Never touches a cluster that is already there.
set -euo pipefail

usage() {
  cat <<'TEXT'
Use: scripts/with-postgres.sh command...
Starts a PostgreSQL in a temporary folder on a free port of 127.0.0.1, with a random password, and names it to the command as
WAARBORG_TEST_POSTGRES_URL (its superuser). When that variable is already set, the command runs with that database instead.
As root the server runs as the user postgres, for PostgreSQL refuses to run as root.
TEXT
}

programs() {
  local newest
  if [ -x /usr/lib/postgresql/15/bin/initdb ]; then
    echo /usr/lib/postgresql/15/bin
    return
  fi
  newest=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1 || true)
  [ -n "$newest" ] || newest=$(command -v initdb) || { echo "PostgreSQL isn't installed: initdb was not found." >&2; exit 1; }
  dirname "$newest"
}

# The folder must be readable to whoever runs the server, so it is neither in the repository nor in anyone's home.
as_server() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && exec runuser -u postgres -- "$@")
  else
    (cd / && exec "$@")
  fi
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

stop() {
  as_server "$bin/pg_ctl" stop --silent --mode=immediate --pgdata="$folder/data" >/dev/null 2>&1 || true
  rm -rf "$folder"
}

prepare() {
  folder=$(mktemp -d "/tmp/waarborg-postgres-XXXXXX")
  password=$(python3 -c 'import secrets; print(secrets.token_hex(24))')
  (umask 077 && printf '%s\n' "$password" >"$folder/password")
  [ "$(id -u)" -ne 0 ] || chown -R postgres "$folder"
  as_server "$bin/initdb" --pgdata="$folder/data" --username=waarborg --pwfile="$folder/password" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }
  rm -f "$folder/password"
}

# Its disk may lie to it: the cluster is gone before the machine could fail.
start() {
  local attempt options
  for attempt in 1 2 3; do
    port=$(free_port)
    options="-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$folder -c fsync=off -c full_page_writes=off -c autovacuum=off -c max_connections=200"
    if as_server "$bin/pg_ctl" start --silent --wait --pgdata="$folder/data" --log="$folder/data/server.log" --options="$options" >/dev/null 2>&1; then
      return
    fi
    echo "PostgreSQL did not start on port $port (attempt $attempt)." >&2
  done
  cat "$folder/data/server.log" >&2
  exit 1
}

main() {
  case "${1:-}" in -h | --help | '') usage; exit ;; esac
  if [ -n "${WAARBORG_TEST_POSTGRES_URL:-}" ]; then
    exec "$@"
  fi
  bin=$(programs)
  trap stop EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  prepare
  start
  export WAARBORG_TEST_POSTGRES_URL="postgresql://waarborg:$password@127.0.0.1:$port/postgres"
  "$@"
}

main "$@"
