"""What the checks share: counting, a letter's signature and QR, and how to damage a letter."""

import json
import re
import subprocess
import tempfile
from pathlib import Path

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image

passed = failed = 0


def told(ok: bool, what: str) -> None:
    """Counts one check; `what` is said only if it fails."""
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok:
        print(f"GAGAL: {what}")


def finish() -> int:
    """Prints the figures; gives the exit code. Nothing checked is a failure too."""
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0 or passed == 0)


def read_trust(archive: Path) -> dict:
    """The trust file that a sample archive has beside its letters."""
    return json.loads((archive / "kunci/trust.json").read_text(encoding="utf-8"))


def false_root(root_pem: str) -> str:
    """A root with the names and dates of the office's own, and another key."""
    root = x509.load_pem_x509_certificate(root_pem.encode())
    key = Ed25519PrivateKey.generate()
    false = x509.CertificateBuilder(root.issuer, root.subject, key.public_key(), root.serial_number)
    false = false.not_valid_before(root.not_valid_before_utc).not_valid_after(root.not_valid_after_utc)
    for extension in root.extensions:
        false = false.add_extension(extension.value, extension.critical)
    return false.sign(key, None).public_bytes(Encoding.PEM).decode()


def hole(pdf: bytes) -> tuple[int, int]:
    """Where the signature's angle brackets begin and end, by the file's only ByteRange."""
    (found,) = re.findall(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", pdf)
    begin, end, rest = map(int, found)
    assert end + rest == len(pdf)
    return begin, end


def signature(pdf: bytes) -> tuple[bytes, bytes]:
    """The bytes that the signature covers, and its DER."""
    begin, end = hole(pdf)
    filled = bytes.fromhex(pdf[begin + 1 : end - 1].decode())
    return pdf[:begin] + pdf[end:], filled[: 4 + int.from_bytes(filled[2:4], "big")]


def damaged(pdf: bytes) -> dict[str, bytes]:
    """The letter with one bit changed: in the page's content, and in the value of the signature."""
    page = re.search(rb"/Type/Page/.*?/Contents (\d+) 0 R", pdf)[1]
    drawn = re.search(rb"\n%s 0 obj\n.*?/Length (\d+).*?stream\r?\n" % page, pdf, re.DOTALL)
    at = drawn.end() + int(drawn[1]) // 2
    der = signature(pdf)[1]
    value = cms.ContentInfo.load(der)["content"]["signer_infos"][0]["signature"].native
    end = hole(pdf)[0] + 1 + 2 * (der.index(value) + len(value))
    return {
        "byte halaman": pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :],
        "byte tanda tangan": pdf[: end - 2] + b"%02x" % (value[-1] ^ 1) + pdf[end:],
    }


def picture(pdf: Path) -> Image.Image:
    """The letter's page as a scanner sees it, 150 dpi."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-r", "150", "-gray", "-png", "-singlefile", pdf, f"{folder}/p"]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        with Image.open(f"{folder}/p.png") as image:
            return image.copy()


def sealed_bytes(text: str) -> bytes:
    """The bytes in a QR's text: 17 digits are 7 bytes; a tail of 3, 5, 8, 10, 13 or 15 digits is 1 to 6 bytes."""
    digits = text.removeprefix("SUKET:").rpartition("#")[2]
    sizes = {3: 1, 5: 2, 8: 3, 10: 4, 13: 5, 15: 6, 17: 7}
    blocks = [digits[i : i + 17] for i in range(0, len(digits), 17)]
    return b"".join(int(block).to_bytes(sizes[len(block)], "big") for block in blocks)
