#!/usr/bin/env bash
# Eight durable steps on both engines, one after the other. Usage: tests/Benchmarks/Durable/run.sh [seconds]
# ORCHESTRATOR_TEST_POSTGRES names the server for ours, BENCH_POSTGRES (postgres://…) the same one for npm's bpmn-engine.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
seconds=${1:-10}
dotnet run -c Release --project "$here/.." -- durable "$seconds"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$here/engine.mjs" "$here/eight-steps.bpmn" "$work"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --silent && node engine.mjs "$seconds" 16)
