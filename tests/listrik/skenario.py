"""What the office is doing when the power goes: a table, so that one more is one more entry.

Each scenario prepares an office, then runs its steps; the power goes at every storage call of the last one. What a step
has said on standard output was acknowledged, and must be there afterwards.
"""

import json
import sqlite3
from dataclasses import dataclass, field

HARI = "2026-11-21"
TANGGAL = ["--date", HARI]


def slip(key: str) -> dict:
    return {
        "jenis": "pengembalian",
        "kunci_permintaan": key,
        "pemohon": {"nama": "CONTOH SATU"},
        "pengembalian": {"sebab": "tidak ada NIK"},
    }


def letter(key: str, n: int) -> dict:
    return {
        "jenis": "rekomendasi",
        "kunci_permintaan": key,
        "berkas": ["kartu-keluarga", "akta-kelahiran", "surat-pengantar-desa"],
        "pemohon": {
            "nik": f"63050612030599{n:02}",
            "nama": "CONTOH DUA",
            "tempat_lahir": "Rantau",
            "tanggal_lahir": "2005-03-12",
            "jenis_kelamin": "LAKI-LAKI",
            "alamat": "Jalan Contoh",
            "desa_kelurahan": "Margasari",
        },
    }


# Files of cases, by name.
KASUS = {
    "satu.jsonl": [slip("satu")],
    "dua.jsonl": [slip("dua")],
    "awal.jsonl": [slip("awal"), letter("awal-2", 1), slip("awal-3")],
    "kumpulan.jsonl": [slip(f"k{n}") if n % 2 else letter(f"k{n}", 10 + n) for n in range(8)],
    "banyak.jsonl": [slip(f"b{n}") for n in range(36)],
    "sesudah.jsonl": [slip("sesudah")],
    "mohon.jsonl": [letter("mohon", 90)],
}


def write_cases(folder) -> None:
    for name, cases in KASUS.items():
        (folder / name).write_text("".join(json.dumps(case) + "\n" for case in cases))


def issue(name: str) -> list[str]:
    # One worker: the order of the storage calls is then the same in every run.
    return ["issue", *TANGGAL, "--workers", "1", name]


def nearly_folded(kantor) -> None:
    """Letters until the next one makes the book's log long enough to be folded into the book: 1,000 pages of 4,120 bytes
    with their heads, of which a letter adds some thirty."""
    log, n = kantor.archive / "buku.sqlite-wal", 0
    while log.stat().st_size < 973 * 4120:
        (kantor.scratch / "lagi.jsonl").write_text(json.dumps(slip(f"lagi-{n}")) + "\n")
        done = kantor.run(issue("lagi.jsonl"))
        assert done.returncode == 0, done.stderr
        n += 1


def folded(kantor) -> None:
    """Everything goes into the book, and the files beside it go away, as SQLite's own tool leaves it."""
    db = sqlite3.connect(kantor.archive / "buku.sqlite")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    for ending in ("-wal", "-shm"):
        (kantor.archive / f"buku.sqlite{ending}").unlink(missing_ok=True)


AWAL = [issue("awal.jsonl")]
SURAT = "L-0001/CLU/2026"
SURAT_DUA = "L-0002/CLU/2026"


@dataclass
class Skenario:
    """`siap` is done before and is safe; `langkah` is done in order, and the power goes in the last one."""

    nama: str
    arti: str
    langkah: list
    siap: list = field(default_factory=lambda: list(AWAL))
    # Whether an office is set up before.
    kantor: bool = True
    # What must be so once the last step was acknowledged: a command, and a text in its answer.
    sesudah: tuple | None = None


SKENARIO = [
    Skenario("terbit", "one letter", [issue("satu.jsonl")]),
    Skenario("pertama", "the first letter of an office: templates and fonts are filed too", [issue("satu.jsonl")], siap=[]),
    Skenario("kumpulan", "a batch of eight", [issue("kumpulan.jsonl")]),
    Skenario("ganda", "one letter, and at once another", [issue("satu.jsonl"), issue("dua.jsonl")]),
    Skenario(
        "batal",
        "a letter is cancelled",
        [["void", SURAT, "--reason", "salah cetak", *TANGGAL]],
        sesudah=(["show", SURAT], '"status":"batal"'),
    ),
    Skenario(
        "serah",
        "a letter is handed over",
        [["hand-over", SURAT_DUA, "--to", "SITI CONTOH", *TANGGAL]],
        sesudah=(["show-plain", SURAT_DUA], "diserahkan kepada SITI CONTOH"),
    ),
    Skenario(
        "tutup",
        "a month is closed",
        [["close", "2026-10", *TANGGAL]],
        sesudah=(["close", "2026-10", *TANGGAL], "sudah ditutup"),
    ),
    Skenario(
        "kunci",
        "the seal gets a new key",
        [["key", "rotate", "segel", *TANGGAL]],
        sesudah=(["key", "list"], '"versi":2'),
    ),
    Skenario(
        "luar",
        "numbers outside",
        [["book", "outside", "3-5", "--series", "lembar", "--reason", "listrik padam", *TANGGAL]],
        sesudah=(["show", "5"], "di luar suket"),
    ),
    Skenario(
        "lipat",
        "a letter with which the book's log is folded into the book",
        [issue("satu.jsonl")],
        siap=[*AWAL, issue("banyak.jsonl"), nearly_folded],
    ),
    Skenario(
        "lipat-ganda",
        "the same, and at once another",
        [issue("satu.jsonl"), issue("dua.jsonl")],
        siap=[*AWAL, issue("banyak.jsonl"), nearly_folded],
    ),
    Skenario("kumpulan-ganda", "a batch, and at once a letter", [issue("kumpulan.jsonl"), issue("satu.jsonl")]),
    Skenario("tanpa-jurnal", "a letter in a folder that was copied without its log", [issue("satu.jsonl")], siap=[*AWAL, folded]),
    Skenario(
        "terima",
        "an application comes in",
        [["book", "receive", "mohon.jsonl", *TANGGAL]],
        sesudah=(["register-permohonan", "2026-11"], "CONTOH DUA"),
    ),
    Skenario("mulai", "an office is set up", [["init", "--profile", "kantor.toml"]], siap=[], kantor=False),
]
NAMA = {one.nama: one for one in SKENARIO}
