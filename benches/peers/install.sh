#!/bin/sh
# Installs what the comparison scripts need: Debian packages, and a Python
# virtual environment in the folder given as the first argument.
# May be run again; only missing things are installed.
#
#   sh benches/peers/install.sh DIR
set -eu

[ $# -eq 1 ] || { echo "usage: $0 VENV_DIR" >&2; exit 2; }
venv=$1
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)

missing=
for p in fonts-croscore php-cli php-tcpdf python3-venv \
         libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' \
        || missing="$missing $p"
done

if [ -n "$missing" ]; then
    as_root=
    [ "$(id -u)" -eq 0 ] || as_root=sudo
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    -r "$here/requirements.txt"
