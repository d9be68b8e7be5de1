#!/usr/bin/env bash
# Writes everything in the repository that is made from something else. One line a file: the command, then the file it fills.
# .ci/run runs this and fails when a committed file differs from what it makes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

holdfastd=out/holdfastd/holdfastd

# A command that fails must not leave a half-written file behind.
fill() {
  local file=$1
  shift
  mkdir -p "$(dirname "$file")"
  if "$@" > "$file.new"; then mv "$file.new" "$file"; else rm -f "$file.new"; echo "generate: $* failed" >&2; return 1; fi
  echo "generated $file"
}

fill config/config.yaml "$holdfastd" config sample
fill docs/operate/settings.md "$holdfastd" config docs
