#!/usr/bin/env bash
# Runs test projects that are already built (Release) and leaves what came out in out/test-results/STAGE.
#
#   scripts/test.sh STAGE PROJECT:CATALOG:SCHEME ...       for instance: scripts/test.sh test Core:sqlite:http Server:postgresql:https
#
# FILTER='FullyQualifiedName~Listing' narrows every run; COVERAGE=1 records line coverage; HANG_TIMEOUT=8min is how long one test may take.
# The HOLDFAST_TEST_… variables are passed on (docs/DEVELOPMENT.md lists them). Ends with 0 whatever the tests say: scripts/tally.py judges.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

stage=$1
shift
out=out/test-results/$stage
rm -rf "$out"
mkdir -p "$out"

# Clients must trust what the test tells them to, not what the machine's environment happens to point at; and Debian's programs come
# before others of the same name.
unset AWS_CA_BUNDLE AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_REGION AWS_DEFAULT_REGION AWS_ENDPOINT_URL
unset CURL_CA_BUNDLE REQUESTS_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
dotnet=$(command -v dotnet)
export PATH=/usr/bin:/bin:/usr/sbin:/sbin:$PATH
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# The server that clients talk to is the published one. Tests that start a server themselves take the one built beside them, whose coverage
# is recorded too.
published=$PWD/out/holdfastd/holdfastd

for run in "$@"; do
  IFS=: read -r project catalog scheme <<< "$run"
  name=$project-$catalog-$scheme
  arguments=(test "tests/Holdfast.$project.Tests" -c Release --no-build --nologo -v q
    --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" --results-directory "$out/$name"
    --blame-hang --blame-hang-timeout "${HANG_TIMEOUT:-8min}" --blame-hang-dump-type none)
  [ -n "${FILTER:-}" ] && arguments+=(--filter "$FILTER")
  variables=("HOLDFAST_TEST_CATALOG=$catalog" "HOLDFAST_TEST_SCHEME=$scheme")
  if [ "$project" = Clients ]; then
    variables+=("HOLDFAST_TEST_DAEMON=${HOLDFAST_TEST_DAEMON:-$published}")
  elif [ "${COVERAGE:-0}" = 1 ]; then
    arguments+=(--collect "XPlat Code Coverage" --settings scripts/coverage.runsettings)
  fi

  echo "== $project on $catalog over $scheme"
  began=$SECONDS
  status=0
  env "${variables[@]}" "$dotnet" "${arguments[@]}" < /dev/null || status=$?
  mkdir -p "$out/$name"
  printf '%s %s\n' "$status" "$((SECONDS - began))" > "$out/$name/exit"
done
