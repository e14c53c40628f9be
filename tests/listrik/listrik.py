"""Power cuts: the power goes behind every storage call of what an office does, on ext4 and xfs; then the archive is
judged. 0 acknowledged letters lost, 0 gaps, 0 doubles, 0 rows without letter, and the next letter goes through.

    python listrik.py SUKET [--fs ext4,xfs] [--cara hilang,jurnal] [--skenario NAME,…] [--contoh N] [--detik S]

Without `--contoh` it is exhaustive. With it, N points of each scenario, file system and way, spread evenly; `--detik`
bounds the time of cutting and judging in all, in equal shares. Cuts that leave the same bytes are judged once.
"""

import argparse
import hashlib
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from disk import CARA, UKURAN, Disk, why_not
from hakim import Kantor, lines
from hakim_simpan import judge
from jejak import stopped_at, whole
from skenario import NAMA, SKENARIO, folded, write_cases, write_profiles

ROOT = Path(__file__).parents[2]


class Bangku:
    """A bench for one thread: a disk of each kind, a folder for notes."""

    def __init__(self, suket: str, folder: Path, pelaku: str = "", extra: dict | None = None):
        """`pelaku` runs the steps, where it is another than the honest `suket` that judges."""
        self.suket, self.folder, self.pelaku = suket, folder, pelaku or suket
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sandi").write_text("sandi uji\n")
        write_profiles(folder, (ROOT / "templates/kantor/candi-laras-utara/kantor.toml").read_text())
        write_cases(folder)
        self.env = {**os.environ, "SUKET_PASSPHRASE_FILE": str(folder / "sandi"), "USER": "penguji"}
        # What does the last step draws the same random bytes each time: what cuts have left can then be compared.
        self.extra = {"LD_PRELOAD": str(shim("tetap", folder)), **(extra or {})}
        self.env.pop("SUKET_ARCHIVE", None)
        self.disks = {name: Disk(folder, name) for name in UKURAN}
        # The words of the steps, and what the judge has to know.
        self.kata: dict = {}
        # What was judged already: many cuts leave the same, to the byte.
        self.judged: dict = {}

    def kantor(self, fs: str) -> Kantor:
        return Kantor(self.suket, self.disks[fs].mount / "arsip", self.folder, self.env, self.kata)

    def set_up(self, kantor: Kantor, skenario) -> list[dict]:
        """What is done before; the letters then."""
        before = None
        for step in skenario.siap:
            if not callable(step):
                self.must(kantor, step)
                if "backup" in step:
                    # A state that the backup holds from now on.
                    self.kata.setdefault("cadangan", []).append(lines(self.must(kantor, ["list"])))
                continue
            if step is folded:
                # Looking makes anew what is taken away here.
                before = lines(self.must(kantor, ["list"]))
            step(kantor)
        return lines(self.must(kantor, ["list"])) if before is None else before

    def doer(self, fs: str) -> Kantor:
        env = {**self.env, **self.extra}
        return Kantor(self.pelaku, self.disks[fs].mount / "arsip", self.folder, env, self.kata)

    def must(self, kantor: Kantor, args: list) -> str:
        done = kantor.run(args)
        if done.returncode:
            raise RuntimeError(f"{args}: {done.returncode} {done.stderr}")
        return done.stdout

    def prepare(self, fs: str, skenario) -> tuple[Path, list[dict], str, list]:
        """The disk before the last step; the letters on it; what earlier steps have said; the points of the last."""
        disk, kantor = self.disks[fs], self.kantor(fs)
        disk.format()
        before = []
        self.kata.clear()
        self.judged.clear()
        with disk.attached():
            if skenario.kantor:
                self.must(kantor, ["init", "--profile", skenario.profil])
                before = self.set_up(kantor, skenario)
        kept = self.folder / f"{fs}-{skenario.nama}.img"
        shutil.move(disk.image, kept)
        disk.copy_of(kept)
        with disk.attached():
            doer = self.doer(fs)
            for step in skenario.langkah[:-1]:
                doer.run(step)
            found, done = whole(doer.command(skenario.langkah[-1]), doer.env, self.folder, str(disk.mount))
            if done.kode != 0 and self.pelaku == self.suket:
                raise RuntimeError(f"{skenario.nama}: {done.kode} {done.salah}")
        return kept, before, found

    def cut(self, fs: str, skenario, kept: Path, before: list, titik, cara: str, *lies: str) -> tuple[bool, list[str]]:
        """One power cut; whether it came where it should, and what is wrong afterwards."""
        disk, kantor = self.disks[fs], self.kantor(fs)
        disk.copy_of(kept)
        said = ""
        disk.attach()
        try:
            doer = self.doer(fs)
            for step in skenario.langkah[:-1]:
                said += doer.run(step).stdout
            last = doer.command(skenario.langkah[-1])
            result = stopped_at(last, doer.env, self.folder, titik, lambda: disk.cut(cara), *lies)
        finally:
            disk.detach()
        with disk.attached():
            done = not result.berhenti and result.kode == 0
            said += result.keluar
            return result.berhenti, self.verdict(disk.mount, kantor, skenario, before, said, done)

    def verdict(self, folder: Path, kantor: Kantor, skenario, before: list, said: str, done: bool) -> list[str]:
        """What is wrong with what lies in a folder."""
        left = (state(folder), said, done)
        if left not in self.judged:
            self.judged[left] = judge(kantor, skenario, before, said, done)
        return self.judged[left]


