"""Reads the QR of issued letters from their picture, and checks its sealed bytes with other people's COSE and Ed25519.

    python qr.py ARCHIVE PDF...

zbar (the QR from a 150 dpi picture), pycose and cwt (COSE_Sign1), WebCrypto in Node (qr.mjs). Each must accept the
bytes as they are, and refuse them with a changed fact, a changed signature, and with another key of the same office.
"""

import subprocess
import sys
from pathlib import Path

import cwt
from bersama import finish, picture, read_trust, sealed_bytes, told
from pycose.keys import OKPKey
from pycose.messages import Sign1Message
from pyzbar import pyzbar


def symbols(pdf: Path) -> list[str]:
    found = pyzbar.decode(picture(pdf), symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [symbol.data.decode() for symbol in found]


def by_pycose(data: bytes, kid: bytes, public: bytes) -> bool:
    try:
        message = Sign1Message.decode(data)
        message.key = OKPKey(crv="ED25519", x=public, optional_params={"KID": kid, "ALG": "EDDSA"})
        return message.verify_signature()
    except Exception:  # a verifier that stops has not accepted it either
        return False


def by_cwt(data: bytes, kid: bytes, public: bytes) -> bool:
    try:
        # 1: OKP, 2: key id, 3: EdDSA, 4: verify, -1: Ed25519 (RFC 9053)
        cwt.decode(data, cwt.COSEKey.new({1: 1, 2: kid, 3: -8, 4: [2], -1: 6, -2: public}))
        return True
    except Exception:
        return False


def by_webcrypto(cases: list[tuple[bytes, bytes]]) -> list[bool]:
    lines = "\n".join(f"{data.hex()} {public.hex()}" for data, public in cases)
    command = ["node", "--no-warnings", Path(__file__).parent / "qr.mjs"]
    done = subprocess.run(command, check=True, input=lines, capture_output=True, text=True)
    return [line == "valid" for line in done.stdout.splitlines()]


def changed(data: bytes, at: int) -> bytes:
    out = bytearray(data)
    out[at] ^= 1
    return bytes(out)


def main() -> int:
    archive, *files = map(Path, sys.argv[1:])
    trust = read_trust(archive)
    keys = {e["kid"]: bytes.fromhex(e["publik"]) for e in trust["kunci"] if e["algoritma"] == "ed25519"}
    for path in files:
        name = path.name
        read = symbols(path)
        told(len(read) == 1, f"{name}: zbar membaca {len(read)} QR pada 150 dpi")
        if len(read) != 1:
            continue
        data = sealed_bytes(read[0])
        kid = Sign1Message.decode(data).phdr_encoded[-8:]  # {1: -8, 4: key id}, in this order
        told(kid.hex() in keys, f"{name}: kunci QR tidak ada di berkas kepercayaan")
        own = keys.get(kid.hex(), bytes(32))
        other = next(key for key in [*keys.values(), bytes(range(32))] if key != own)
        cases = {
            "": (data, own),
            "fakta yang diubah": (changed(data, 40), own),
            "segel yang diubah": (changed(data, len(data) - 1), own),
            "kunci lain": (data, other),
        }
        webcrypto = by_webcrypto(list(cases.values()))
        told(len(webcrypto) == len(cases), f"{name}: WebCrypto tidak menjawab untuk setiap QR")
        for (what, (sealed, public)), web in zip(cases.items(), webcrypto):
            answers = {"pycose": by_pycose(sealed, kid, public), "cwt": by_cwt(sealed, kid, public), "WebCrypto": web}
            for tool, accepted in answers.items():
                verdict = "menerima" if accepted else "menolak"
                told(accepted == (what == ""), f"{name}: {tool} {verdict} {what or 'QR asli'}")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
