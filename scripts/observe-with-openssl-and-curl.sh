#!/usr/bin/env bash
# What openssl and curl say of an application, without any code of Waarborg: the ground of tests/thirdparty/expected.toml.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

usage() {
  cat <<'TEXT'
Use: scripts/observe-with-openssl-and-curl.sh                                   every application in tests/thirdparty
     scripts/observe-with-openssl-and-curl.sh host:port ca.pem plain-port [login-path]  one that runs already
Prints each command and what it gave. A login is tried when the environment says how: OBSERVE_CSRF, OBSERVE_PASSWORD_FIELD,
OBSERVE_PROTECTED, OBSERVE_SHOWS, OBSERVE_PASSWORD; where there is one also OBSERVE_NAME_FIELD, OBSERVE_NAME,
OBSERVE_CODE_FIELD and OBSERVE_TOTP_HEX.
TEXT
}

# Every request to the application itself; what it sets in a cookie is nobody's business.
ask() {
  curl --silent --show-error --max-time 10 --cacert "$ca" "$@" 2>&1 | tr -d '\r' | sed -E 's/(ookie: *[^=]*=)[^;]*/\1.../'
}

versions() {
  local version
  for version in tls1_3 tls1_2 tls1_1 tls1; do
    echo "\$ openssl s_client -connect $host -$version -cipher ALL:@SECLEVEL=0"
    openssl s_client -connect "$host" -servername "${host%:*}" "-$version" -cipher ALL:@SECLEVEL=0 </dev/null 2>&1 |
      grep -E '^New, |alert|^    Protocol|wrong version|unsupported protocol|no protocols|unexpected eof|errno' | sed 's/^ */  /; s/.*\(SSL routines\)/  \1/'
  done
}

certificate() {
  echo "\$ openssl s_client -connect $host -CAfile ca.pem -verify_hostname ${host%:*} | openssl x509 -checkend 1209600"
  openssl s_client -connect "$host" -CAfile "$ca" -verify_hostname "${host%:*}" </dev/null 2>/dev/null |
    tee >(grep -m1 'Verify return code' | sed 's/^ */  /' >&2) |
    openssl x509 -noout -issuer -enddate -ext subjectAltName -checkend 1209600 2>&1 | sed 's/^/  /'
}

# The lines that the checks are about; the page itself only where it tells something.
headers() {
  echo "\$ curl --location --dump-header - https://$host$1"
  ask --location --max-redirs 5 --output /dev/null --dump-header - "https://$host$1" |
    grep -iE '^(curl:|HTTP|location|strict-|content-sec|content-type|x-frame|x-content|referrer|server|set-cookie|x-powered)' | sed 's/^/  /'
}

page() {
  echo "\$ curl https://$host$1 | grep: password fields; meta policies; words of a notice"
  ask --location "https://$host$1" |
    grep -oiE 'type="password"|<meta[^>]*(referrer|content-security)[^>]*>|[^<>]*(vertrouwelijk|confidential)[^<>]*' | sort | uniq -c
}

in_clear() {
  local path
  for path in / ${login_path:+"$login_path"} /no-such-page; do
    echo "\$ curl --include http://${host%:*}:$plain_port$path"
    ask --include "http://${host%:*}:$plain_port$path" |
      grep -aiE '^(HTTP|location|set-cookie|content-length|content-type|curl:)' | sed 's/^/  /'
  done
}

# RFC 6238 with openssl alone.
code() {
  local counter mac offset
  counter=$(printf '%016x' $(($(date +%s) / 30)) | sed 's/../\\x&/g')
  # shellcheck disable=SC2059
  mac=$(printf "$counter" | openssl dgst -sha1 -mac HMAC -macopt "hexkey:$OBSERVE_TOTP_HEX" -r | cut -d' ' -f1)
  offset=$((0x${mac:39:1} * 2))
  printf '%06d' $(((0x${mac:offset:8} & 0x7fffffff) % 1000000))
}

visit() {
  local said=$1
  shift
  curl --silent --max-time 10 --cacert "$ca" --cookie "$jar" --cookie-jar "$jar" --referer "https://$host/" \
    --output "$reply" --write-out "  $said: %{http_code} %{redirect_url}\n" "$@"
}

protected() {
  visit "$1" "https://$host$OBSERVE_PROTECTED"
  echo "    shows \"$OBSERVE_SHOWS\": $(grep -c -- "$OBSERVE_SHOWS" "$reply") times"
}

# The form that the last page held has its forgery token.
token() {
  grep -oE "name=\"$OBSERVE_CSRF\" value=\"[^\"]*" "$reply" | head -n 1 | sed 's/.*value="//'
}

send_code() {
  visit "page for the code" --location "https://$host$OBSERVE_PROTECTED"
  local where
  where=$(grep -oE '<form[^>]*action="[^"]*' "$reply" | head -n 1 | sed 's/.*action="//')
  visit "$1" --data-urlencode "$OBSERVE_CSRF=$(token)" --data-urlencode "$OBSERVE_CODE_FIELD=$2" "https://$host$where"
}

login() {
  jar=$(mktemp) reply=$(mktemp)
  echo "\$ curl --cookie-jar jar ..., a login step by step"
  protected "a stranger asks $OBSERVE_PROTECTED"
  visit "the log-in page" "https://$host$login_path"
  visit "the password alone" --data-urlencode "$OBSERVE_CSRF=$(token)" ${OBSERVE_NAME_FIELD:+--data-urlencode "$OBSERVE_NAME_FIELD=$OBSERVE_NAME"} \
    --data-urlencode "$OBSERVE_PASSWORD_FIELD=$OBSERVE_PASSWORD" "https://$host$login_path"
  protected "then $OBSERVE_PROTECTED"
  if grep -q "$OBSERVE_SHOWS" "$reply"; then
    echo "  inside by the password alone"
  elif [ -n "${OBSERVE_TOTP_HEX:-}" ]; then
    send_code "a wrong code" 000000
    protected "then $OBSERVE_PROTECTED"
    sleep 1.5
    send_code "the right code" "$(code)"
    protected "then $OBSERVE_PROTECTED"
  fi
  rm -f "$jar" "$reply"
}

main() {
  case "${1:-}" in
    -h | --help) usage; exit ;;
    '') exec "${WAARBORG_VENV:-.venv}/bin/python" -m tests.thirdparty ;;
  esac
  [ $# -ge 3 ] || { usage >&2; exit 2; }
  host=$1 ca=$2 plain_port=$3 login_path=${4:-}
  versions
  certificate
  in_clear
  headers /
  page /
  [ -z "$login_path" ] || { headers "$login_path"; page "$login_path"; }
  headers /.well-known/security.txt
  ask "https://$host/.well-known/security.txt" | grep -E '^(Contact|Expires):' | sed 's/^/  /'
  headers /security.txt
  [ -z "${OBSERVE_PASSWORD:-}" ] || login
}

main "$@"
