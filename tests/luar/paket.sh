#!/usr/bin/env bash
# Installs, upgrades and purges the Debian package over a copy of this system that is thrown away, with an archive in it:
#
#     paket.sh [suket_*.deb]
#
# Without a package it packs target/debug/suket. Needs root and overlayfs; nothing outside the copy changes.
set -euo pipefail
if [ "${PAKET_DI_DALAM:-}" != ya ]; then
  if [ "$(id -u)" != 0 ] || ! command -v dpkg >/dev/null || ! unshare --mount --pid --fork true 2>/dev/null; then
    echo "PAKET: TIDAK DIJALANKAN: not root, or no dpkg here. The Debian package is untested." >&2
    exit 0
  fi
  deb=${1:+$(realpath "$1")}
  cd "$(dirname "$0")/../.."
  deb=${deb:-target/tmp/suket.deb}
  if [ $# = 0 ]; then
    tool=target/alat/bin/cargo-deb
    version=3.8.0
    if [ "$("$tool" --version 2>/dev/null)" != "cargo-deb $version" ]; then
      cargo install --quiet --locked --force --root target/alat --version "$version" cargo-deb
    fi
    "$tool" deb --no-build --profile dev --fast --quiet --output "$deb" 2>/dev/null
  fi
  export PAKET_DI_DALAM=ya
  exec unshare --mount --pid --fork "tests/luar/paket.sh" "$(realpath "$deb")"
fi
deb=$1

# The mount is seen in here only, so that a second run does not meet it.
root=$PWD/target/tmp/paket
mkdir -p "$root"
mount -t tmpfs tmpfs "$root"
mkdir "$root/atas" "$root/kerja" "$root/akar"
if ! mount -t overlay overlay -o "lowerdir=/,upperdir=$root/atas,workdir=$root/kerja" "$root/akar"; then
  echo "PAKET: TIDAK DIJALANKAN: no overlayfs here. The Debian package is untested." >&2
  exit 0
fi
cp "$deb" "$root/akar/root/suket.deb"
mount -t proc proc "$root/akar/proc"
inside() { chroot "$root/akar" "$@"; }
# As the daemon's own user, where its unit says.
archive=$(sed -n 's/^Environment=SUKET_ARCHIVE=//p' dist/suket.service)
grep -q "SUKET_ARCHIVE=$archive suket init" docs/daemon.md
own() { inside setpriv --reuid suket --regid suket --clear-groups env "SUKET_ARCHIVE=$archive" SUKET_PASSPHRASE_FILE=/tmp/sandi "$@"; }
sums() { inside find /var/lib/suket -type f ! -name '*-shm' ! -name '*-wal' -exec sha256sum {} + | sort; }
wait_for() {
  for _ in $(seq 300); do
    if "$@"; then return; fi
    sleep 0.1
  done
  cat "$root/log" >&2
  exit 1
}

inside dpkg -i /root/suket.deb >/dev/null 2>&1
echo 'sandi uji' > "$root/akar/tmp/sandi"
[ "$(inside stat -c '%U %a' /var/lib/suket)" = "suket 700" ]
own suket init --profile candi-laras-utara 2> "$root/log" || { cat "$root/log" >&2; exit 1; }
[ "$(inside stat -c '%U %a' "$archive.pemulihan.txt")" = "suket 600" ]
own suket serve --listen 127.0.0.1:0 2> "$root/log" &
wait_for grep -q 'suket melayani' "$root/log"
port=$(sed -n 's/.*127\.0\.0\.1:\([0-9]*\)$/\1/p' "$root/log" | head -1)
ready() { curl -sf "http://localhost:$port/healthz" | grep -q '"siap"'; }
wait_for ready
kill %1
wait %1 || true
before=$(sums)
[ -n "$before" ]
inside dpkg -i /root/suket.deb >/dev/null 2>&1
[ "$(sums)" = "$before" ] || { echo "paket: upgrading changed the archive" >&2; exit 1; }
inside dpkg --purge suket >/dev/null 2>&1
[ "$(sums)" = "$before" ] || { echo "paket: purging changed the archive" >&2; exit 1; }
[ ! -e "$root/akar/usr/bin/suket" ]
echo "paket: installed, served, upgraded, purged; the archive is as it was ($(echo "$before" | wc -l) files)"
