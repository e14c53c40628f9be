"""Other people's tools read our keys: pyca/cryptography and OpenSSL open the encrypted PKCS#8 files.

    python kunci.py SUKET
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate


def openssl(key: Path, passphrase: str) -> bool:
    command = ["openssl", "pkey", "-in", str(key), "-passin", f"pass:{passphrase}", "-noout"]
    return subprocess.run(command, capture_output=True).returncode == 0


def published(key: Path) -> Ed25519PublicKey:
    """The public key as the office shows it: in the key's certificate, or in the trust file for the log's key."""
    if key.name == "log.kunci.pem":
        note_key = json.loads((key.parent / "trust.json").read_text(encoding="utf-8"))["log"]
        form, *raw = base64.b64decode(note_key.split("+", 2)[2])  # name+id+key of C2SP signed notes; 1: Ed25519
        assert form == 1
        return Ed25519PublicKey.from_public_bytes(bytes(raw))
    return load_pem_x509_certificate(Path(str(key).replace(".kunci.", ".sertifikat.")).read_bytes()).public_key()


def main() -> int:
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        word = Path(folder, "sandi")
        word.write_text("kata sandi uji\n")
        archive = Path(folder, "arsip")
        environment = {**os.environ, "SUKET_PASSPHRASE_FILE": str(word)}
        subprocess.run([sys.argv[1], "--archive", archive, "init", "--profile", "larangan", "-q"], check=True, env=environment)
        keys = sorted(archive.glob("kunci/*.kunci.pem"))
        for key in keys:
            private = load_pem_private_key(key.read_bytes(), b"kata sandi uji")
            checks = [
                private.public_key() == published(key),
                openssl(key, "kata sandi uji"),
                not openssl(key, "salah"),
                b"ENCRYPTED PRIVATE KEY" in key.read_bytes(),
            ]
            passed += sum(checks)
            failed += len(checks) - sum(checks)
        failed += len(keys) != 4  # root, seal, one official, log
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
