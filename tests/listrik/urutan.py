"""The order of storage calls, judged by what POSIX promises and no more: bytes are safe once their file was synced, names
once their folder was. File systems promise more, so that a cut of the power does not show every missing sync; this does.

    python urutan.py SUKET
"""

import re
import sys
import tempfile
from pathlib import Path

import jejak
from galat import Meja
from skenario import SKENARIO

# Names that make others count: what they name must be safe before them.
PENENTU = ("/kunci/trust.json", "/kantor.toml")
# The index of a state of a backup is such a name, too.
POTRET = "/potret/"
# What is destroyed: until its folder was synced, its name may come back.
MUSNAH = ("/sha256/", "/kunci/bulan/", POTRET, "/.musnah")


class Simpanan:
    """What is safe and what is not, call by call."""

    def __init__(self, root: str, there: set):
        self.root, self.there = root, there
        self.bytes_at_risk: set = set()
        self.names_at_risk: set = set()
        self.may_come_back: set = set()
        self.cut_off: set = set()
        self.wrong: list = []

    def ours(self, path: str) -> bool:
        return path.startswith(self.root) and "-shm" not in path and "/.baru" not in path and "buku.sqlite-journal" not in path

    def risk(self, why: str, paths) -> None:
        risky = sorted(path.removeprefix(self.root) for path in paths)
        if risky:
            self.wrong.append(f"{why}: {risky[0]}" + (f" and {len(risky) - 1} more" if len(risky) > 1 else ""))

    def made(self, path: str) -> None:
        if path not in self.there:
            self.there.add(path)
            self.names_at_risk.add(path)

    def synced(self, path: str) -> None:
        self.bytes_at_risk.discard(path)
        self.cut_off.discard(path)
        self.names_at_risk = {name for name in self.names_at_risk if str(Path(name).parent) != path}
        self.may_come_back = {name for name in self.may_come_back if str(Path(name).parent) != path}

    def letters(self, paths: set) -> set:
        return {path for path in paths if path.startswith(f"{self.root}/sha256/") and self.ours(path)}

    def is_key(self, path: str) -> bool:
        return path.startswith(f"{self.root}/kunci/bulan")

    def besides_the_book(self) -> set:
        return {path for path in self.bytes_at_risk if self.ours(path) and "buku.sqlite" not in path}

    def renamed(self, old: str, new: str) -> None:
        if old in self.bytes_at_risk:
            self.risk("took its name before its bytes were safe", [new])
        if new.endswith(PENENTU) or POTRET in new:
            # The log of a new book holds nothing that the book does not.
            own = (self.root, old, f"{self.root}/buku.sqlite-wal")
            others = {name for name in self.names_at_risk if self.ours(name) and name not in own}
            self.risk(f"{Path(new).name} before what it names", others | self.besides_the_book())
        self.bytes_at_risk.discard(old)
        self.names_at_risk.discard(old)
        self.there.discard(old)
        self.there.add(new)
        self.names_at_risk.add(new)

    def written(self, path: str) -> None:
        if path.endswith("buku.sqlite-wal"):
            # Behind a move this is the note that a letter need not wait in the book any more.
            self.risk("the book forgets a letter whose name is not safe", self.letters(self.names_at_risk))
            self.risk("the book takes a letter whose key is not safe", filter(self.is_key, self.names_at_risk))
            self.risk("the book forgets a letter whose bytes are not safe", self.letters(self.bytes_at_risk))
        if path in self.there and self.letters({path}) and f"{self.root}/buku.sqlite-wal" in self.bytes_at_risk:
            self.risk("destroyed before the order to do so is safe", [path])
        self.bytes_at_risk.add(path)

    def removed(self, path: str) -> None:
        if self.ours(path) and any(part in path for part in MUSNAH):
            if path.endswith("/.musnah"):
                self.risk("the purge is called finished while a name may come back", self.may_come_back)
                self.risk("the purge is called finished while bytes may come back", self.cut_off)
            self.risk("an old state goes before the new one is safe", {one for one in self.names_at_risk if POTRET in one})
            self.may_come_back.add(path)
        for known in (self.there, self.names_at_risk, self.bytes_at_risk):
            known.discard(path)

    def acknowledged(self) -> None:
        self.risk("acknowledged while a name is at risk", filter(self.ours, self.names_at_risk))
        self.risk("acknowledged while bytes are at risk", self.besides_the_book())
        self.risk("acknowledged while a name may come back", self.may_come_back)

    def call(self, line: str) -> None:
        got = re.match(r"\d+ +(\w+)\((.*)\) += (-?\d+)(.*)", line)
        if not got or got[3] == "-1" or "(INJECTED)" in line:
            return
        name, rest = got[1], got[2]
        fd = re.match(r"(\d+)<([^>]*)>", rest)
        # A name may be said from a folder that is open.
        named = re.findall(r'(?:<([^>]*)>, )?"((?:[^"\\]|\\.)*)"', rest)
        quoted = [str(Path(folder, name)) for folder, name in named]
        if name in ("write", "pwrite64") and fd:
            if fd[1] == "1":
                self.acknowledged()
            elif fd[2].startswith(self.root):
                self.written(fd[2])
        elif name in ("fsync", "fdatasync") and fd:
            self.synced(fd[2])
        elif name == "syncfs":
            self.bytes_at_risk, self.names_at_risk, self.may_come_back, self.cut_off = set(), set(), set(), set()
        elif name == "ftruncate" and fd and self.ours(fd[2]):
            self.cut_off.add(fd[2])
        elif name.startswith("rename") and len(quoted) == 2:
            self.renamed(*quoted)
        elif name.startswith("mkdir") and quoted:
            self.made(quoted[0])
        elif name.startswith("open") and "O_CREAT" in rest and quoted:
            self.made(quoted[0])
        elif name in ("unlink", "unlinkat", "rmdir") and quoted:
            self.removed(quoted[0])

    def end(self) -> list[str]:
        self.risk("ended while a name is at risk", filter(self.ours, self.names_at_risk))
        self.risk("ended while bytes are at risk", self.besides_the_book())
        self.risk("ended while a name may come back", self.may_come_back)
        return self.wrong


