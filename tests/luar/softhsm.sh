#!/usr/bin/env bash
# Makes a PKCS#11 token in FOLDER with SoftHSM2, and shows that it can sign: OpenSSL verifies what the token signed.
#
#   softhsm.sh FOLDER
#
# Token `suket`, PIN 1234, an Ed25519 key pair `segel-2`. Use it with the module /usr/lib/softhsm/libsofthsm2.so and
# SOFTHSM2_CONF=FOLDER/softhsm2.conf. A token that is there already is kept, and only shown to work.
set -euo pipefail
mkdir -p "$1/tokens"
folder=$(cd "$1" && pwd)
module=/usr/lib/softhsm/libsofthsm2.so
export SOFTHSM2_CONF=$folder/softhsm2.conf
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$folder/tokens" >"$SOFTHSM2_CONF"
token() { pkcs11-tool --module "$module" --token-label suket --login --pin 1234 "$@" 2>"$folder/told"; }
stop() {
  echo "softhsm: $*" >&2
  cat "$folder/told" >&2
  exit 1
}

if [ -z "$(ls "$folder/tokens")" ]; then
  softhsm2-util --module "$module" --init-token --free --label suket --so-pin 12345678 --pin 1234 >"$folder/told"
  token --keypairgen --key-type EC:edwards25519 --label segel-2 --id 01 >/dev/null || stop "no key pair was made"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'surat\n' >"$work/message"
printf 'Surat\n' >"$work/changed"
token --sign --mechanism EDDSA --label segel-2 --input-file "$work/message" --output-file "$work/signature" ||
  stop "the token does not sign"
token --read-object --type pubkey --label segel-2 --output-file "$work/public" || stop "the public key cannot be read"
verifies() {
  openssl pkeyutl -verify -rawin -pubin -inkey "$work/public" -in "$1" -sigfile "$work/signature" >"$folder/told" 2>&1
}
verifies "$work/message" || stop "OpenSSL refuses the token's signature"
! verifies "$work/changed" || stop "OpenSSL accepts the token's signature for other bytes"
rm "$folder/told"
echo "2 passed, 0 failed"
