"""The judge of backups, purges and restores; and the table of all judges."""

import hashlib
import shutil
import sqlite3
from pathlib import Path

import hakim
from hakim import BOLEH, Kantor, checked, genuine, goes_on, lines
from skenario import BERITA, NIK_MUSNAH, Skenario, issue

# What a restored archive says until somebody has shown which numbers went out.
BELUM_PASTI = {"pulih-belum-pasti"}
# What the check may say of papers whose destruction was stopped halfway: there, overwritten, or without their key.
SETENGAH = {"musnah-masih-ada", "berkas-rusak", "sandi-rusak", "kunci-rusak"}
# How a command speaks of a folder into which a restore is not finished.
BELUM_PULIH = "belum selesai dipulihkan"


def cadang(kantor: Kantor, skenario: Skenario, before: list[dict], said: str, done: bool) -> list[str]:
    """The archive is as it was. The backup is a whole state, the newest one once it was acknowledged, or refused where
    there was none before. The next run finishes it."""
    place = kantor.archive.with_name("cadangan")
    told = done or any("disandi" in row for row in lines(said))
    wrong = checked(kantor, BOLEH) + unchanged(kantor, before) + names(place)
    earlier = kantor.kata.get("cadangan", [])
    rows, why = taken_back(kantor, place)
    if rows is None:
        if told or earlier or "galat: " not in why or "panicked" in why:
            wrong.append(f"cadangan ditolak: {why}")
    elif rows not in ([before] if told else [before, *earlier]):
        wrong.append(f"cadangan bukan keadaan yang pernah ada: {len(rows)} surat")
    if wrong:
        return wrong
    step = skenario.langkah[-1]
    wrong += must(kantor, step)
    rows, why = taken_back(kantor, place)
    wrong += [] if rows == before else [f"sesudah diulang: {why or len(rows or [])}"]
    wrong += holding(place, NIK_MUSNAH) if skenario.nama == "cadang-musnah" else []
    wrong += goes_on(kantor, skenario, before, [])
    for name in ("satu.jsonl", "banyak.jsonl") if "--plain" in step and not wrong else ():
        # Two more states, and what the cut has left is gone.
        wrong += must(kantor, issue(name)) + must(kantor, step)
    return wrong + (strays(place) if "--plain" in step and not wrong else []) + checked(kantor, set())


def musnah(kantor: Kantor, skenario: Skenario, before: list[dict], said: str, done: bool) -> list[str]:
    """Everything of the list was destroyed, or nothing; what is halfway gone is named. The same command finishes it, once,
    and leaves nothing behind; everything else stays."""
    told = done or any("berita_acara" in row for row in lines(said))
    begun = (kantor.archive / ".musnah").exists()
    report = hakim.report(kantor)
    due = set(kantor.kata["surat"])
    half = [one for one in report if begun and one["kode"] in SETENGAH and one.get("nomor", next(iter(due))) in due]
    allowed = BOLEH | {"musnah-terputus"}
    wrong = [f"archive check: {one}" for one in report if one["kode"] not in allowed and one not in half]
    if begun and not any(one["kode"] == "musnah-terputus" for one in report):
        wrong.append("pemusnahan terputus, dan tidak disebut")
    rows = lines(kantor.run(["list"]).stdout)
    gone = {row["nomor"] for row in rows if row["status"] == "dimusnahkan"}
    if gone not in ([due] if told else [due, set()]):
        wrong.append(f"dimusnahkan separuh: {sorted(gone)} dari {sorted(due)}")
    if [row | {"status": ""} for row in rows] != [row | {"status": ""} for row in before]:
        wrong.append("baris berubah")
    wrong += genuine(kantor, [row for row in rows if row["nomor"] not in gone])
    if told:
        wrong += [f"archive check: {one}" for one in report] + destroyed(kantor, due)
    if wrong:
        return wrong
    wrong += must(kantor, skenario.langkah[-1])
    wrong += checked(kantor, set()) + destroyed(kantor, due)
    return wrong + goes_on(kantor, skenario, rows, [])


def pulih(kantor: Kantor, skenario: Skenario, before: list[dict], said: str, done: bool) -> list[str]:
    """A folder without its profile is nobody's office: every command says so, and restoring again goes through. Then it is
    the office that was backed up; it gives no number until somebody says that none went out."""
    new = kantor.at(kantor.archive.with_name("pulih"))
    told = done or any("diperiksa" in row for row in lines(said))
    wrong = checked(kantor, BOLEH) + unchanged(kantor, before) + names(kantor.archive.with_name("cadangan"))
    if not (new.archive / "kantor.toml").exists():
        wrong += ["dipulihkan, tetapi tidak ada"] if told else []
        wrong += nobodys(new) if (new.archive / "pulih.txt").exists() else []
        wrong += must(kantor, skenario.langkah[-1])
    wrong += unchanged(new, before) + checked(new, BELUM_PASTI | (set() if told else {"sisa-tulisan"}))
    wrong += must(new, ["book", "verify"]) + genuine(new, before)
    refused = new.run(issue("sesudah.jsonl"))
    if refused.returncode == 0 or "mungkin sudah keluar" not in refused.stderr:
        wrong.append(f"memberi nomor sebelum dipastikan: {refused.stdout}{refused.stderr}")
    for seri in ("lembar", "umum"):
        last = max(row["urut"] for row in before if row["seri"] == seri)
        wrong += must(new, ["archive", "resume", "--series", seri, "--last", str(last)])
    return wrong or goes_on(new, skenario, before, [])


