#!/usr/bin/env bash
# Publishes a runnable out/holdfastd/holdfastd. Compiled ahead of time where the compiler package restores (start is faster then), else plain.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

log=out/build.log
mkdir -p out

# Own intermediate folders and own lock files: a publish for one runtime must neither disturb nor rewrite those of the solution.
publish() {
  dotnet publish src/Holdfast.Server -c Release -o out/holdfastd --artifacts-path out/.build -p:NuGetLockFilePath=obj/publish.lock.json \
    --self-contained false --disable-build-servers --nologo -v q "$@" > "$log" 2>&1
}

rid=$(dotnet --info | awk '$1 == "RID:" { print $2; exit }')
case $rid in linux-x64|debian*-x64) rid=linux-x64 ;; *-arm64) rid=linux-arm64 ;; esac

if publish -r "$rid" -p:PublishReadyToRun=true; then
  kind="compiled ahead of time for $rid"
elif grep -qE 'NU110[0-9]|NETSDK1094' "$log" && publish; then
  kind="plain: the ahead-of-time compiler for $rid does not restore here"
else
  cat "$log"
  exit 1
fi
grep -E 'warning|error' "$log" || true
echo "out/holdfastd/holdfastd ($kind)"
