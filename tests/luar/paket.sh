#!/usr/bin/env bash
# Installs, upgrades and purges the Debian package over a copy of this system that is thrown away, with an archive in it:
#
#     paket.sh suket_*.deb
#
# Needs root and overlayfs; nothing outside the copy changes.
set -euo pipefail
deb=$(realpath "$1")
if [ "${PAKET_DI_DALAM:-}" != ya ]; then
  export PAKET_DI_DALAM=ya
  exec unshare --mount --pid --fork "$0" "$deb"
fi

root=$(mktemp -d)
mount -t tmpfs tmpfs "$root"
mkdir "$root/atas" "$root/kerja" "$root/akar"
mount -t overlay overlay -o "lowerdir=/,upperdir=$root/atas,workdir=$root/kerja" "$root/akar"
cp "$deb" "$root/akar/root/suket.deb"
mount -t proc proc "$root/akar/proc"
inside() { chroot "$root/akar" "$@"; }
# As the daemon's own user, with its unit's folder and passphrase.
own() { inside setpriv --reuid suket --regid suket --clear-groups env SUKET_ARCHIVE=/var/lib/suket SUKET_PASSPHRASE_FILE=/tmp/sandi "$@"; }
sums() { inside find /var/lib/suket -type f ! -name '*-shm' ! -name '*-wal' -exec sha256sum {} + | sort; }

inside dpkg -i /root/suket.deb >/dev/null
echo 'sandi uji' > "$root/akar/tmp/sandi"
[ "$(inside stat -c '%U %a' /var/lib/suket)" = "suket 700" ]
own suket init --profile candi-laras-utara 2>/dev/null
own suket serve --listen 127.0.0.1:0 2> "$root/log" &
until grep -q 'suket melayani' "$root/log"; do sleep 0.1; done
port=$(sed -n 's/.*127\.0\.0\.1:\([0-9]*\)$/\1/p' "$root/log" | head -1)
until curl -sf "http://localhost:$port/healthz" | grep -q '"siap"'; do sleep 0.1; done
kill %1
wait %1 || true
before=$(sums)
[ -n "$before" ]
inside dpkg -i /root/suket.deb >/dev/null
[ "$(sums)" = "$before" ] || { echo "paket: upgrading changed the archive" >&2; exit 1; }
inside dpkg --purge suket >/dev/null 2>&1
[ "$(sums)" = "$before" ] || { echo "paket: purging changed the archive" >&2; exit 1; }
[ ! -e "$root/akar/usr/bin/suket" ]
echo "paket: installed, served, upgraded, purged; the archive is as it was ($(echo "$before" | wc -l) files)"
