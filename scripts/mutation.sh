#!/usr/bin/env bash
# Runs dotnet-stryker over the parts whose tests have to notice every change: scripts/mutation/NAME.json, one after the other.
#   scripts/mutation.sh [NAME]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

root=$PWD
dotnet tool restore > /dev/null
for file in scripts/mutation/${1:-*}.json; do
  name=$(basename "$file" .json)
  echo "== $name"
  dotnet stryker --config-file "$root/$file" --output "$root/out/mutation/$name" --skip-version-check
done
