"""Disks that fail: an error at every storage call, once and from then on; writes cut in half; no room at all.

    python galat.py SUKET [--skenario NAME,…] [--contoh N] [--detik S]

After each: no panic, no half letter, what was acknowledged is there, and the office goes on. After a failed sync the
process writes nothing more, and says so.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jejak
from disk import Disk, why_not
from hakim import Kantor, lines
from hakim_simpan import judge
from jejak import BACA, SIMPAN, SINKRON
from listrik import ROOT, Bangku, shim, spread
from skenario import NAMA, TANGGAL, issue

# Errors, and the calls that may give them.
GALAT = {
    "EIO": set(SIMPAN) | set(BACA),
    "ENOSPC": {"write", "pwrite64", "openat", "open", "mkdir", "rename", "ftruncate", "fallocate", "fsync"},
    "EINTR": {"write", "pwrite64", "fsync", "openat", "read", "pread64"},
}
BENTUK = ["{n}", "{n}+"]


class Meja(Bangku):
    """A bench without disks: folders are enough where no power is cut."""

    def __init__(self, suket: str, folder: Path):
        super().__init__(suket, folder)
        # The archive, and what is written beside it: recovery key, backup, restored office.
        self.place, self.kept = folder / "tempat", folder / "simpan"
        self.archive = self.place / "arsip"

    def office(self) -> Kantor:
        return Kantor(self.suket, self.archive, self.folder, self.env, self.kata)

    def doer_here(self) -> Kantor:
        return Kantor(self.pelaku, self.archive, self.folder, {**self.env, **self.extra}, self.kata)

    def begin(self, skenario) -> list[dict]:
        for path in (self.place, self.kept):
            shutil.rmtree(path, ignore_errors=True)
        self.place.mkdir()
        self.kata.clear()
        self.judged.clear()
        before, kantor = [], self.office()
        if skenario.kantor:
            self.must(kantor, ["init", "--profile", skenario.profil])
            before = self.set_up(kantor, skenario)
            for step in skenario.langkah[:-1]:
                self.must(kantor, step)
            before = lines(self.must(kantor, ["list"])) if len(skenario.langkah) > 1 else before
        shutil.copytree(self.place, self.kept)
        return before

    def again(self) -> None:
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.kept, self.place)

    def fail(self, skenario, before: list, inject: str) -> list[str]:
        """The last step with one injection; what is wrong with it and afterwards."""
        self.again()
        kantor, doer, out = self.office(), self.doer_here(), self.folder / "jejak"
        line = jejak.trace(doer.command(skenario.langkah[-1]), out, inject)
        done = subprocess.run(line, env=doer.env, cwd=self.folder, capture_output=True, text=True)
        said, text = done.stdout, out.read_text(errors="replace")
        wrong = []
        if done.returncode not in (0, 1, 2, 3) or "panicked" in done.stderr:
            wrong.append(f"exit {done.returncode}: {done.stderr[-300:]}")
        # Where every write fails, the word that it does fails too. A restore whose check finds damage says it in its findings.
        told = "galat: " in done.stderr or (done.returncode == 3 and '"tingkat":"rusak"' in said)
        if done.returncode and not told and not inject.startswith("write:"):
            wrong.append(f"exit {done.returncode} and no word: {done.stderr[-300:]}")
        if "(INJECTED)" in text and inject.split(":")[0] in SINKRON:
            wrong += self.latched(text, inject, done)
        return wrong + self.verdict(self.place, kantor, skenario, before, said, done.returncode == 0)

    def latched(self, text: str, inject: str, done) -> list[str]:
        """After a failed sync: exit 1, and not one storage call on the archive or what is written beside it."""
        calls = [one for one in text.splitlines() if str(self.place) in one and ".sqlite-shm" not in one]
        calls = [one for one in calls if not jejak.re.match(r"\d+ +(read|pread64)\(", one)]
        failed = [n for n, one in enumerate(calls) if "(INJECTED)" in one]
        if not failed or "EINTR" in inject:
            # A sync that was interrupted may be asked for again: nothing was lost.
            return []
        later = [one for one in calls[failed[0] + 1 :] if "O_CREAT" in one or not jejak.re.match(r"\d+ +open", one)]
        wrong = [f"after a failed sync: {later[0]}"] if later else []
        return wrong + ([] if done.returncode == 1 else [f"a failed sync, and exit {done.returncode}"])


def sweep(meja: Meja, skenario, contoh: int, share: float) -> tuple[int, list[str]]:
    """One scenario, for not much longer than its share of seconds."""
    before = meja.begin(skenario)
    meja.again()
    doer = meja.doer_here()
    found, done = jejak.whole(doer.command(skenario.langkah[-1]), doer.env, meja.folder, str(meja.place), SIMPAN + BACA)
    assert done.kode == 0, done.salah
    cases = [
        f"{one.nama}:error={error}:when={form.format(n=one.ke)}"
        for error, names in GALAT.items()
        for one in found
        if one.nama in names and "1<" not in one.isi[:2]
        for form in BENTUK[: 1 if error == "EINTR" else 2]
    ]
    bad, tried, start = [], 0, time.monotonic()
    for inject in spread(cases, contoh):
        if share and time.monotonic() - start > share:
            break
        tried += 1
        bad += [f"{skenario.nama} {inject}: {text}" for text in meja.fail(skenario, before, inject)]
    return tried, bad


def halves(meja: Meja, skenario, pendek: Path) -> list[str]:
    """The last step with every write cut in half."""
    before = meja.begin(skenario)
    meja.again()
    kantor = meja.office()
    line = kantor.command(skenario.langkah[-1])
    done = subprocess.run(line, env={**meja.env, "LD_PRELOAD": str(pendek)}, cwd=meja.folder, capture_output=True, text=True)
    wrong = [] if done.returncode == 0 else [f"exit {done.returncode}: {done.stderr}"]
    return [f"{skenario.nama} halved: {one}" for one in wrong + judge(kantor, skenario, before, done.stdout, True)]


def full(meja: Meja) -> list[str]:
    """A disk without a free byte: no new numbers; looking, checking, verifying and printing go on. Then there is room."""
    wrong = []
    for jenis in ("ext4", "xfs"):
        disk = Disk(meja.folder, jenis)
        disk.format()
        with disk.attached():
            kantor = Kantor(meja.suket, disk.mount / "arsip", meja.folder, meja.env)
            meja.must(kantor, ["init", "--profile", "kantor.toml"])
            meja.must(kantor, issue("awal.jsonl"))
            fill(disk.mount / "isi")
            for gone in (None, "buku.sqlite-shm"):
                if gone:
                    (kantor.archive / gone).unlink()
                    fill(disk.mount / "isi-lagi")
                wrong += [f"{jenis} penuh: {one}" for one in looks(kantor)]
            for path in disk.mount.glob("isi*"):
                path.unlink()
            new = kantor.run(issue("satu.jsonl"))
            wrong += [] if new.returncode == 0 else [f"{jenis}: sesudah lapang: {new.stderr}"]
        subprocess.run(["mount", "-o", "loop,ro", disk.image, disk.mount], check=True)
        try:
            wrong += [f"{jenis} hanya-baca: {one}" for one in looks(kantor, room=False)]
        finally:
            disk.detach()
    return wrong


def fill(path: Path) -> None:
    """Takes every free byte."""
    try:
        with path.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(1 << 16))
    except OSError:
        pass
    try:
        with path.with_suffix(".sisa").open("wb", buffering=0) as file:
            while True:
                file.write(b"x")
    except OSError:
        pass


def looks(kantor: Kantor, room: bool = True) -> list[str]:
    """What must go on where nothing can be written."""
    new = "satu.jsonl" if room else "dua.jsonl"
    pdf, before = kantor.scratch / "lihat.pdf", kantor.run(["list"]).stdout
    must = [
        (["archive", "check"], 0),
        (["book", "verify"], 0),
        (["list"], 0),
        (["get", "L-0001/CLU/2026", "--out", str(pdf)], 0),
        (["verify", str(pdf)], 0),
        (["register", "2026-11", "--out", str(kantor.scratch / "r.pdf")], 0),
        (["register", "2026-11", "--format", "csv", "--out", str(kantor.scratch / "r.csv")], 0),
        (issue(new), 1),
    ]
    wrong = []
    for args, code in must:
        done = kantor.run(args)
        if done.returncode != code:
            wrong.append(f"{args}: exit {done.returncode}, {done.stderr[-300:]}{done.stdout[-200:]}")
    refused = kantor.run(issue(new)).stderr
    if not ("ruang disk" in refused if room else "hanya dapat dibaca" in refused) and "hanya dapat dibaca" not in refused:
        wrong.append(f"refused without a word: {refused}")
    if kantor.run(["list"]).stdout != before or len(lines(before)) < 3:
        wrong.append("the list has changed")
    return wrong


def main() -> int:
    call = argparse.ArgumentParser()
    call.add_argument("suket")
    call.add_argument("--skenario", default=",".join(NAMA))
    call.add_argument("--contoh", type=int, default=0)
    call.add_argument("--detik", type=float, default=0)
    call.add_argument("--serempak", type=int, default=2)
    args = call.parse_args()
    if shutil.which("strace") is None or shutil.which("gcc") is None:
        print("GALAT DISK: TIDAK DIJALANKAN: strace or gcc is missing. Nothing was injected.", file=sys.stderr)
        return 0
    suket = str(Path(args.suket).resolve())
    base = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=base, prefix="galat-") as name:
        pendek = shim("pendek", Path(name))
        wanted = args.skenario.split(",")
        free = [Meja(suket, Path(name) / str(n)) for n in range(args.serempak)]
        bad: list = []

        def work(one: str) -> int:
            meja = free.pop()
            try:
                count, wrong = sweep(meja, NAMA[one], args.contoh, args.detik * args.serempak / len(wanted))
                wrong += halves(meja, NAMA[one], pendek)
            finally:
                free.append(meja)
            bad.extend(wrong)
            for text in wrong[:5]:
                print(f"GAGAL: {text}")
            print(f"  {one:17}: {count} injected, {len(wrong)} bad", flush=True)
            return count

        with ThreadPoolExecutor(args.serempak) as pool:
            injected = sum(pool.map(work, wanted))
        why = why_not()
        if why:
            print(f"DISK PENUH: TIDAK DIJALANKAN: {why}.", file=sys.stderr)
        else:
            of_full = full(free[0])
            print("".join(f"GAGAL: {text}\n" for text in of_full), end="")
            bad += of_full
    print(f"galat: {injected} failing calls, {len(bad)} wrong")
    return int(bool(bad) or injected == 0)


if __name__ == "__main__":
    assert TANGGAL and os.path.isdir(ROOT)
    sys.exit(main())