def must(kantor: Kantor, args: list) -> list[str]:
    done = kantor.run(args)
    return [] if done.returncode == 0 else [f"{args}: {done.returncode} {done.stdout[-300:]}{done.stderr[-300:]}"]


def unchanged(kantor: Kantor, before: list[dict]) -> list[str]:
    rows = lines(kantor.run(["list"]).stdout)
    return [] if rows == before else [f"{kantor.archive.name}: {len(rows)} surat, bukan {len(before)} yang sama"]


def taken_back(kantor: Kantor, place: Path) -> tuple[list[dict] | None, str]:
    """The letters of a backup, restored elsewhere and checked; or None and what was said."""
    other = kantor.at(kantor.scratch / "uji" / "arsip")
    shutil.rmtree(other.archive.parent, ignore_errors=True)
    other.archive.parent.mkdir()
    key = kantor.archive.with_name("arsip.pemulihan.txt")
    done = other.run(["archive", "restore", str(place), "--identity", str(key)])
    if done.returncode != 0:
        return None, done.stderr
    wrong = checked(other, BELUM_PASTI)
    return (None, f"{wrong}") if wrong else (lines(other.run(["list"]).stdout), "")


def parts(place: Path) -> list[Path]:
    return [file for file in place.glob("sha256/*/*/*") if file.is_file()]


def names(place: Path) -> list[str]:
    """Every part is what its name says."""
    bad = [file.name for file in parts(place) if hashlib.sha256(file.read_bytes()).hexdigest() != file.name]
    return [f"bagian cadangan rusak: {bad[0]}"] if bad else []


def strays(place: Path) -> list[str]:
    """A plain backup holds the parts of its two newest states, and no more."""
    states = sorted((place / "potret").glob("*.txt"))
    # Head of five lines, parts, seal.
    told = [line.split(" ")[1] for state in states for line in state.read_text().splitlines()[5:-1]]
    there = {file.name for file in parts(place)}
    if len(states) == 2 and there == set(told) and not list(place.glob("sha256/.baru/*")):
        return []
    return [f"di cadangan {len(states)} keadaan, {len(there)} bagian, {len(set(told))} diperlukan"]


def holding(folder: Path, words: list[str]) -> list[str]:
    """Files that hold what is destroyed."""
    found = []
    for file in folder.rglob("*"):
        held = file.read_bytes() if file.is_file() else b""
        found += [f"{file.relative_to(folder)} memuat {word[:6]}…" for word in words if word.encode() in held]
    return found


def destroyed(kantor: Kantor, due: set) -> list[str]:
    """Nothing is left of what was destroyed but its rows; it was destroyed once."""
    rows = lines(kantor.run(["list"]).stdout)
    wrong = [] if {row["nomor"] for row in rows if row["status"] == "dimusnahkan"} == due else ["belum semua musnah"]
    wrong += [row["nomor"] for row in rows if row["nomor"] in due and there(kantor.archive, row["objek"])]
    wrong += holding(kantor.archive, NIK_MUSNAH) + ([".musnah"] if (kantor.archive / ".musnah").exists() else [])
    db = sqlite3.connect(f"file:{kantor.archive / 'buku.sqlite'}?mode=ro", uri=True)
    orders = db.execute("SELECT berita_acara FROM musnah").fetchall()
    db.close()
    wrong += desk_keeps(kantor.archive / "meja.sqlite")
    return wrong + ([] if orders == [(BERITA,)] else [f"dimusnahkan {len(orders)} kali"])


def desk_keeps(file: Path) -> list[str]:
    """Where there is a desk, it still has the case that stays, with what belongs to it."""
    if not file.exists():
        return []
    db = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    tables = {"berkas": "id", "riwayat": "berkas", "lama": "berkas"}
    held = {name: db.execute(f"SELECT {column} FROM {name}").fetchall() for name, column in tables.items()}
    db.close()
    return [f"meja: {name} {rows}" for name, rows in held.items() if rows != [("baru",)]]


def there(archive: Path, objek: str) -> bool:
    return (archive / "sha256" / objek[:2] / objek[2:4] / objek).exists()


def nobodys(kantor: Kantor) -> list[str]:
    """Every command refuses a folder into which a restore is not finished, and says what it is; nothing is set up over
    it."""
    wrong = []
    for args in (["list"], ["archive", "check"], issue("sesudah.jsonl"), ["init", "--profile", "kantor.toml"]):
        done = kantor.run(args)
        if done.returncode == 0 or BELUM_PULIH not in done.stderr:
            wrong.append(f"setengah dipulihkan, {args[0]}: {done.returncode} {done.stderr}")
    return wrong


HAKIM = {"surat": hakim.judge, "cadang": cadang, "musnah": musnah, "pulih": pulih}


def judge(kantor: Kantor, skenario: Skenario, before: list[dict], said: str, done: bool) -> list[str]:
    """Everything that is wrong; see the judges."""
    return HAKIM[skenario.hakim](kantor, skenario, before, said, done)


