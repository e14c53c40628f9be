"""Shows that the harness has teeth: every seeded fault of durability in mutan.toml is noticed by what it names.

    python mutan.py SUKET [--nama NAME,…]

All faults are built into one copy of the program, in target/mutan, which asks SUKET_MUTAN which one it is. The honest
program judges.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import urutan
from disk import CARA, UKURAN, why_not
from galat import Meja
from jejak import SINKRON
from listrik import ROOT, Bangku
from skenario import NAMA

PLACE = ROOT / "target/mutan"
ASKS = """
/// Which seeded fault this run has.
pub fn mutan(name: &str) -> bool {
    std::env::var("SUKET_MUTAN").is_ok_and(|asked| asked == name)
}
"""


def listed() -> dict[str, str]:
    """Every fault, and what must notice it."""
    text = (ROOT / "tests/listrik/mutan.toml").read_text()
    found: dict = {}
    for one in tomllib.loads(text)["mutan"]:
        found |= one["nama"]
    return found


def build() -> Path:
    """One copy of the program with all faults. What it is built from is linked from the own target folder."""
    tree, target = PLACE / "pohon", PLACE / "target"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for name in ("src", "templates", "fonts", "benches", "tests", "docs", ".cargo"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("peers", "__pycache__"))
    for name in ("Cargo.toml", "Cargo.lock"):
        shutil.copy(ROOT / name, tree / name)
    if not target.exists():
        target.mkdir()
        subprocess.run(["cp", "-al", ROOT / "target/debug", target / "debug"], check=True)
    text = (ROOT / "tests/listrik/mutan.toml").read_text()
    for one in tomllib.loads(text)["mutan"]:
        if not one["berkas"]:
            continue
        file = tree / one["berkas"]
        code = file.read_text()
        if code.count(one["cari"]) != 1:
            raise SystemExit(f"mutan.toml: {list(one['nama'])}: the text stands {code.count(one['cari'])} times in {one['berkas']}")
        file.write_text(code.replace(one["cari"], one["ganti"]))
    library = tree / "src/lib.rs"
    library.write_text(library.read_text() + ASKS)
    env = {**os.environ, "CARGO_TARGET_DIR": str(target)}
    subprocess.run(["cargo", "build", "--quiet", "--offline", "--bin", "suket"], cwd=tree, env=env, check=True)
    return target / "debug/suket"


def by_power(suket: str, mutant: str, folder: Path, name: str, scenario: str) -> str | None:
    """The first power cut that shows the fault."""
    bench = Bangku(suket, folder, mutant, {"SUKET_MUTAN": name})
    for fs in UKURAN:
        kept, before, found = bench.prepare(fs, NAMA[scenario])
        # Where a fault shows: behind an acknowledgement, a sync, a new name; halfway through a change; then anywhere.
        telling = [one for one in found if one.nama in SINKRON | {"write", "rename"}][::-1]
        others = [one for one in found if one not in telling][::-1]
        likely = [(one, "hilang") for one in telling]
        likely += [(one, "semua") for one in others[:: max(1, len(others) // 12)]]
        likely += [(one, "jurnal") for one in telling]
        rest = [(one, cara) for one in telling + others for cara in CARA]
        for titik, cara in likely + [one for one in rest if one not in likely]:
            _, wrong = bench.cut(fs, NAMA[scenario], kept, before, titik, cara)
            if wrong:
                return f"{fs}, {cara}, behind {titik.nama}#{titik.ke}: {wrong[0][:150]}"
        kept.unlink()
    return None


def by_failing(suket: str, mutant: str, folder: Path, name: str, scenario: str) -> str | None:
    """The first failing call that shows the fault."""
    meja = Meja(suket, folder)
    meja.pelaku, meja.extra = mutant, {**meja.extra, "SUKET_MUTAN": name}
    lines, _ = urutan.traced(meja, NAMA[scenario], meja.doer_here())
    before = meja.begin(NAMA[scenario])
    counts: dict = {}
    for line in lines:
        call = re.match(r"\d+ +(\w+)\(", line)
        if call:
            counts[call[1]] = counts.get(call[1], 0) + 1
    for call in ("fsync", "syncfs", "rename", "mkdir", "pwrite64"):
        for n in range(1, counts.get(call, 0) + 1):
            wrong = meja.fail(NAMA[scenario], before, f"{call}:error=EIO:when={n}")
            if wrong:
                return f"EIO at {call}#{n}: {wrong[0][:150]}"
    return None


def by_order(suket: str, mutant: str, folder: Path, name: str, scenario: str) -> str | None:
    """What the order of the calls shows of the fault."""
    meja = Meja(suket, folder)
    meja.pelaku, meja.extra = mutant, {**meja.extra, "SUKET_MUTAN": name}
    lines, there = urutan.traced(meja, NAMA[scenario], meja.doer_here())
    return next(iter(urutan.judged(lines, meja, NAMA[scenario], there)), None)


WAYS = {"listrik": by_power, "galat": by_failing, "urutan": by_order}


def main() -> int:
    call = argparse.ArgumentParser()
    call.add_argument("suket")
    call.add_argument("--nama", default="")
    call.add_argument("--serempak", type=int, default=2)
    args = call.parse_args()
    why = why_not()
    if why:
        print(f"MUTAN: TIDAK DIJALANKAN: {why}.", file=sys.stderr)
        return 0
    suket, mutant = str(Path(args.suket).resolve()), str(build())
    wanted = {name: way for name, way in listed().items() if not args.nama or name in args.nama.split(",")}
    survivors = []
    base = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=base, prefix="mutan-") as folder:

        def try_it(item: tuple) -> None:
            name, (way, scenario) = item[0], item[1].split(":")
            shown = WAYS[way](suket, mutant, Path(folder) / name, name, scenario)
            shutil.rmtree(Path(folder) / name, ignore_errors=True)
            print(f"  {name}: {shown or 'SURVIVED'}", flush=True)
            if not shown:
                survivors.append(name)

        with ThreadPoolExecutor(args.serempak) as pool:
            list(pool.map(try_it, wanted.items()))
    print(f"mutan: {len(wanted)} seeded faults, {len(wanted) - len(survivors)} noticed; survivors: {', '.join(survivors) or '-'}")
    return int(bool(survivors) or not wanted)


if __name__ == "__main__":
    sys.exit(main())
