#!/usr/bin/env bash
# Runs the benches: bench/README.md tells what the variables mean. Raises the number of open files as far as it may, for the crowd.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ulimit -n "$(ulimit -Hn)"
dotnet build bench/Holdfast.Bench -c Release --nologo -v q --disable-build-servers
exec bench/Holdfast.Bench/bin/Release/net10.0/holdfast-bench
