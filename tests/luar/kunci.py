"""Other people's tools read our keys: pyca/cryptography and OpenSSL open the encrypted PKCS#8 files.

    python kunci.py SUKET
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate


def openssl(key: Path, passphrase: str) -> bool:
    command = ["openssl", "pkey", "-in", str(key), "-passin", f"pass:{passphrase}", "-noout"]
    return subprocess.run(command, capture_output=True).returncode == 0


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
            certificate = load_pem_x509_certificate(Path(str(key).replace(".kunci.", ".sertifikat.")).read_bytes())
            private = load_pem_private_key(key.read_bytes(), b"kata sandi uji")
            checks = [
                private.public_key() == certificate.public_key(),
                openssl(key, "kata sandi uji"),
                not openssl(key, "salah"),
                b"ENCRYPTED PRIVATE KEY" in key.read_bytes(),
            ]
            passed += sum(checks)
            failed += len(checks) - sum(checks)
        failed += len(keys) != 3
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
