"""Follows docs/verify-without-us.md to the letter: its shell blocks, as printed, in order, in a new folder.

    python tanpa_kami.py ARCHIVE PDF...

Every letter must pass every step, with the system's OpenSSL and with 3.5 (siapkan.sh installs both). Damaged letters,
trust files and QRs must be stopped by the step that should notice. The other office's trust file is taken from a
neighbour of ARCHIVE.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from bersama import damaged, finish, hole, read_trust, told

HOME = Path(__file__).parents[2]
TEXT = (HOME / "docs/verify-without-us.md").read_text(encoding="utf-8")
BLOCKS = [
    (int(number[1]), block)
    for part in TEXT.split("\n## ")
    if (number := re.match(r"(\d+)\. ", part))
    for block in re.findall(r"^```sh\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
]
STEPS = dict(BLOCKS)
PYTHON = Path(sys.executable).parent  # where `python3` knows `cwt`
OPENSSL35 = HOME / "target/openssl35"


def stopped(folder: Path, steps=tuple(STEPS), shell: str = "sh", openssl35: bool = False) -> int | None:
    """Runs the steps in the folder; gives the first one that stops, None if all are passed. A step that is passed
    says so in its last line; one that is not must never say so."""
    first = [PYTHON, OPENSSL35] if openssl35 else [PYTHON]
    path = ":".join([*map(str, first), os.environ["PATH"]])
    for n in steps:
        done = subprocess.run(
            [shell, "-e", "-c", STEPS[n]], cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True
        )
        last = done.stdout.strip().rpartition("\n")[2]
        said = last.startswith(f"STEP {n} OK")
        if said != (done.returncode == 0):
            raise RuntimeError(f"step {n}: exit code {done.returncode}, but: {last} {done.stderr}")
        if not said:
            return n
        if n == 7 and openssl35 and "left out" in last:
            raise RuntimeError(f"step 7 was left out: {last}")
    return None


def qr_text(pdf: Path) -> str:
    """As the document says: a picture of the page, read by zbarimg."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-r", "150", "-gray", "-png", "-singlefile", pdf, f"{folder}/scan"]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        command = ["zbarimg", "--raw", "-q", f"{folder}/scan.png"]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def digits_of(qr: str) -> str:
    return re.search(r"\d{17,}", qr)[0]


class Case:
    """What a stranger holds: a letter, a trust file, the text of a QR."""

    def __init__(self, letter: bytes, trust: str, qr: str):
        self.files = {"letter.pdf": letter, "trust.json": trust.encode(), "qr.txt": qr.encode()}

    def stopped(self, change=lambda files: None, **how) -> int | None:
        files = dict(self.files)
        change(files)
        with tempfile.TemporaryDirectory() as folder:
            for name, data in files.items():
                Path(folder, name).write_bytes(data)
            return stopped(Path(folder), **how)


def put(name: str, data: bytes):
    return lambda files: files.__setitem__(name, data)


