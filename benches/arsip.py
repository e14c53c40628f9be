"""Keeping the archive: bundle against `zip -0` plus `sha256sum`, and how a backup of an unchanged office grows.

    python arsip.py SUKET LETTERS [ROUNDS] [FACTOR]

One run on one office: LETTERS letters of one month, then FACTOR times as many (four) for the growth. Prints ratios;
differences under 15 % are noise.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

suket, letters = sys.argv[1], int(sys.argv[2])
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
factor = int(sys.argv[4]) if len(sys.argv) > 4 else 4
scratch = tempfile.TemporaryDirectory()
here = Path(scratch.name)
(here / "sandi").write_text("sandi uji\n")
os.environ["SUKET_PASSPHRASE_FILE"] = str(here / "sandi")
root = Path(__file__).parent.parent


def run(*words: str) -> None:
    subprocess.run([suket, "--archive", str(here / "arsip"), "-q", *words], check=True, stdout=subprocess.DEVNULL)


def timed(act) -> float:
    """Milliseconds; the median of the rounds."""
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def issue(count: int, day: str) -> None:
    person = {
        "nik": "6305065203059901", "nama": "SITI CONTOH", "tempat_lahir": "Margasari Hilir", "tanggal_lahir": "2005-03-12",
        "jenis_kelamin": "PEREMPUAN", "alamat": "Jalan Contoh No. 1", "rt": "001", "rw": "002", "agama": "ISLAM",
        "desa_kelurahan": "Margasari Hilir", "status_perkawinan": "BELUM KAWIN", "pekerjaan": "PELAJAR/MAHASISWA",
    }
    case = {
        "jenis": "rekomendasi", "alasan": "pemula", "pemohon": person,
        "berkas": ["kartu-keluarga", "akta-kelahiran", "surat-pengantar-desa"], "keperluan": "perekaman KTP-el pertama",
        "surat_pengantar": {"nomor": "145/01/2026", "tanggal": "2026-10-01", "dari": "Kepala Desa Margasari Hilir"},
    }
    lines = []
    for n in range(count):
        # Two letters of one kind for one person in a batch would be doubles.
        case["pemohon"] = {**person, "nik": f"630506520305{n % 9000 + 1000:04}"}
        lines.append(json.dumps(case))
    for at in range(0, count, 500):
        (here / "kasus.jsonl").write_text("\n".join(lines[at:at + 500]) + "\n")
        run("issue", str(here / "kasus.jsonl"), "--date", day)


profile = (root / "templates/kantor/candi-laras-utara/kantor.toml").read_text()
(here / "kantor.toml").write_text("segel_sejak = 2026-01-01\n" + profile)
run("init", "--profile", str(here / "kantor.toml"))
issue(letters, "2026-10-20")
run("close", "2026-10", "--date", "2026-11-01")
usb = str(here / "usb")
run("archive", "backup", usb)
small = timed(lambda: run("archive", "backup", usb))

bundle = timed(lambda: run("archive", "bundle", "2026-10", "--out", str(here / "bundel.zip")))
subprocess.run(["unzip", "-qq", str(here / "bundel.zip"), "-d", str(here / "isi")], check=True)


def other() -> None:
    (here / "lain.zip").unlink(missing_ok=True)
    subprocess.run("find isi -type f -print0 | xargs -0 sha256sum > sums.txt && zip -0 -r -q lain.zip isi",
                   shell=True, check=True, cwd=here)


peer = timed(other)
size = (here / "bundel.zip").stat().st_size / 1e6
print(f"bundle of {letters} letters ({size:.0f} MB): {bundle:.0f} ms; zip -0 and sha256sum: {peer:.0f} ms; "
      f"ratio {bundle / peer:.2f}")
issue((factor - 1) * letters, "2026-11-02")
run("archive", "backup", usb)
large = timed(lambda: run("archive", "backup", usb))
print(f"backup of an unchanged office: {small:.0f} ms at {letters} letters, {large:.0f} ms at {factor * letters}; "
      f"growth {large / small:.2f} for {factor} times as many")
