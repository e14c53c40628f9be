"""Checks issued letters with other people's tools, and shows that each check fails on a damaged file.

    python periksa.py ARCHIVE PDF...

page-validation (PDF/A-3a and PDF/UA-1), qpdf, pyHanko (the signature; also AdES basic validation by ETSI EN 319 102-1),
zxing-cpp (the QR from a 150 dpi picture), cwt (the sealed facts). Says what failed; the exit code is 1 if any of them
did not do its part.
"""

import asyncio
import logging
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
from bersama import damaged, false_root, finish, picture, read_trust, sealed_bytes, told
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.ades import ades_basic_validation
from pyhanko.sign.validation.policy_decl import SignatureValidationSpec
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager


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


def certificate(text: str) -> x509.Certificate:
    return x509.Certificate.load(pem.unarmor(text.encode())[2])


def signature_valid(data: bytes, root: x509.Certificate) -> bool:
    try:
        reader = PdfFileReader(BytesIO(data))
        signature = reader.embedded_signatures[0]
        context = ValidationContext(trust_roots=[root], allow_fetching=False)
        status = validate_pdf_signature(signature, signer_validation_context=context)
        return status.bottom_line and status.coverage.name == "ENTIRE_FILE"
    except Exception:  # a verifier that stops has not accepted the file either
        return False


def ades_passed(data: bytes, root: x509.Certificate) -> bool:
    policy = CertValidationPolicySpec(SimpleTrustManager.build([root]), CertRevTrustPolicy(NO_REVOCATION))
    try:
        signature = PdfFileReader(BytesIO(data)).embedded_signatures[0]
        checking = ades_basic_validation(
            signature.signed_data, SignatureValidationSpec(policy), raw_digest=signature.compute_digest()
        )
        return asyncio.run(checking).ades_subindic is AdESPassed.OK
    except Exception:
        return False


def facts(data: bytes, keys: list) -> dict | None:
    for key in keys:
        try:
            return cwt.decode(data, key)
        except Exception:
            continue
    return None


def main() -> int:
    logging.disable()  # pyHanko tells at length why it refuses
    archive, *files = map(Path, sys.argv[1:])
    trust = read_trust(archive)
    root, other_root = (certificate(text) for text in (trust["akar"], false_root(trust["akar"])))
    keys = []
    for entry in trust["kunci"]:
        if entry["algoritma"] == "ed25519":
            # 1: OKP, 2: key id, 3: EdDSA, 4: verify, -1: Ed25519 (RFC 9053)
            raw = bytes.fromhex(entry["publik"])
            keys.append(cwt.COSEKey.new({1: 1, 2: bytes.fromhex(entry["kid"]), 3: -8, 4: [2], -1: 6, -2: raw}))
    for path in files:
        data = path.read_bytes()
        name = path.name
        for profile in ("3a", "ua1"):
            rules = archivable(data, profile)
            told(not rules, f"{name}: {profile}: {rules}")
        told(well_formed(data), f"{name}: qpdf --check")
        told(signature_valid(data, root), f"{name}: tanda tangan (pyHanko)")
        told(ades_passed(data, root), f"{name}: AdES (pyHanko)")
        for what, changed in damaged(data).items():
            told(not signature_valid(changed, root), f"{name}: pyHanko menerima {what} yang diubah")
            told(not ades_passed(changed, root), f"{name}: AdES menerima {what} yang diubah")
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
    told(not signature_valid(data, other_root), "pyHanko menerima akar yang salah")
    told(not ades_passed(data, other_root), "AdES menerima akar yang salah")
    blank = Image.new("L", (1200, 1800), 255)
    told(not zxingcpp.read_barcodes(blank), "zxing membaca kertas kosong")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
