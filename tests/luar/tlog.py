"""Checks the log of an archive with Go's own note and tlog, and shows that they refuse what is wrong.

    python tlog.py PROGRAM FOLDER

PROGRAM is `tlog/main.go`, built. FOLDER holds `kunci.txt`, `titik/SIZE` (checkpoints), `surat/PLACE.pdf` with
`surat/PLACE.bukti` (the proof that the book gives), and `sambung/OLD-NEW` (proofs of consistency). The leaf of a letter
is made here from the letter alone: its number, the digest of the bytes under the seal, the signature.
"""

import base64
import hashlib
import json
import subprocess
import sys
from pathlib import Path

from asn1crypto import cms
from bersama import finish, hole, signature, told

RECEIPT = "1.2.840.113556.1.8000.2554.28556.41356.60264.18755.40205.3154667.16365932"


class Letter:
    """What a letter says of itself, and the proof that it carries."""

    def __init__(self, path: Path):
        pdf = path.read_bytes()
        covered, der = signature(pdf)
        assert len(covered) + hole(pdf)[1] - hole(pdf)[0] == len(pdf)
        signer = cms.ContentInfo.load(der)["content"]["signer_infos"][0]
        (proof,) = [a["values"][0].native for a in signer["unsigned_attrs"] if a["type"].dotted == RECEIPT]
        self.carried = Proof(proof)
        self.given = Proof(path.with_suffix(".bukti").read_text(encoding="utf-8"))
        facts = subprocess.run(["pdfdetach", "-save", "1", "-o", "/dev/stdout", path], capture_output=True, check=True)
        self.nomor = json.loads(facts.stdout)["nomor"]
        self.sidik = hashlib.sha256(covered).hexdigest()
        self.tanda_tangan = signer["signature"].native.hex()

    def leaf(self, proof: "Proof", index: int) -> bytes:
        """Canonical JSON (RFC 8785) of its leaf at a place."""
        values = {
            "peristiwa": "terbit",
            "seq": index,
            "nomor": self.nomor,
            "sidik": self.sidik,
            "tanda_tangan": self.tanda_tangan,
            "rincian": proof.rincian,
        }
        return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Proof:
    """A C2SP tlog-proof."""

    def __init__(self, text: str):
        head, self.note = text.split("\n\n", 1)
        name, extra, index, *path = head.split("\n")
        assert name == "c2sp.org/tlog-proof@v1" and extra.startswith("extra ") and index.startswith("index ")
        self.rincian = base64.b64decode(extra.removeprefix("extra "), validate=True).hex()
        self.index = int(index.removeprefix("index "))
        self.path = [base64.b64decode(line, validate=True) for line in path]


def question(key: str, note: str, path=(), **more) -> dict:
    asked = {"kunci": key, "titik": note, "jalur": [base64.b64encode(hash).decode() for hash in path], **more}
    if "daun" in asked:
        asked["daun"] = base64.b64encode(asked["daun"]).decode()
    return asked


def changed(path: list[bytes]) -> list[list[bytes]]:
    """The path with one bit of each hash changed, one hash less, one more, and two exchanged."""
    flip = lambda hash: hash[:31] + bytes([hash[31] ^ 1])
    wrong = [path[:i] + [flip(hash)] + path[i + 1 :] for i, hash in enumerate(path)]
    wrong += [path[:-1]] if path else []
    wrong += [path[1::-1] + path[2:]] if len(path) > 1 else []
    return [*wrong, [*path, bytes(32)]]


def resized(note: str, by: int) -> str:
    """The checkpoint with another size, under its old signature."""
    origin, size, rest = note.split("\n", 2)
    return f"{origin}\n{int(size) + by}\n{rest}"


def ask(program: str, questions: list[dict]) -> list[str]:
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    answers = subprocess.run([program], input=lines, capture_output=True, check=True, text=True).stdout.splitlines()
    assert len(answers) == len(questions)
    return answers


def main() -> int:
    program, folder = sys.argv[1], Path(sys.argv[2])
    key = (folder / "kunci.txt").read_text(encoding="utf-8")
    name, _, public = key.split("+", 2)
    other_key = base64.b64encode(b"\x01" + bytes(31) + b"\x01").decode()
    other_id = hashlib.sha256(name.encode() + b"\n" + base64.b64decode(other_key)).hexdigest()[:8]
    points = {int(path.name): path.read_text(encoding="utf-8") for path in (folder / "titik").iterdir()}
    letters = [Letter(path) for path in sorted((folder / "surat").glob("*.pdf"))]
    links = {
        tuple(map(int, path.name.split("-"))): [bytes.fromhex(line) for line in path.read_text().split()]
        for path in (folder / "sambung").iterdir()
    }
    told(len(points) > 9 and len(letters) > 15 and len(links) > 60, "the archive is smaller than it should be")
    asked = []

    def expect(good: bool, what: str, asks: dict) -> None:
        asked.append((good, what, asks))

    for size, note in points.items():
        expect(True, f"checkpoint {size}", question(key, note))
        expect(False, f"checkpoint {size} under another key", question(f"{name}+{other_id}+{other_key}", note))
        expect(False, f"checkpoint {size} under another name", question(key.replace(name, name + "9"), note))
        expect(False, f"checkpoint {size}, another size", question(key, resized(note, 1)))
        root = note.split("\n")[2]
        other = base64.b64encode(hashlib.sha256(root.encode()).digest()).decode()
        expect(False, f"checkpoint {size}, another root", question(key, note.replace(root, other)))
        other = next(other for other in points.values() if other != note)
        swapped = note.split("\n\n")[0] + "\n\n" + other.split("\n\n")[1]
        expect(False, f"checkpoint {size}, another's signature", question(key, swapped))
    for letter in letters:
        for proof in (letter.carried, letter.given):
            own = {"daun": letter.leaf(proof, proof.index), "indeks": proof.index}
            what = f"{letter.nomor} at {proof.index}"
            expect(True, what, question(key, proof.note, proof.path, **own))
            for index in (proof.index - 1, proof.index + 1):
                expect(False, f"{what}: index", question(key, proof.note, proof.path, **{**own, "indeks": index}))
                moved = {"daun": letter.leaf(proof, index), "indeks": index}
                expect(False, f"{what}: leaf", question(key, proof.note, proof.path, **moved))
            for path in changed(proof.path):
                expect(False, f"{what}: path", question(key, proof.note, path, **own))
            for size, note in points.items():
                if size != int(proof.note.split("\n")[1]):
                    expect(False, f"{what}: checkpoint {size}", question(key, note, proof.path, **own))
            other = letters[0] if letter is not letters[0] else letters[1]
            wrong = {**own, "daun": other.leaf(proof, proof.index)}
            expect(False, f"{what}: another letter", question(key, proof.note, proof.path, **wrong))
    for (old, new), path in links.items():
        what = f"{old} to {new}"
        expect(True, what, question(key, points[new], path, lama=points[old]))
        if old != new:
            expect(False, f"{what} turned round", question(key, points[old], path, lama=points[new]))
        for wrong in changed(path):
            expect(False, f"{what}: path", question(key, points[new], wrong, lama=points[old]))
        for older, newer in links:
            if (older == old) != (newer == new):
                asks = question(key, points[newer], path, lama=points[older])
                expect(False, f"{what}: from {older} to {newer}", asks)
    answers = ask(program, [asks for _, _, asks in asked])
    for (good, what, _), answer in zip(asked, answers):
        told((answer == "ya") == good, f"{what}: {answer}")
    accepted = sum(good for good, _, _ in asked)
    print(f"{accepted} accepted, {len(asked) - accepted} wrong ones refused")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
