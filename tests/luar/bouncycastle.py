"""BouncyCastle and PDFBox (Java) verify the seal of issued letters, and refuse damaged ones. See Periksa.java.

    python bouncycastle.py ARCHIVE PDF...
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from bersama import damaged, false_root, finish, read_trust, told

JARS = ["bcpkix", "bcprov", "bcutil", "commons-logging", "fontbox2", "pdfbox2"]
CLASSPATH = ":".join(f"/usr/share/java/{jar}.jar" for jar in JARS)


def answers(cases: list[tuple[str, bytes]]) -> list[str]:
    """One line for each root and letter, all from one Java machine, for it starts slowly."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = []
        for i, (root, letter) in enumerate(cases):
            arguments += [Path(folder, f"{i}.pem"), Path(folder, f"{i}.pdf")]
            arguments[-2].write_text(root)
            arguments[-1].write_bytes(letter)
        command = ["java", "-cp", CLASSPATH, Path(__file__).parent / "Periksa.java", *arguments]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return done.stdout.splitlines()


def main() -> int:
    archive, *files = map(Path, sys.argv[1:])
    root = read_trust(archive)["akar"]
    good, bad = {}, {}  # what it is: root and bytes
    for path in files:
        pdf = path.read_bytes()
        good[path.name] = root, pdf
        bad[f"{path.name}, akar yang salah"] = false_root(root), pdf
        for what, changed in damaged(pdf).items():
            bad[f"{path.name}, {what} diubah"] = root, changed
    found = answers([*good.values(), *bad.values()])
    told(len(found) == len(good) + len(bad), "BouncyCastle tidak menjawab untuk setiap surat")
    for name, answer in zip([*good, *bad], found):
        told((answer == "valid") == (name in good), f"{name}: BouncyCastle: {answer}")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
