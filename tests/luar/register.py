"""The monthly register by other people's tools: page-validation and pdftotext read the PDFs, openpyxl the XLSX.

    python register.py FOLDER

Every PDF must be PDF/A-3a and PDF/UA-1 and hold each number of its CSV; every XLSX must hold the rows of its CSV, with
real dates. Each check is also shown to say no.
"""

import csv
import subprocess
import sys
import tempfile
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
from periksa import archivable

passed = failed = 0


def told(ok: bool, what: str) -> None:
    global passed, failed
    passed, failed = passed + ok, failed + (not ok)
    if not ok:
        print(f"GAGAL: {what}")


def text(data: bytes) -> str:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        out = subprocess.run(["pdftotext", "-raw", file.name, "-"], capture_output=True, text=True).stdout
    return "".join(out.split())


def rows(data: bytes) -> list[list[str]]:
    sheet = openpyxl.load_workbook(BytesIO(data)).active
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref
    plain = lambda cell: cell.date().isoformat() if hasattr(cell, "date") else "" if cell is None else str(cell)
    found = [[plain(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    for row in sheet.iter_rows(min_row=2):
        assert isinstance(row[2].value.date(), date), "a real date"
    return found


def main() -> int:
    folder = Path(sys.argv[1])
    for path in sorted(folder.glob("*.pdf")):
        data = path.read_bytes()
        for profile in ("3a", "ua1"):
            rules = archivable(data, profile)
            told(not rules, f"{path.name}: {profile}: {rules}")
    for path in sorted(folder.glob("*.csv")):
        expected = list(csv.reader(path.read_text().splitlines()))
        printed = text(path.with_suffix(".pdf").read_bytes())
        missing = [row[1] for row in expected[1:] if "".join(row[1].split()) not in printed]
        names = [row[3] for row in expected[1:] if "".join(row[3].split()) not in printed]
        told(not missing and not names, f"{path.name}: tidak tercetak: {missing[:3]} {names[:3]}")
        told("NIHIL" in printed or len(expected) > 1, f"{path.name}: bulan kosong tanpa NIHIL")
        found = rows(path.with_suffix(".xlsx").read_bytes())
        told(found == expected, f"{path.name}: XLSX berbeda dari CSV")
        told(found != [*expected, ["x"]], "XLSX sama dengan baris yang tidak ada")
    damaged = (folder / "1.pdf").read_bytes().replace(b"/Lang(id-ID)", b"/Lung(id-ID)", 2)
    told(bool(archivable(damaged, "ua1")), "page ua1 menerima register tanpa bahasa")
    told("400.12.2.1/999/" not in text((folder / "1.pdf").read_bytes()), "pdftotext menemukan nomor yang tidak ada")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
