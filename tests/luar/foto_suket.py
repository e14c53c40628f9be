"""suket reads the QR from the spoilt pictures of `foto.py`, and says so only where it can.

    python foto_suket.py SUKET OUTDIR TRUST

At least 30 of the 36 pictures must be read and found genuine, none may be found genuine with another text, and the two
damaged ones must not be read.
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

LEAST = 30


def verify(suket: str, picture: Path, trust: str) -> tuple[int, dict]:
    done = subprocess.run([suket, "--json", "verify", picture, "--trust", trust], capture_output=True, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, lines[0] if lines else {}


def main() -> int:
    suket, folder, trust = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    listed = [line.split("\t") for line in (folder / "harap.txt").read_text().splitlines()]
    read, wrong = Counter(), 0
    for name, text in listed:
        code, verdict = verify(suket, folder / name, trust)
        direct = subprocess.run([suket, "--json", "verify", "--qr", text, "--trust", trust], capture_output=True, text=True)
        expected = json.loads(direct.stdout)
        kind = name.split("-", 1)[1].rsplit(".", 1)[0]
        read[kind] += code == 0 and verdict.get("kode") == expected["kode"]
        wrong += code == 0 and verdict.get("kode") != expected["kode"]
    for kind, count in read.items():
        print(f"  {kind:<14} {count}")
    damaged = [verify(suket, picture, trust)[0] for picture in sorted(folder.glob("rusak-*.png"))]
    total = sum(read.values())
    good = total >= LEAST and wrong == 0 and damaged == [2, 2]
    print(f"{total} of {len(listed)} read, {wrong} wrong, damaged: {damaged}")
    return not good


if __name__ == "__main__":
    sys.exit(main())
