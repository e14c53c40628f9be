"""Checks an archive of many letters: the pass that hashes files beside `sha256sum` over the same files with two processes,
and the pass over seals beside pyHanko, each as a ratio in one run; and the memory of the check.

    python periksa_arsip.py SUKET LETTERS

SUKET is the program itself, built for use (`--profile dist`). Makes an archive of so many slips in a temporary folder.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

suket, count = str(Path(sys.argv[1]).resolve()), int(sys.argv[2])
AKHIR = 2**64 - 1


def timed(command: list, env: dict, cwd: Path) -> tuple[float, float]:
    """Seconds, and the most memory it had, in MB. Asked of the running program: what `wait4` tells begins with the memory
    of whoever started it, and this script knows the name of every file."""
    start = time.perf_counter()
    child = subprocess.Popen(command, env=env, cwd=cwd, stdout=subprocess.DEVNULL)
    most = 0
    while True:
        status = Path(f"/proc/{child.pid}/status").read_text()
        most = max(most, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
        try:
            child.wait(0.02)
            break
        except subprocess.TimeoutExpired:
            continue
    assert child.returncode == 0, command
    return time.perf_counter() - start, most / 1024


def pyhanko(data: bytes, root: x509.Certificate) -> float:
    start = time.perf_counter()
    signature = PdfFileReader(BytesIO(data)).embedded_signatures[0]
    status = validate_pdf_signature(signature, signer_validation_context=ValidationContext(trust_roots=[root], allow_fetching=False))
    assert status.bottom_line
    return time.perf_counter() - start


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    (folder / "sandi").write_text("sandi uji\n")
    env = {**os.environ, "SUKET_PASSPHRASE_FILE": str(folder / "sandi")}
    # Keys are not what is measured.
    look = {key: value for key, value in env.items() if key != "SUKET_PASSPHRASE_FILE"}
    base = [suket, "--archive", str(folder / "arsip"), "-q"]
    subprocess.run([*base, "init", "--profile", "candi-laras-utara"], env=env, check=True)
    case = {"jenis": "pengembalian", "pemohon": {"nama": "CONTOH"}, "pengembalian": {"sebab": "tidak ada NIK"}}
    for start in range(0, count, 500):
        (folder / "k.jsonl").write_text((json.dumps(case) + "\n") * min(500, count - start))
        subprocess.run([*base, "issue", "k.jsonl"], env=env, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    files = [path for path in (folder / "arsip/sha256").rglob("*") if path.is_file()]
    (folder / "daftar").write_text("\0".join(map(str, files)))

    def marked(mark: dict) -> list:
        """The check from a mark on: past all files, or past all seals."""
        (folder / "tanda").write_text(json.dumps({"berkas": None, "surat": 0, "ulang": [], "surat_ulang": [], **mark}))
        return [*base, "archive", "check", "--resume", "tanda"]

    peer = ["xargs", "-0", "-a", "daftar", "-P", "2", "-n", "500", "sha256sum"]
    rows, hashes, seals, theirs, memory = [], [], [], [], 0.0
    for _ in range(5):
        theirs.append(timed(peer, look, folder)[0])
        rows.append(timed([*base, "archive", "check", "--quick"], look, folder)[0])
        hashes.append(timed(marked({"surat": AKHIR}), look, folder)[0])
        taken, most = timed(marked({"berkas": "g"}), look, folder)
        seals.append(taken)
        memory = max(memory, most, timed([*base, "archive", "check"], look, folder)[1])
    row, whole, seal, other = (statistics.median(list) for list in (rows, hashes, seals, theirs))
    ratio = (whole - row) / other
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"{len(files)} files, {size:.0f} MB; rows alone {row:.2f} s")
    print(f"hashing: suket {whole - row:.3f} s, sha256sum with two processes {other:.3f} s: {ratio:.2f} x   goal at most 1.5 x   {'met' if ratio <= 1.5 else 'NOT met'}")
    trust = json.loads((folder / "arsip/kunci/trust.json").read_text())
    root = x509.Certificate.load(pem.unarmor(trust["akar"].encode())[2])
    letters = [path.read_bytes() for path in files[:60]]
    letters = [data for data in letters if data.startswith(b"%PDF")]
    for data in letters:
        pyhanko(data, root)
    each = statistics.median(pyhanko(data, root) for data in letters)
    own = (seal - row) / count
    print(f"seals: suket {own * 1000:.3f} ms a letter, pyHanko {each * 1000:.1f} ms: {each / own:.0f} x   goal 20 x   {'met' if each / own >= 20 else 'NOT met'}")
    print(f"memory of the whole check: {memory:.0f} MB   goal at most 100 MB   {'met' if memory <= 100 else 'NOT met'}")
