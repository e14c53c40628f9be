#!/usr/bin/env bash
# Installs what the tests need from elsewhere. Quick when everything is there; stops with a message when a source
# cannot be reached.
#
#   Debian packages      on the system, by apt
#   OpenSSL 3.5          in target/openssl35, from Debian 13; run it as target/openssl35/openssl
#   Python tools         in target/venv, from tests/luar/requirements.txt
#   Node tools           in target/node, from the list below; neither has dependencies of its own, so npm is not needed
set -euo pipefail
cd "$(dirname "$0")/../.."

stop() {
  echo "siapkan: $*" >&2
  exit 1
}
root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# --- Debian packages: a command or a file, and the package that brings it ---
need=()
while read -r thing package; do
  case $thing in
    /*) [ -e "$thing" ] || need+=("$package") ;;
    *) command -v "$thing" >/dev/null || need+=("$package") ;;
  esac
done <<'LIST'
age age
cc gcc
chromium chromium
curl curl
go golang-go
javac default-jdk-headless
jq jq
node nodejs
openssl openssl
pdfsig poppler-utils
pkcs11-tool opensc
python3 python3
qpdf qpdf
softhsm2-util softhsm2
strace strace
unzip unzip
xxd xxd
zbarimg zbar-tools
zip zip
/usr/lib/softhsm/libsofthsm2.so libsofthsm2
/usr/sbin/mkfs.xfs xfsprogs
/usr/share/gocode/src/golang.org/x/mod/sumdb/note golang-golang-x-mod-dev
/usr/share/java/bcpkix.jar libbcpkix-java
/usr/share/java/bcprov.jar libbcprov-java
/usr/share/java/bcutil.jar libbcutil-java
/usr/share/java/commons-logging.jar libcommons-logging-java
/usr/share/java/fontbox2.jar libfontbox2-java
/usr/share/java/pdfbox2.jar libpdfbox2-java
LIST
python3 -c 'import ensurepip, venv' 2>/dev/null || need+=(python3-venv)
if [ ${#need[@]} -gt 0 ]; then
  echo "siapkan: installing ${need[*]}" >&2
  command -v apt-get >/dev/null || stop "no apt-get here; install these by hand: ${need[*]}"
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || stop "neither root nor sudo; install these by hand: ${need[*]}"
  # A source that is down is a warning to apt; what is then missing is an error below.
  root apt-get update -qq || stop "apt-get update failed; are Debian's servers reachable?"
  root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null ||
    stop "apt-get could not install: ${need[*]}"
fi

# --- OpenSSL 3.5, the first release line that verifies Ed25519 in CMS; the system's own stays as it is ---
openssl35() {
  local dir=$PWD/target/openssl35 arch mirror lib
  arch=$(dpkg --print-architecture)
  # The machine's own mirror, asked for Debian 13.
  mirror=$(apt-get indextargets --format '$(REPO_URI)' | awk '/\/debian\/?$/ && !seen++')
  mirror=${mirror:-http://deb.debian.org/debian/}
  rm -rf "$dir"
  mkdir -p "$dir/apt/lists/partial" "$dir/apt/cache/archives/partial" "$dir/apt/parts" "$dir/debs"
  echo "deb [arch=$arch signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" \
    >"$dir/apt/sources.list"
  : >"$dir/apt/status"
  local apt=(apt-get -qq -o "Dir::Etc::SourceList=$dir/apt/sources.list" -o "Dir::Etc::SourceParts=$dir/apt/parts"
    -o "Dir::State=$dir/apt" -o "Dir::State::status=$dir/apt/status" -o "Dir::Cache=$dir/apt/cache"
    -o APT::Sandbox::User="$(id -un)" -o APT::Update::Error-Mode=any -o Acquire::Languages=none)
  "${apt[@]}" update || stop "Debian 13 (trixie) cannot be read from $mirror"
  (cd "$dir/debs" && "${apt[@]}" download openssl libssl3t64 libc6 libzstd1 zlib1g) ||
    stop "OpenSSL 3.5 cannot be downloaded from $mirror"
  for deb in "$dir"/debs/*.deb; do dpkg -x "$deb" "$dir/root"; done
  lib=$(dirname "$(find "$dir/root/usr/lib" -name libssl.so.3)")
  cat >"$dir/openssl" <<RUN
#!/bin/sh
OPENSSL_CONF=/dev/null OPENSSL_MODULES="$lib/ossl-modules" \\
  exec "$lib/$(basename "$(find "$lib" -name 'ld-linux*')")" --library-path "$lib" "$dir/root/usr/bin/openssl" "\$@"
RUN
  chmod +x "$dir/openssl"
  rm -rf "$dir/apt" "$dir/debs"
}
works() {
  [ -x target/openssl35/openssl ] && target/openssl35/openssl version 2>/dev/null | grep -q '^OpenSSL 3\.5'
}
works || openssl35
works || stop "target/openssl35/openssl does not run as OpenSSL 3.5"

# --- Node tools: name, version, SHA-512 of the package in base64, as the registry's own "integrity" has it ---
while read -r name version sum; do
  dir=target/node/node_modules/$name
  if [ "$(jq -r .version "$dir/package.json" 2>/dev/null)" != "$version" ]; then
    rm -rf "$dir"
    mkdir -p "$dir"
    tgz=target/node/$name.tgz
    curl -sSfL -o "$tgz" "https://registry.npmjs.org/$name/-/$name-$version.tgz" ||
      stop "$name $version cannot be downloaded from registry.npmjs.org"
    [ "$(openssl dgst -sha512 -binary "$tgz" | base64 -w0)" = "$sum" ] || stop "$name $version is not what was expected"
    tar -xzf "$tgz" -C "$dir" --strip-components 1
    rm "$tgz"
  fi
done <<'LIST'
axe-core 4.14.1 FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==
playwright-core 1.65.1 hqPpz7blSMPxWVdoeE1yiBSzXsKiVOd2k+kjCvmUywD2GPO2Dd9HfcWnq9NN0GHbNZDFgZ9JfBFr+X5/BLo0qw==
LIST

# --- Python tools ---
venv=target/venv
if [ ! -x "$venv/bin/python" ] || ! cmp -s tests/luar/requirements.txt "$venv/requirements.txt"; then
  python3 -m venv "$venv" || stop "python3 -m venv failed"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r tests/luar/requirements.txt ||
    stop "pip could not install tests/luar/requirements.txt; is PyPI reachable?"
  cp tests/luar/requirements.txt "$venv/requirements.txt"
fi