def shim(name: str, folder: Path) -> Path:
    """A library of tests/listrik, built."""
    built = folder / f"{name}.so"
    source = ROOT / f"tests/listrik/{name}.c"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", built, source, "-ldl"], check=True)
    return built


def state(folder: Path) -> str:
    """A digest of everything below a folder: names, rights, bytes."""
    told = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        told.update(f"{path} {path.lstat().st_mode}\n".encode())
        if path.is_file():
            told.update(hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()


def spread(items: list, count: int) -> list:
    if not count or count >= len(items):
        return items
    return [items[n * len(items) // count] for n in range(count)]


def chosen(ways: list, found: list, count: int) -> list[tuple]:
    """Every way at every point; or a sample, in which the ways take turns."""
    if not count:
        return list(itertools.product(ways, found))
    return list(zip(itertools.cycle(ways), spread(found, count * len(ways))))


def main() -> int:
    call = argparse.ArgumentParser()
    call.add_argument("suket")
    call.add_argument("--fs", default="ext4,xfs")
    call.add_argument("--cara", default=",".join(CARA))
    call.add_argument("--skenario", default=",".join(NAMA))
    call.add_argument("--contoh", type=int, default=0)
    call.add_argument("--detik", type=float, default=0)
    call.add_argument("--serempak", type=int, default=2)
    args = call.parse_args()
    why = why_not()
    if why:
        print(f"LISTRIK: TIDAK DIJALANKAN: {why}. No power was cut; syncs are untested here.", file=sys.stderr)
        return 0
    suket = str(Path(args.suket).resolve())
    start = time.monotonic()
    base = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=base, prefix="listrik-") as name:
        jobs = [
            (fs, NAMA[one]) for one, fs in itertools.product(args.skenario.split(","), args.fs.split(","))
        ]
        free = [Bangku(suket, Path(name) / str(n)) for n in range(args.serempak)]

        def work(job: tuple) -> tuple[int, int, list]:
            bench = free.pop()
            try:
                return sweep(bench, job, args, args.detik * args.serempak / len(jobs))
            finally:
                free.append(bench)

        with ThreadPoolExecutor(args.serempak) as pool:
            results = list(pool.map(work, jobs))
    cuts, hit = sum(one[0] for one in results), sum(one[1] for one in results)
    bad = [text for one in results for text in one[2]]
    print(f"listrik: {cuts} power cuts, {hit} where they should be, {len(bad)} archives damaged, {time.monotonic() - start:.0f} s")
    return int(bool(bad) or hit < cuts * 9 // 10 or cuts == 0)


def sweep(bench: Bangku, job: tuple, args, share: float) -> tuple[int, int, list]:
    """One scenario on one file system, for not much longer than its share of seconds."""
    fs, skenario = job
    kept, before, found = bench.prepare(fs, skenario)
    cuts = hit = 0
    bad = []
    start = time.monotonic()
    for cara, titik in chosen(args.cara.split(","), found, args.contoh):
        if share and time.monotonic() - start > share:
            break
        stopped, wrong = bench.cut(fs, skenario, kept, before, titik, cara)
        cuts, hit = cuts + 1, hit + stopped
        bad += [f"{skenario.nama} {fs} {cara} sesudah {titik}: {text}" for text in wrong]
    kept.unlink()
    for text in bad[:5]:
        print(f"GAGAL: {text}")
    print(f"  {skenario.nama:17} {fs:4}: {len(found)} calls, {cuts} cuts, {hit} hit, {len(bench.judged)} states, {len(bad)} bad", flush=True)
    return cuts, hit, bad


if __name__ == "__main__":
    assert SKENARIO
    sys.exit(main())
