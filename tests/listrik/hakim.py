"""The judge: what an archive must be like after the power came back. It asks the binary itself, and compares."""

import json
import re
import subprocess
from pathlib import Path

from skenario import HARI, TANGGAL, Skenario, issue

# Warnings that a power cut may leave; whatever comes next clears them.
BOLEH = {"belum-dipindah", "belum-bertitik", "sisa-tulisan", "kunci-tanpa-catatan", "jurnal-asing"}
# What the day brings, cut or not: never looked at here.
HARIAN = {"retensi-lewat", "cadangan-belum-ada", "cadangan-tertinggal"}

# Numbers that a scenario uses outside suket.
LUAR = {"luar": {3, 4, 5}}


class Kantor:
    """The binary on one archive. `kata` are the words that steps are filled in with."""

    def __init__(self, suket: str, archive: Path, scratch: Path, env: dict, kata: dict | None = None):
        self.suket, self.archive, self.scratch, self.env = suket, archive, scratch, env
        self.kata = {} if kata is None else kata

    def at(self, archive: Path) -> "Kantor":
        return Kantor(self.suket, archive, self.scratch, self.env, self.kata)

    def command(self, args: list, plain: bool = False) -> list:
        archive = self.archive
        if args[0].startswith("di:"):
            archive, args = archive.with_name(args[0][3:]), args[1:]
        kata = {"{dekat}": str(self.archive.parent), "{daftar}": self.kata.get("daftar", "-")}
        args = [re.sub(r"\{\w+\}", lambda word: kata[word[0]], arg) for arg in args]
        return [self.suket, "--archive", str(archive), *([] if plain else ["--json"]), *args]

    def run(self, args: list, plain: bool = False) -> subprocess.CompletedProcess:
        line = self.command(args, plain)
        return subprocess.run(line, env=self.env, cwd=self.scratch, capture_output=True, text=True)


def lines(text: str) -> list[dict]:
    """Whole lines of JSON; a line that was cut off acknowledges nothing."""
    return [json.loads(line) for line in text.split("\n")[:-1] if line.startswith("{")]


def asked(kantor: Kantor, args: list) -> str:
    """What a command says, on both channels."""
    if args[0] == "show-plain":
        done = kantor.run(["show", *args[1:]], plain=True)
    elif args[0] == "register-permohonan":
        done = kantor.run(["book", "permohonan", args[1], "--format", "csv", "--out", str(kantor.scratch / "mohon.csv")])
        return (kantor.scratch / "mohon.csv").read_text() if done.returncode == 0 else done.stderr
    else:
        done = kantor.run(args)
    return done.stdout + done.stderr


def gaps(rows: list[dict], outside: set) -> list[str]:
    """Numbers of each series and year: from the first to the last without gap but for those outside, none twice."""
    wrong, series = [], {}
    for row in rows:
        series.setdefault((row["seri"], row["tahun"]), []).append(row["urut"])
    for name, numbers in series.items():
        missing = set(range(1, max(numbers))) - set(numbers) - outside
        if missing:
            wrong.append(f"nomor lompat di {name}: {sorted(missing)}")
        if len(set(numbers)) != len(numbers):
            wrong.append(f"nomor ganda di {name}: {numbers}")
    if len({row["nomor"] for row in rows}) != len(rows):
        wrong.append("nomor ganda")
    return wrong


def report(kantor: Kantor) -> list[dict]:
    """The findings of a check."""
    done = kantor.run(["archive", "check"])
    told = lines(done.stdout + "\n")
    if told:
        return [one for one in told[-1]["temuan"] if one["kode"] not in HARIAN]
    return [{"kode": "tidak-terperiksa", "pesan": done.stderr}]


def checked(kantor: Kantor, allowed: set) -> list[str]:
    done = kantor.run(["archive", "check", *TANGGAL])
    if done.returncode != 0:
        return [f"archive check: {done.returncode} {done.stdout[-600:]}{done.stderr[-600:]}"]
    found = lines(done.stdout)[-1]["temuan"]
    return [f"archive check: {one}" for one in found if one["kode"] not in allowed | HARIAN]


