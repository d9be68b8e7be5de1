#!/usr/bin/env bash
# Runs dotnet-stryker over the parts whose tests have to notice every change: scripts/mutation/NAME.json, one after the other.
#   scripts/mutation.sh [NAME]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

root=$PWD
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet tool restore > /dev/null
# Its own simulated build does not get through a tree that was never built.
dotnet build tests/Holdfast.Core.Tests -c Release --nologo -v q --disable-build-servers
cd tests/Holdfast.Core.Tests
for file in "$root"/scripts/mutation/${1:-*}.json; do
  name=$(basename "$file" .json)
  echo "== $name"
  dotnet stryker --config-file "$file" --output "$root/out/mutation/$name" --skip-version-check
done
