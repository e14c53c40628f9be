"""SOPs and service standards by other people's tools: page-validation, pdfinfo and pdftotext.

    python sop.py FOLDER

Every PDF must be PDF/A-3a and PDF/UA-1, with exactly one heading of level 1, and be read row by row. Each line of an
office's own papers (`tests/sop/naskah/<office>.txt`) must stand in its SOP or its standard. Each check is also shown to
say no.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from bersama import finish, told
from periksa import archivable

NASKAH = Path(__file__).parents[1] / "sop/naskah"


def squeezed(text: str) -> str:
    return "".join(text.split())


def text(pdf: Path) -> str:
    """The text in the order of the file, without footers: they stand between what a page break divides."""
    out = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, text=True).stdout
    return squeezed(out)


def structure(pdf: Path) -> str:
    return subprocess.run(["pdfinfo", "-struct-text", pdf], capture_output=True, text=True).stdout


def in_order(words: list[str], tree: str) -> bool:
    """Whether the words stand in the tree one after the other."""
    at = 0
    for word in words:
        at = tree.find(squeezed(word), at)
        if at < 0:
            return False
        at += len(squeezed(word))
    return True


def headings(tree: str) -> int:
    return len(re.findall(r"^\s*H1\b", tree, re.MULTILINE))


def figures(tree: str) -> int:
    return len(re.findall(r"^\s*Figure\b", tree, re.MULTILINE))


def main() -> int:
    folder = Path(sys.argv[1])
    papers = sorted(folder.glob("*.pdf"))
    told(len(papers) >= 12, f"hanya {len(papers)} berkas")
    for path in papers:
        data = path.read_bytes()
        for profile in ("3a", "ua1"):
            rules = archivable(data, profile)
            told(not rules, f"{path.name}: {profile}: {rules}")
        tree = structure(path)
        told(headings(tree) == 1, f"{path.name}: {headings(tree)} judul tingkat 1")
        told(tree.count("\n  Table") + tree.count(" Table (") + len(re.findall(r"^\s*Table\b", tree, re.MULTILINE)) > 0, f"{path.name}: tanpa tabel")
        if path.name.startswith("sop-"):
            source = tomllib.loads(path.with_suffix(".toml").read_text())
            steps = [step["kegiatan"] for step in source["langkah"]]
            plain = squeezed(re.sub(r'[A-Za-z0-9]+ \(block\)|"', "", tree))
            told(in_order(steps, plain), f"{path.name}: tidak dibaca baris demi baris")
            told(len(set(steps)) < 2 or not in_order(steps[::-1], plain), f"{path.name}: urutan terbalik juga diterima")
            symbols = sum(len(step["simbol"]) for step in source["langkah"])
            told(figures(tree) >= symbols, f"{path.name}: {figures(tree)} gambar untuk {symbols} simbol")
    # What the offices' own papers say.
    for naskah in sorted(NASKAH.glob("*.txt")):
        office = naskah.stem
        printed = text(folder / f"sop-{office}.pdf") + text(folder / f"standar-{office}.pdf")
        lines = [line for line in naskah.read_text().splitlines() if line and not line.startswith("#")]
        missing = [line for line in lines if squeezed(line) not in printed]
        told(not missing, f"{office}: tidak tercetak: {missing}")
        told(len(lines) >= 30, f"{office}: hanya {len(lines)} baris naskah")
        told(squeezed(lines[5] + " x") not in printed, f"{office}: pdftotext menemukan yang tidak ada")
        told("disimpulkan" not in printed, f"{office}: tanda data tercetak")
    damaged = papers[0].read_bytes().replace(b"/Lang(id-ID)", b"/Lung(id-ID)", 2)
    told(bool(archivable(damaged, "ua1")), "page ua1 menerima SOP tanpa bahasa")
    told(headings("Document\n  H1 (block)\n  H1 (block)\n") == 2, "dua judul tidak terlihat")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