def judged(lines: list[str], meja: Meja, skenario, there: set) -> list[str]:
    """What is wrong with the order of the calls: in the archive, and in what the scenario writes beside it."""
    wrong = []
    for name in {"arsip": 0, skenario.tempat: 0}:
        known = Simpanan(str(meja.place / name), set(there))
        for line in lines:
            known.call(line)
        wrong += known.end()
    return wrong


def traced(meja: Meja, skenario, doer) -> tuple[list[str], set]:
    """The calls of the last step, and what was there before it."""
    meja.begin(skenario)
    meja.again()
    there = {str(path) for path in [meja.place, *meja.place.rglob("*")] if path.exists()}
    jejak.whole(doer.command(skenario.langkah[-1]), doer.env, meja.folder, str(meja.place))
    return (meja.folder / "jejak").read_text(errors="replace").splitlines(), there


def is_sync(line: str) -> bool:
    return bool(re.match(r"\d+ +(fsync|fdatasync|syncfs)\(", line))


def main() -> int:
    suket = str(Path(sys.argv[1]).resolve())
    bad = seen = missed = 0
    with tempfile.TemporaryDirectory(prefix="urutan-") as name:
        meja = Meja(suket, Path(name))
        for skenario in SKENARIO:
            lines, there = traced(meja, skenario, meja.office())
            for text in judged(lines, meja, skenario, there):
                bad += 1
                print(f"GAGAL: {skenario.nama}: {text}")
            # Each sync but those of the book itself, which power cuts judge: without it the order is wrong, or another
            # sync stands for it.
            syncs = [n for n, line in enumerate(lines) if is_sync(line) and "buku.sqlite" not in line]
            without = [judged(lines[:n] + lines[n + 1 :], meja, skenario, there) for n in syncs]
            seen, missed = seen + sum(map(bool, without)), missed + sum(not one for one in without)
    print(f"urutan: {len(SKENARIO)} scenarios, {bad} wrong; of {seen + missed} syncs left out one by one {seen} are missed at once")
    return int(bad > 0 or seen == 0)


if __name__ == "__main__":
    sys.exit(main())