def judge(kantor: Kantor, skenario: Skenario, before: list[dict], said: str, done: bool) -> list[str]:
    """Everything that is wrong with the archive; `before` are its letters before the last steps, `said` what was
    acknowledged since, `done` whether the last step ended well."""
    if not skenario.kantor and not done:
        return begun(kantor)
    wrong = checked(kantor, BOLEH) + held(kantor)
    told = kantor.run(["list"])
    if told.returncode != 0:
        return [*wrong, f"list: {told.stderr}"]
    rows = lines(told.stdout)
    wrong += gaps(rows, LUAR.get(skenario.nama, set()))
    own = {row["nomor"]: row for row in rows}
    acknowledged = [row for row in lines(said) if "sha256" in row]
    for row in before + acknowledged:
        if own.get(row["nomor"], {}).get("sha256") != row["sha256"]:
            wrong.append(f"surat {row['nomor']} hilang")
    wrong += genuine(kantor, acknowledged)
    if kantor.run(["book", "verify"]).returncode != 0:
        wrong.append("book verify")
    if skenario.sesudah and (done or any("galat" not in row for row in lines(said))):
        args, text = skenario.sesudah
        answer = asked(kantor, args)
        if text not in answer:
            wrong.append(f"{args}: {text!r} tidak ada di {answer[-300:]!r}")
    if not wrong:
        wrong += goes_on(kantor, skenario, rows, acknowledged)
    return wrong


def held(kantor: Kantor) -> list[str]:
    """Whoever encrypts to a recovery key holds it."""
    public, private = kantor.archive / "kunci/pemulihan.txt", kantor.archive.with_name("arsip.pemulihan.txt")
    if not public.exists() or private.exists() and public.read_text().split()[-1] in private.read_text():
        return []
    return ["kunci pemulihan yang tidak dipegang siapa pun"]


def genuine(kantor: Kantor, rows: list[dict]) -> list[str]:
    """Letters that were acknowledged can be fetched, and are genuine."""
    files = []
    for n, row in enumerate(rows):
        file = kantor.scratch / f"ambil-{n}.pdf"
        done = kantor.run(["get", row["nomor"], "--out", str(file)])
        if done.returncode != 0:
            return [f"get {row['nomor']}: {done.stderr}"]
        files.append(str(file))
    if not files:
        return []
    done = kantor.run(["verify", *files])
    verdicts = [row["putusan"] for row in lines(done.stdout)]
    return [] if verdicts == ["asli"] * len(files) else [f"verify: {verdicts}"]


def goes_on(kantor: Kantor, skenario: Skenario, rows: list[dict], acknowledged: list[dict]) -> list[str]:
    """What was asked is asked again, then something new: the same numbers for the same, the next number for the new;
    and nothing of the cut is left."""
    wrong, again = [], set()
    for step in skenario.langkah:
        if step[0] == "issue":
            done = kantor.run(step)
            again |= {row["nomor"] for row in lines(done.stdout)}
            wrong += [] if done.returncode == 0 else [f"diulang: {done.returncode} {done.stderr[-300:]}"]
        elif step == ["key", "create"] and not (kantor.archive / "kunci/pemulihan.txt").exists():
            # The file of a key that opens nothing stays where it is.
            done = kantor.run([*step, "--recovery", str(kantor.archive.with_name("lain.txt"))])
            wrong += [] if done.returncode == 0 else [f"diulang: {done.returncode} {done.stderr[-300:]}"]
    lost = {row["nomor"] for row in acknowledged if skenario.langkah[-1][0] == "issue"} - again
    wrong += [f"diulang, nomor lain daripada {sorted(lost)}"] if lost else []
    rows = lines(kantor.run(["list"]).stdout)
    wrong += gaps(rows, LUAR.get(skenario.nama, set()))
    last = max((row["urut"] for row in rows if row["seri"] == "lembar"), default=0)
    if skenario.nama == "luar" and "di luar suket" in kantor.run(["show", "5"]).stderr:
        last = max(last, 5)
    new = kantor.run(issue("sesudah.jsonl"))
    got = [row["urut"] for row in lines(new.stdout)]
    if new.returncode != 0 or got != [last + 1]:
        wrong.append(f"surat berikutnya: {new.returncode} {got}, bukan {last + 1}; {new.stderr[-300:]}")
    # Half a change of keys stays until the next one; nothing is signed with it.
    allowed = {"kunci-tanpa-catatan", "sisa-tulisan"} if skenario.nama == "kunci" else set()
    return wrong + checked(kantor, allowed)


def begun(kantor: Kantor) -> list[str]:
    """An office that was not acknowledged can be set up, or is there whole; then it issues."""
    if not (kantor.archive / "kantor.toml").exists():
        again = kantor.run(["init", "--profile", "kantor.toml"])
        if again.returncode != 0:
            return [f"init diulang: {again.returncode} {again.stderr}"]
    if not kantor.archive.with_name("arsip.pemulihan.txt").exists():
        return ["kantor tanpa kunci pemulihan"]
    new = kantor.run(issue("sesudah.jsonl"))
    return checked(kantor, set()) if new.returncode == 0 else [f"surat pertama: {new.returncode} {new.stderr}"]


assert HARI in TANGGAL