def key_judged(case: Case, changes: dict) -> int | None:
    """Step 8 with a key whose entry in the trust file says something else. Only the office's root can sign such a trust
    file, so the entry is changed behind step 5, which has taken it out."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, data in case.files.items():
            (folder / file).write_bytes(data)
        if before := stopped(folder, range(1, 8)):
            return before
        key = json.loads((folder / "key.json").read_text(encoding="utf-8"))
        (folder / "key.json").write_text(json.dumps({**key, **changes}), encoding="utf-8")
        return stopped(folder, [8])


def office_of(trust: str) -> str:
    return json.loads(trust)["log"].split("+")[0]


def in_proof(letter: bytes, mark: str, offset: int = 0) -> bytes:
    """The letter with one character of its proof exchanged, that behind the mark, or as many further."""
    start, end = hole(letter)
    text = bytes.fromhex(letter[start + 1 : end - 1].decode())
    proof = text.index(b"c2sp.org/tlog-proof@v1")
    behind = 0 if offset < 0 else len(mark.encode())
    at = text.index(mark.encode(), proof) + behind + offset
    other = b"3" if text[at : at + 1] != b"3" else b"4"
    changed = text[:at] + other + text[at + 1 :]
    return letter[: start + 1] + changed.hex().encode() + letter[end - 1 :]


def refusals(case: Case, other_trust: str, other_qr: str) -> None:
    """Everything that must be stopped, and by which step."""
    letter, trust, qr = case.files["letter.pdf"], case.files["trust.json"].decode(), case.files["qr.txt"].decode()
    page, seal = damaged(letter).values()
    end = hole(letter)[1]
    at = qr.index(digits_of(qr)) + 5 * 17 - 1  # the last digit of the fifth block, far from the first
    digit = str((int(qr[at]) + 1) % 10)
    day = datetime.strptime(re.search(rb"/M \(D:(\d{8})", letter)[1].decode(), "%Y%m%d").date()
    before, on, after = (str(day + timedelta(days)) for days in (-1, 0, 1))
    office = json.loads(trust)["nama"]
    cut = len(trust) // 2
    for step, what, name, data in [
        (4, "a changed page byte", "letter.pdf", page),
        (6, "a changed signature byte", "letter.pdf", seal),
        (11, "another place in the proof", "letter.pdf", in_proof(letter, "index ")),
        (11, "another size of the log", "letter.pdf", in_proof(letter, f"{office_of(trust)}\n")),
        (11, "another root", "letter.pdf", in_proof(letter, "\n\n\u2014 ", -3)),
        (11, "another signature of the root", "letter.pdf", in_proof(letter, "\u2014 suket/", 40)),
        (2, "bytes behind the end", "letter.pdf", letter + b"% more\n"),
        (2, "an update behind the end", "letter.pdf", letter + b"1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n"),
        (2, "a file that was cut", "letter.pdf", letter[:-2]),
        (3, "bytes behind the signature in the hole", "letter.pdf", letter[: end - 3] + b"01" + letter[end - 1 :]),
        (5, "another office's trust file", "trust.json", other_trust.encode()),
        (1, "a changed trust file", "trust.json", trust.replace(office, office + " Palsu").encode()),
        (1, "a trust file that was cut", "trust.json", trust[:cut].encode()),
        (10, "a changed digit in the QR", "qr.txt", (qr[:at] + digit + qr[at + 1 :]).encode()),
        (9, "a missing digit in the QR", "qr.txt", (qr[:at] + qr[at + 1 :]).encode()),
        (9, "a QR of something else", "qr.txt", b"https://contoh.id/\n"),
        (10, "another letter's QR", "qr.txt", other_qr.encode()),
    ]:
        found = case.stopped(put(name, data))
        told(found == step, f"{what}: stopped by step {found}, not {step}")
    # OpenSSL 3.5 must notice by itself what the steps by hand notice.
    for what, data, skipped in [("page", page, 4), ("signature", seal, 6)]:
        steps = [n for n in STEPS if n != skipped]
        found = case.stopped(put("letter.pdf", data), steps=steps, openssl35=True)
        told(found == 7, f"a changed {what} byte, without step {skipped}: stopped by step {found}, not 7")
    for good, what, changes in [
        (False, "tenure ended before", {"sampai": before}),
        (True, "last day of the tenure", {"sampai": on}),
        (False, "tenure begins after", {"mulai": after}),
        (False, "revoked on the day", {"status": "dicabut", "dicabut_sejak": on}),
        (False, "revoked altogether", {"status": "dicabut"}),
        (True, "revoked later", {"status": "dicabut", "dicabut_sejak": after}),
    ]:
        found = key_judged(case, changes)
        told(found == (None if good else 8), f"{what}: stopped by step {found}")


def main() -> int:
    archive, *files = map(Path, sys.argv[1:])
    numbers = [number for number, _ in BLOCKS]
    told(numbers == list(range(1, 12)) and TEXT.count("```sh") == 11, f"not eleven steps with one block each: {numbers}")
    trust = (archive / "kunci/trust.json").read_text(encoding="utf-8")
    cases = [Case(path.read_bytes(), trust, qr_text(path)) for path in files]
    for path, case in zip(files, cases):
        for openssl35 in (False, True):
            found = case.stopped(openssl35=openssl35)
            told(found is None, f"{path.name}: stopped by step {found} (OpenSSL 3.5: {openssl35})")
    first, second = cases[0], cases[1]
    told(first.stopped(shell="bash") is None, "bash does not run the document")
    digits = digits_of(first.files["qr.txt"].decode())
    for qr in (f"SUKET:{digits}", f"https://surat.contoh.go.id/v#{digits}\r\n"):
        alone = Case(b"", trust, qr)
        found = alone.stopped(lambda files: files.pop("letter.pdf"), steps=[1, 9, 10])
        told(found is None, f"the paper alone, {qr[:8]}: stopped by step {found}")
    kantor = read_trust(archive)["kantor"]
    others = [other for other in archive.resolve().parent.iterdir() if (other / "kunci/trust.json").exists()]
    other = next(other for other in others if read_trust(other)["kantor"] != kantor)
    refusals(first, (other / "kunci/trust.json").read_text(encoding="utf-8"), second.files["qr.txt"].decode())
    return finish()


if __name__ == "__main__":
    sys.exit(main())
