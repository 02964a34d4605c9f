#!/usr/bin/env bash
# Both engines on the same process, one after the other. Usage: tests/Benchmarks/Bpmn/run.sh [seconds]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
seconds=${1:-5}
dotnet run -c Release --project "$here/.." -- bpmn "$seconds"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$here/engine.mjs" "$here/six-stages.bpmn" "$work"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --silent && node engine.mjs "$seconds")
