#!/usr/bin/env bash
# Start-up to the first page, after a build: from `dotnet Orchestrator.Host.dll` to the first 200 on /sign-in. Prints one line per start,
# with the processor time, which a busy machine does not falsify.
#   bash tests/Benchmarks/startup.sh [starts, default 5]
set -eu
cd "$(dirname "$0")/../.."
starts=${1:-5}
dll=$(ls -t artifacts/bin/Orchestrator.Host/*/Orchestrator.Host.dll | head -1)   # the newest build
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
measure() { # label, extra settings
  local label=$1; shift
  local begin end pid cpu
  begin=$(date +%s%N)
  dotnet "$dll" --urls "http://127.0.0.1:$port" --environment Development --contentRoot "$PWD/host" --Orchestrator:DataDirectory="$data/data" "$@" > "$data/log" 2>&1 &
  pid=$!
  until curl -s -o /dev/null -f "http://127.0.0.1:$port/sign-in"; do
    kill -0 "$pid" 2> /dev/null || { cat "$data/log"; exit 1; }
    sleep 0.02
  done
  end=$(date +%s%N)
  # Clock ticks are hundredths of a second.
  cpu=$(awk '{print ($14 + $15) * 10}' "/proc/$pid/stat")
  echo "$label: $(((end - begin) / 1000000)) ms, of them $cpu ms of processor time"
  kill -9 "$pid"; wait "$pid" 2> /dev/null || true
}
echo "$dll, load $(cut -d' ' -f1 /proc/loadavg)"
measure "first start of an empty directory, demo on" --Orchestrator:SeedDemo=true
rm -rf "$data/data" "$data/data.master-key"
measure "first start of an empty directory, demo off" --Orchestrator:SeedDemo=false
for i in $(seq "$starts"); do measure "start $i" --Orchestrator:SeedDemo=false; done
