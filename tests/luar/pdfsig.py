"""`pdfsig` (poppler) accepts letters that are sealed with ECDSA P-256, and refuses damaged ones.

    python pdfsig.py ARCHIVE PDF...

Poppler checks by NSS, which does not know Ed25519. So it cannot follow the certificate to the office's Ed25519 root,
and says so ("Unknown issue with Certificate"); what counts here is what it says of the signature.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from bersama import damaged, finish, told


def answer(pdf: bytes) -> str:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        return subprocess.run(["pdfsig", file.name], capture_output=True, text=True).stdout


def valid(text: str) -> bool:
    return text.count("Signature Validation: Signature is Valid.") == 1 and "Total document signed" in text


def main() -> int:
    _, *files = map(Path, sys.argv[1:])
    for path in files:
        pdf = path.read_bytes()
        told(valid(answer(pdf)), f"{path.name}: pdfsig menolak")
        for what, changed in damaged(pdf).items():
            said = answer(changed)
            # It must have read the file and found a signature, and not be content with it.
            told("Signature #1" in said and not valid(said), f"{path.name}: pdfsig menerima {what} yang diubah")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
