"""The books that an office prints, by other people's tools: page-validation and pdftotext read the PDFs, zxing the QR at
their foot, pyHanko their tags, openpyxl the XLSX.

    python register.py FOLDER

Every PDF must be PDF/A-3a and PDF/UA-1, say "Halaman x dari y" on every page, lead from every mark to a tag of that page
and back, and hold each cell of its CSV; every XLSX must hold the rows of its CSV, with real dates and counts. Each check
is also shown to say no.
"""

import csv
import re
import subprocess
import sys
import tempfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import zxingcpp
from bersama import finish, told
from periksa import archivable
from PIL import Image
from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.reader import PdfFileReader

def poppler(tool: str, data: bytes, *options: str, to: tuple[str, ...] = ()) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        return subprocess.run([tool, *options, file.name, *to], capture_output=True).stdout


def pages(data: bytes) -> list[str]:
    """The text of each page, without white space."""
    return ["".join(page.split()) for page in poppler("pdftotext", data, "-raw", to=("-",)).decode().split("\f")[:-1]]


def counted(texts: list[str]) -> bool:
    return all(f"Halaman{n}dari{len(texts)}" in page for n, page in enumerate(texts, 1)) and bool(texts)


def tagged(data: bytes) -> bool:
    """Every marked content of every page leads to a tag of that page that names it."""
    reader = PdfFileReader(BytesIO(data), strict=False)
    numbers = reader.root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    parents = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
    kids = reader.root["/Pages"]["/Kids"]
    # Of a very long book some forty pages, from all its parts.
    for i in range(0, len(kids), max(1, len(kids) // 40)):
        page = kids.raw_get(i)
        for mark, tag in enumerate(parents[int(page.get_object()["/StructParents"])]):
            tag = tag.get_object()
            own = [kid for kid in tag["/K"] if not isinstance(kid, IndirectObject) and kid == mark]
            if not own or tag.raw_get("/Pg").reference != page.reference:
                return False
    names = reader.root["/StructTreeRoot"].get("/IDTree", {"/Names": []})["/Names"]
    ids = [str(names[i]) for i in range(0, len(names), 2)]
    return ids == sorted(set(ids)) and len(kids) == int(reader.root["/Pages"]["/Count"])


def foot(data: bytes) -> str:
    """The QR on the last page."""
    last = str(len(pages(data)))
    picture = Image.open(BytesIO(poppler("pdftoppm", data, "-r", "200", "-f", last, "-l", last, "-png")))
    found = zxingcpp.read_barcodes(picture)
    return found[0].text if found else ""


def rows(data: bytes) -> list[list[str]]:
    sheet = openpyxl.load_workbook(BytesIO(data)).active
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref
    plain = lambda cell: cell.date().isoformat() if hasattr(cell, "date") else "" if cell is None else str(cell)
    for column in sheet.iter_cols():
        if column[0].value.startswith("Tanggal"):
            assert all(isinstance(cell.value, datetime) for cell in column[1:]), "a real date"
        if column[0].value == "Jumlah":
            assert all(isinstance(cell.value, int) for cell in column[1:]), "a real count"
    return [[plain(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def cell(value: str) -> str:
    """As it is printed, without white space."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        value = date.fromisoformat(value).strftime("%d-%m-%Y")
    return "".join(value.split())


def main() -> int:
    folder = Path(sys.argv[1])
    for path in sorted(folder.glob("*.pdf")):
        data = path.read_bytes()
        for profile in ("3a", "ua1"):
            rules = archivable(data, profile)
            told(not rules, f"{path.name}: {profile}: {rules}")
        texts = pages(data)
        told(counted(texts), f"{path.name}: halaman x dari y")
        told(tagged(data), f"{path.name}: tanda dan halaman tidak saling menunjuk")
        if stamp := re.search(r"Titikperiksabuku:(\d+)catatan,akar([0-9A-Za-z+/]{43}=)", texts[0]):
            told(all(stamp[0] in page for page in texts), f"{path.name}: titik periksa")
            told(all(part in foot(data) for part in stamp.groups()), f"{path.name}: QR kaki")
    for path in sorted(folder.glob("*.csv")):
        expected = list(csv.reader(path.read_text().splitlines()))
        printed = "".join(pages(path.with_suffix(".pdf").read_bytes()))
        # A very long cell goes on in the next row, on the next page perhaps: its words are looked for.
        missing = [
            value
            for row in expected[1:]
            for value in row
            if cell(value) not in printed and (len(value) < 300 or any(word not in printed for word in value.split()))
        ]
        told(not missing, f"{path.name}: tidak tercetak: {missing[:3]}")
        told("NIHIL" in printed or len(expected) > 1, f"{path.name}: buku kosong tanpa NIHIL")
        found = rows(path.with_suffix(".xlsx").read_bytes())
        told(found == expected, f"{path.name}: XLSX berbeda dari CSV")
        told(found != [*expected, ["x"]], "XLSX sama dengan baris yang tidak ada")
    damaged = (folder / "1.pdf").read_bytes().replace(b"/Lang(id-ID)", b"/Lung(id-ID)", 2)
    told(bool(archivable(damaged, "ua1")), "page ua1 menerima register tanpa bahasa")
    several = (folder / "300.pdf").read_bytes()
    told("400.12.2.1/999/" not in "".join(pages(several)), "pdftotext menemukan nomor yang tidak ada")
    told(not counted(pages(several)[:-1]), "halaman yang hilang tidak terlihat")
    told(not tagged(several.replace(b"/StructParents 9/", b"/StructParents 8/")), "tanda halaman lain diterima")
    told(foot(several) == "", "QR terbaca di kaki tanpa QR")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
