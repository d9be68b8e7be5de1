#!/usr/bin/env bash
# Runs dotnet-stryker over the parts whose tests have to notice every change, one after the other: scripts/mutation/NAME.json says what is
# mutated, NAME.tests which test files look (each mutant runs all of them).
#   scripts/mutation.sh [NAME]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

root=$PWD
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet tool restore > /dev/null
cd tests/Holdfast.Core.Tests
for file in "$root"/scripts/mutation/${1:-*}.json; do
  name=$(basename "$file" .json)
  echo "== $name"
  # Read by the project: xUnit 3 knows no mutants under the older runner, and the newer takes no filter.
  MutationTests=$(< "$root/scripts/mutation/$name.tests")
  export MutationTests
  # Its own simulated build does not get through a tree that was never built.
  dotnet build -c Release --nologo -v q --disable-build-servers
  dotnet stryker --config-file "$file" --output "$root/out/mutation/$name" --skip-version-check
done
unset MutationTests
dotnet build -c Release --nologo -v q --disable-build-servers
