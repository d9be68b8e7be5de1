#!/usr/bin/env bash
# Installs the servers, clients and load tools that the tests and benches talk to. Safe to run again: what is there stays as it is.
#
#   scripts/install-peers.sh           what `make test` needs
#   scripts/install-peers.sh bench     that, and the Ceph object gateway which `make bench` compares with
#
# Programs from the machine's own Debian suite are installed with apt; what only a newer suite has goes to .peers/ in the project.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

wanted=(awscli buildah curl docker-registry fiu-utils nghttp2-client nginx openssl podman postgresql-15 python3 python3-boto3 rclone restic
  s3cmd skopeo strace umoci wrk)
newer=(cosign minio-client oras)
newer_suite=trixie
js=tests/Holdfast.Clients.Tests/js
[ "${1:-test}" = bench ] && wanted+=(ceph-common ceph-mgr ceph-mon ceph-osd radosgw)

say() { printf 'peers: %s\n' "$*"; }

apt() { DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=600 "$@"; }

missing_packages() {
  for name in "${wanted[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null)" = "ii " ] || printf '%s\n' "$name"
  done
}

# Packages that bring a service must not start it: the tests start their own, on loopback, and stop them.
deny_service_starts() {
  [ -e /usr/sbin/policy-rc.d ] && return
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
}

# Nor may the machine's next start, as far as these packages themselves say what starts. Only what this run installed is named here: what
# was there before is the machine's own. systemctl needs no running systemd for this.
disable_services() {
  local units scripts
  mapfile -t scripts < <(dpkg -L "$@" | sed -nE 's#^/etc/init\.d/([^/]+)$#\1#p')
  for name in "${scripts[@]}"; do update-rc.d "$name" disable > /dev/null; done
  command -v systemctl > /dev/null || return 0
  mapfile -t units < <(dpkg -L "$@" | sed -nE 's#^(/usr)?/lib/systemd/system/([^/@]+\.(service|socket|target|timer))$#\2#p')
  [ ${#units[@]} -eq 0 ] || systemctl --quiet disable "${units[@]}" 2> /dev/null || say "some services may still start with the machine"
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ]; then
    say "these packages are missing and only root can install them: ${missing[*]}"
    return 1
  fi
  say "installing ${missing[*]}"
  deny_service_starts
  # A list that cannot be fetched (a third party's, say) is no reason to stop: what counts is whether the packages can be installed.
  apt update > /dev/null || say "some package lists could not be refreshed"
  apt install -y --no-install-recommends "${missing[@]}" > /dev/null
  disable_services "${missing[@]}"
}

# The address of the Debian mirror this machine already uses.
debian_mirror() {
  apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' | awk -F'|' '$1 == "Debian" && $2 == "Debian" { print $3; exit }'
}

# A package of the newer suite is unpacked beside the project, with package lists of its own: the machine's sources stay as they are.
unpack_newer() {
  local root=$PWD/.peers name
  local absent=()
  for name in "${newer[@]}"; do [ -e "$root/$newer_suite/.$name" ] || absent+=("$name"); done
  [ ${#absent[@]} -eq 0 ] && return
  local mirror; mirror=$(debian_mirror)
  if [ -z "$mirror" ]; then say "no Debian mirror among this machine's sources: leaving out ${absent[*]}"; return; fi
  say "unpacking ${absent[*]} from $newer_suite"
  mkdir -p "$root/apt/lists/partial" "$root/apt/cache/archives/partial" "$root/$newer_suite"
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$newer_suite" > "$root/apt/sources.list"
  local own=(-o "Dir::Etc::sourcelist=$root/apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::Lists=$root/apt/lists"
    -o "Dir::Cache=$root/apt/cache" -o APT::Sandbox::User=root)
  if ! { apt "${own[@]}" update > /dev/null && (cd "$root/apt" && apt "${own[@]}" download "${absent[@]}" > /dev/null); }; then
    say "$newer_suite cannot be reached: leaving out ${absent[*]}"
    return
  fi
  for name in "${absent[@]}"; do
    dpkg -x "$root"/apt/"$name"_*.deb "$root/$newer_suite"
    rm -f "$root"/apt/"$name"_*.deb
    touch "$root/$newer_suite/.$name"
  done
}

install_js() {
  [ -e "$js/package-lock.json" ] || return 0
  [ "$js/node_modules/.package-lock.json" -nt "$js/package-lock.json" ] && return
  if ! command -v npm > /dev/null; then say "npm is not here: leaving out the JavaScript clients"; return; fi
  say "installing the JavaScript clients"
  npm ci --prefix "$js" --no-audit --no-fund --loglevel=error
  touch "$js/node_modules/.package-lock.json"
}

install_packages
unpack_newer
install_js
say ready
