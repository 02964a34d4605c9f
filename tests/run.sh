#!/usr/bin/env bash
# Installs what the tests need (Debian packages), starts private servers, runs every suite.
#   bash tests/run.sh                 everything; the last line is "N passed, N failed"
#   bash tests/run.sh unit host       only these suites (unit, host, console, conformance, chaos)
#   bash tests/run.sh conformance     DMN TCK and BPMN cases, with their tables
#   bash tests/run.sh chaos           two nodes that are killed and frozen while PostgreSQL restarts; short form: 5,000 messages
#   bash tests/run.sh chaos --messages 50000     the long form, some minutes
set -euo pipefail
cd "$(dirname "$0")/.."

suites=()
chaos_args=()
while [ $# -gt 0 ]; do
  case "$1" in
    --keep) chaos_args+=("$1"); shift ;;
    --*) chaos_args+=("$1" "${2:?$1 needs a value}"); shift 2 ;;
    *) suites+=("$1"); shift ;;
  esac
done
[ ${#suites[@]} -gt 0 ] || suites=(unit conformance host console chaos)
wants() { local s; for s in "${suites[@]}"; do [ "$s" = "$1" ] && return 0; done; return 1; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install_missing() {
  local missing=()
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
  [ -x /usr/bin/python3 ] && /usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || missing+=(python3-aiosmtpd)
  [ -x /usr/sbin/smtp-sink ] || missing+=(postfix)
  if wants console; then
    [ -x /usr/bin/chromium-headless-shell ] || [ -x /usr/bin/chromium ] || missing+=(browser)
    ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1 || missing+=(fonts-noto-cjk)
  fi
  [ ${#missing[@]} -eq 0 ] && return
  echo "Installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq
  # The browser without a window's frame does with half the work of the whole one; older Debians lack it.
  missing=("${missing[@]/#browser/$(apt-cache pkgnames | grep -x chromium-headless-shell || echo chromium)}")
  echo 'postfix postfix/main_mailer_type select No configuration' | as_root debconf-set-selections
  # No service of the system is started: the tests start servers of their own.
  printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null && as_root chmod +x /usr/sbin/policy-rc.d
  as_root apt-get install -y -qq "${missing[@]}" >/dev/null
  as_root rm -f /usr/sbin/policy-rc.d
}

pg_dir=""
stop_servers() {
  [ -n "$pg_dir" ] && pg "$(ls -d /usr/lib/postgresql/*/bin | tail -1)/pg_ctl -D $pg_dir/data -m immediate stop" >/dev/null 2>&1 || true
  [ -n "$pg_dir" ] && rm -rf "$pg_dir" || true
}

# PostgreSQL refuses to run as root.
pg() { if [ "$(id -u)" = 0 ]; then su postgres -s /bin/bash -c "$1"; else bash -c "$1"; fi; }

# Without fsync: no test takes the machine's power away, and what a killed process has written the system still has. The chaos run and the benchmarks
# start servers of their own, with fsync.
start_postgres() {
  local bin port
  bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
  port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  pg_dir=$(mktemp -d)
  [ "$(id -u)" = 0 ] && chown postgres "$pg_dir"
  pg "$bin/initdb -D $pg_dir/data -A trust -U postgres --no-sync" >/dev/null
  pg "$bin/pg_ctl -D $pg_dir/data -w -l $pg_dir/log -o '-p $port -k $pg_dir -c listen_addresses=127.0.0.1 -c max_connections=400 -c shared_buffers=256MB -c fsync=off' start" >/dev/null
  export ORCHESTRATOR_TEST_POSTGRES="Host=127.0.0.1;Port=$port;Username=postgres;Database=postgres"
}

passed=0
failed=0
run_suite() { # project, threads
  local log started
  log=$(mktemp)
  started=$SECONDS
  echo "== $1"
  # Two tests for each core, because much of a test of the host is waiting; a browser keeps a core busy.
  dotnet run --project "tests/$1" --no-build -- -noLogo -noColor -maxThreads "${2:-default}" >"$log" 2>&1 || true
  local summary
  summary=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+' "$log" | tail -1 || true)
  if [ -z "$summary" ]; then
    tail -60 "$log"
    failed=$((failed + 1))
    echo "   no summary: the suite did not run to its end"
    return
  fi
  local total errors fails skipped
  total=$(sed -E 's/.*Total: ([0-9]+).*/\1/' <<<"$summary")
  errors=$(sed -E 's/.*Errors: ([0-9]+).*/\1/' <<<"$summary")
  fails=$(sed -E 's/.*Failed: ([0-9]+).*/\1/' <<<"$summary")
  skipped=$(sed -E 's/.*Skipped: ([0-9]+).*/\1/' <<<"$summary")
  [ $((errors + fails)) -eq 0 ] || { grep -E -A 25 '\[FAIL\]|\[ERROR\]' "$log" | head -300; }
  passed=$((passed + total - errors - fails - skipped))
  failed=$((failed + errors + fails))
  echo "   $((total - errors - fails - skipped)) passed, $((errors + fails)) failed, $skipped skipped, $((SECONDS - started)) s"
}

run_conformance() { # dmn|bpmn
  if dotnet run --project tests/Conformance --no-build -- "$1"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# Starts PostgreSQL and two nodes of its own; says what did not hold, and leaves their logs behind then.
run_chaos() {
  echo "== Chaos"
  if dotnet run --project tests/Chaos --no-build -- ${chaos_args[@]+"${chaos_args[@]}"}; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

trap stop_servers EXIT
install_missing
echo "== build"
dotnet build Orchestrator.sln -v q -nologo
if wants unit; then
  for project in Workflows.Tests Templates.Tests Channels.Tests; do run_suite "$project"; done
fi
if wants conformance; then
  run_conformance dmn
  run_conformance bpmn
fi
if wants host || wants console; then start_postgres; fi
if wants host; then run_suite Host.Tests 2x; fi
if wants console; then run_suite Console.Tests; fi
if wants chaos; then run_chaos; fi
echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
