#!/usr/bin/env bash
# Writes Migrations/*/0001_initial.sql from the model. Only until the first release: afterwards a change is a new script.
set -eu
cd "$(dirname "$0")/../.."
dotnet build host -v q -nologo
run() { dotnet run --project host --no-build --no-launch-profile -- schema --Orchestrator:DataDirectory="$(mktemp -d)" --environment Development "$@"; }
run > host/Storage/Migrations/sqlite/0001_initial.sql
run --Orchestrator:PostgreSql="Host=nowhere" > host/Storage/Migrations/postgres/0001_initial.sql
