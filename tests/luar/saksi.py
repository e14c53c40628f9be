"""A printed page of the register is a witness of the book: its QR, scanned, says whether today's book continues it.

    python saksi.py SUKET
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bersama import finish, told

ROOT = Path(__file__).parents[2]
CASE = ROOT / "tests/kasus/kantor/candi-laras-utara/rekomendasi.toml"


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        word = folder / "sandi"
        word.write_text("kata sandi uji\n")
        environment = {**os.environ, "SUKET_PASSPHRASE_FILE": str(word)}

        def suket(archive: Path, *args: object) -> int:
            command = [sys.argv[1], "--archive", archive, "-q", *map(str, args)]
            return subprocess.run(command, env=environment, capture_output=True).returncode

        # The office has sealed long before the letters' day, whatever day it is now.
        profile = folder / "kantor.toml"
        own = (ROOT / "templates/kantor/candi-laras-utara/kantor.toml").read_text()
        profile.write_text(f"segel_sejak = 2026-01-01\n{own}")
        book, older, other = folder / "arsip", folder / "lama", folder / "lain"
        for archive in (book, other):
            told(suket(archive, "init", "--profile", profile) == 0, "an office")
            told(suket(archive, "issue", CASE, "--date", "2026-11-21") == 0, "a letter")
        shutil.copytree(book, older)
        told(suket(book, "issue", CASE, "--date", "2026-11-21") == 0, "another letter")
        told(suket(book, "register", "2026-11", "--out", folder / "r.pdf") == 0, "the register")
        # As a scanner of a copying machine gives it: 200 dpi, grey.
        subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", folder / "r.pdf", folder / "r"], check=True)
        pages = sorted(folder.glob("r-*.png"))
        told(len(pages) == 1, "one page")
        told(suket(book, "book", "verify", "--since", pages[0]) == 0, "the book continues its page")
        told(suket(book, "void", "400.12.2.1/001/CLU/XI/2026", "--reason", "x", "--date", "2026-11-21") == 0, "later")
        told(suket(book, "book", "verify", "--since", pages[0]) == 0, "a cancellation continues it too")
        told(suket(older, "book", "verify", "--since", pages[0]) == 3, "an older book does not")
        told(suket(other, "book", "verify", "--since", pages[0]) == 3, "nor does another office's")
        blank = folder / "kosong.png"
        subprocess.run(
            ["pdftoppm", "-r", "50", "-gray", "-png", "-singlefile", folder / "r.pdf", blank.with_suffix("")], check=True
        )
        told(suket(book, "book", "verify", "--since", blank) == 2, "a page too coarse to read is told")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
