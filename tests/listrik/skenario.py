"""What the office is doing when the power goes: a table, so that one more is one more entry.

Each scenario prepares an office, then runs its steps; the power goes at every storage call of the last one. What a step
has said on standard output was acknowledged, and must be there afterwards.

In a step `{dekat}` is the folder in which the archive lies, `{daftar}` the digest of the list that `archive purge` has
shown; `di:NAME` in front runs the step on another archive folder beside the first one.
"""

import json
import random
import signal
import sqlite3
import subprocess
import time
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
    "lama.jsonl": [letter("lama", 40), slip("lama-2"), letter("lama-3", 41)],
    "campur.jsonl": [letter("campur", 50), slip("campur-2")],
}

# What an office keeps for how long, behind the profile: the two kinds of letters above, registers, applications.
RETENSI = "\n[retensi]\nrekomendasi = 0\npengembalian = 0\nregister = 0\npermohonan = 0\n"
# Slips are kept for ever, and letters are encrypted: a month has keys that go and keys that stay.
SANDI = "\n[retensi]\nrekomendasi = 0\n[sandi]\narsip = true\n"
# Profiles by name: since when the office seals, and what stands behind the built-in one.
PROFIL = {
    "kantor.toml": ("2026-01-01", ""),
    "retensi.toml": ("2025-01-01", RETENSI),
    "sandi.toml": ("2025-01-01", SANDI),
}


def write_cases(folder) -> None:
    for name, cases in KASUS.items():
        (folder / name).write_text("".join(json.dumps(case) + "\n" for case in cases))


def write_profiles(folder, builtin: str) -> None:
    for name, (since, more) in PROFIL.items():
        (folder / name).write_text(f"segel_sejak = {since}\n{builtin}{more}")


def issue(name: str, hari: str = HARI) -> list[str]:
    # One worker: the order of the storage calls is then the same in every run.
    return ["issue", "--date", hari, "--workers", "1", name]


def large_desk(kantor) -> None:
    """Accounts and cases of 5 MiB beside the book: a backup takes such a file in parts."""
    file = kantor.archive / "meja.sqlite"
    file.touch(0o600)
    db = sqlite3.connect(file)
    # Large pages: the copy of the file is then few writes.
    db.execute("PRAGMA page_size = 65536")
    db.execute("CREATE TABLE isi (bytes BLOB)")
    db.execute("INSERT INTO isi VALUES (?)", (random.Random(5).randbytes(5 << 20),))
    db.commit()
    db.close()


