"""OpenSSL 3.5 verifies the CMS of issued letters, and refuses damaged ones.

    python openssl35.py ARCHIVE PDF...

It takes target/openssl35/openssl, which siapkan.sh installs. Older releases cannot verify Ed25519 in CMS.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from bersama import damaged, false_root, finish, read_trust, signature, told

OPENSSL = Path(__file__).parents[2] / "target/openssl35/openssl"


def valid(pdf: bytes, root: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        content, der, anchor = (Path(folder, name) for name in ("content", "der", "root.pem"))
        covered, seal = signature(pdf)
        content.write_bytes(covered)
        der.write_bytes(seal)
        anchor.write_text(root)
        command = [OPENSSL, "cms", "-verify", "-cades", "-binary", "-purpose", "any", "-inform", "DER", "-in", der]
        command += ["-content", content, "-CAfile", anchor, "-no-CApath", "-no-CAstore", "-out", "/dev/null"]
        return subprocess.run(command, capture_output=True).returncode == 0


def main() -> int:
    archive, *files = map(Path, sys.argv[1:])
    root = read_trust(archive)["akar"]
    for path in files:
        pdf = path.read_bytes()
        told(valid(pdf, root), f"{path.name}: OpenSSL 3.5 menolak")
        told(not valid(pdf, false_root(root)), f"{path.name}: OpenSSL 3.5 menerima akar yang salah")
        for what, changed in damaged(pdf).items():
            told(not valid(changed, root), f"{path.name}: OpenSSL 3.5 menerima {what} yang diubah")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