def desk(kantor) -> None:
    """The desk as the daemon makes it, with two cases: one of a letter that is due, one of a letter that stays."""
    file = kantor.archive / "meja.sqlite"
    daemon = subprocess.Popen(
        kantor.command(["serve", "--listen", "127.0.0.1:0"], plain=True),
        env=kantor.env,
        cwd=kantor.scratch,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert any("melayani" in line for line in daemon.stderr), "the daemon does not start"
    daemon.send_signal(signal.SIGTERM)
    daemon.communicate(timeout=30)
    assert daemon.returncode == 0 and file.exists()
    book = sqlite3.connect(f"file:{kantor.archive / 'buku.sqlite'}?mode=ro", uri=True)
    first = dict(book.execute("SELECT tahun, min(seq) FROM surat WHERE seri = 'umum' GROUP BY tahun"))
    book.close()
    db = sqlite3.connect(file)
    for id, surat, nik in (("lama", first[2025], NIK_MUSNAH[0]), ("baru", first[2026], "6305061203059901")):
        db.execute(
            "INSERT INTO berkas VALUES (?, 1, 'rekomendasi', 'CONTOH', ?, 'selesai', 'selesai', 'petugas', 1, NULL, ?, ?, ?, ?)",
            (id, nik, surat, HARI, HARI, json.dumps({"pemohon": {"nik": nik}})),
        )
        db.execute("INSERT INTO riwayat VALUES (NULL, ?, ?, 'a', 'IS', 'buka', ?)", (id, HARI, f"NIK {nik}"))
        db.execute("INSERT INTO lama VALUES (NULL, ?, 'c', 1, 'langkah', ?, 60)", (id, HARI))
    db.commit()
    db.close()


def without_recovery(kantor) -> None:
    """An office of before there were recovery keys."""
    for file in (kantor.archive / "kunci" / "pemulihan.txt", kantor.archive.with_name("arsip.pemulihan.txt")):
        file.unlink()


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


def listed(kantor) -> None:
    """The list of what is due, as it is shown; whoever agrees names its digest."""
    done = kantor.run(["archive", "purge", *TANGGAL])
    assert done.returncode == 0, done.stderr
    kantor.kata.update(json.loads(done.stdout))


AWAL = [issue("awal.jsonl")]
CADANG = ["archive", "backup", "{dekat}/cadangan"]
CADANG_POLOS = [*CADANG, "--plain"]
PULIH = ["di:pulih", "archive", "restore", "{dekat}/cadangan", "--identity", "{dekat}/arsip.pemulihan.txt"]
# Letters and an application of a year whose papers are kept no longer, its closed month, and letters of this year.
LAMA = [
    ["book", "receive", "mohon.jsonl", "--date", "2025-12-10"],
    issue("lama.jsonl", "2025-12-10"),
    ["close", "2025-12", "--date", "2026-01-05"],
    *AWAL,
]
# NIKs that only papers hold which are due; what is bare of them was destroyed.
NIK_MUSNAH = [f"63050612030599{n}" for n in (40, 41, 50, 90)]
BERITA = "045.2/7/2026"
MUSNAH = ["archive", "purge", "--berita-acara", BERITA, "--list", "{daftar}"]
MUSNAH += ["--approve", "ANI CONTOH", "--approve", "BUDI CONTOH", *TANGGAL]
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
    profil: str = "kantor.toml"
    # Whose judgement: letters, a backup, a purge, or a restore.
    hakim: str = "surat"
    # The folder, beside the archive, into which the last step writes.
    tempat: str = "arsip"


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
    Skenario("pemulihan", "an office gets its recovery key", [["key", "create"]], siap=[*AWAL, without_recovery]),
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
    Skenario(
        "terbit-sandi",
        "the first encrypted letters: the keys of their month are made",
        [issue("campur.jsonl")],
        siap=[],
        profil="sandi.toml",
    ),
    Skenario("mulai", "an office is set up", [["init", "--profile", "kantor.toml"]], siap=[], kantor=False),
    Skenario("cadang", "the first backup, encrypted", [CADANG], hakim="cadang", tempat="cadangan"),
    Skenario("cadang-polos", "the first backup, plain", [CADANG_POLOS], hakim="cadang", tempat="cadangan"),
    Skenario(
        "cadang-lagi",
        "a third backup, encrypted: the oldest state goes",
        [CADANG],
        siap=[*AWAL, CADANG, issue("dua.jsonl"), CADANG, issue("kumpulan.jsonl")],
        hakim="cadang",
        tempat="cadangan",
    ),
    Skenario(
        "cadang-lagi-polos",
        "the same, plain, with a file of several parts",
        [CADANG_POLOS],
        siap=[*AWAL, CADANG_POLOS, large_desk, issue("dua.jsonl"), CADANG_POLOS, issue("kumpulan.jsonl")],
        hakim="cadang",
        tempat="cadangan",
    ),
    Skenario(
        "cadang-musnah",
        "a backup after a purge: what was destroyed goes there, too",
        [CADANG_POLOS],
        siap=[*LAMA, CADANG_POLOS, listed, MUSNAH],
        profil="retensi.toml",
        hakim="cadang",
        tempat="cadangan",
    ),
    Skenario(
        "musnah",
        "letters, an application and a register are destroyed",
        [MUSNAH],
        siap=[*LAMA, listed],
        profil="retensi.toml",
        hakim="musnah",
    ),
    Skenario(
        "musnah-meja",
        "the same, with a desk that holds the case of such a letter",
        [MUSNAH],
        siap=[*LAMA, desk, listed],
        profil="retensi.toml",
        hakim="musnah",
    ),
    Skenario(
        "musnah-sandi",
        "encrypted letters are destroyed with their key, others of the month stay",
        [MUSNAH],
        siap=[issue("campur.jsonl", "2025-12-10"), *AWAL, listed],
        profil="sandi.toml",
        hakim="musnah",
    ),
    Skenario("pulih", "an encrypted backup is restored", [PULIH], siap=[*AWAL, CADANG], hakim="pulih", tempat="pulih"),
    Skenario(
        "pulih-polos",
        "a plain one is, with a file of several parts",
        [PULIH[:-2]],
        siap=[*AWAL, large_desk, CADANG_POLOS],
        hakim="pulih",
        tempat="pulih",
    ),
]
NAMA = {one.nama: one for one in SKENARIO}
