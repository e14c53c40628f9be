"""ReportLab Platypus: the letter as flowables, rendered to memory.

Fonts are registered and styles made once, before the clock starts. Layout
and writing (with font subsetting) are timed. The PDF is not tagged.

    python reportlab_platypus.py data.jsonl [--keep DIR]

SUKET_TANPA_AKSEL=1 leaves the C accelerator out, which `pip install reportlab` does not bring either.
"""

import io
import os
import re
import sys
from xml.sax.saxutils import escape

if os.environ.get("SUKET_TANPA_AKSEL"):
    sys.modules["_rl_accel"] = None

from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (Flowable, HRFlowable, KeepTogether, Paragraph,
                                SimpleDocTemplate, Spacer, Table, TableStyle)

import _bench as b

PEER = "reportlab_platypus"

pdfmetrics.registerFont(TTFont("Arimo", str(b.REGULAR)))
pdfmetrics.registerFont(TTFont("Arimo-Bold", str(b.BOLD)))
pdfmetrics.registerFontFamily("Arimo", normal="Arimo", bold="Arimo-Bold",
                              italic="Arimo", boldItalic="Arimo-Bold")


def style(name, size, bold=False, align=TA_LEFT, **more):
    return ParagraphStyle(name, fontName="Arimo-Bold" if bold else "Arimo",
                          fontSize=size, leading=size * 1.2, alignment=align, **more)


PARENT = style("induk", 14, True, TA_CENTER)
OFFICE = style("kantor", 16, True, TA_CENTER)
ADDRESS = style("alamat", 10, False, TA_CENTER)
PLACE = style("tempat", 12, True, TA_CENTER)
TITLE = style("judul", 13, True, TA_CENTER)
NUMBER = style("nomor", 12, False, TA_CENTER)
BODY = style("isi", 12, align=TA_JUSTIFY, spaceBefore=6, spaceAfter=4)
ROW = style("baris", 12)
SIGN = style("ttd", 12, align=TA_CENTER)
CODE = style("kode", 9, align=TA_LEFT)

PLAIN = TableStyle([
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
])
HEAD = TableStyle(PLAIN.getCommands() + [("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
DETAILS_WIDTHS = [8 * mm, 52 * mm, 5 * mm, None]

GREEN, GOLD = HexColor("#0b6b3a"), HexColor("#f2c230")
STAR = [(30, 17), (33.5, 26), (43, 26), (35.5, 32), (38, 41), (30, 35.5),
        (22, 41), (24.5, 32), (17, 26), (26.5, 26)]


class Emblem(Flowable):
    def __init__(self):
        super().__init__()
        self.width, self.height = 21 * mm, 24.5 * mm

    def draw(self):
        c = self.canv
        c.saveState()
        c.translate(0, self.height)
        c.scale(self.width / 60, -self.height / 70)
        c.setLineWidth(2)
        c.setStrokeColor(black)
        c.setFillColor(GREEN)
        p = c.beginPath()
        p.moveTo(2, 2)
        p.lineTo(58, 2)
        p.lineTo(58, 40)
        p.curveTo(58, 52, 48.67, 61.33, 30, 68)
        p.curveTo(11.33, 61.33, 2, 52, 2, 40)
        p.close()
        c.drawPath(p, stroke=1, fill=1)
        c.setFillColor(GOLD)
        c.circle(30, 30, 15, stroke=0, fill=1)
        c.setFillColor(white)
        p = c.beginPath()
        p.moveTo(*STAR[0])
        for x, y in STAR[1:]:
            p.lineTo(x, y)
        p.close()
        c.drawPath(p, stroke=0, fill=1)
        c.restoreState()


class QrCode(Flowable):
    """Draws runs of dark modules as one path."""

    _dark = re.compile("1+")

    def __init__(self, rows):
        super().__init__()
        self.width = self.height = 30 * mm
        self.rows = rows

    def draw(self):
        c, n = self.canv, len(self.rows)
        m = self.width / n
        p = c.beginPath()
        for y, row in enumerate(self.rows):
            for run in self._dark.finditer(row):
                p.rect(run.start() * m, (n - 1 - y) * m, (run.end() - run.start()) * m, m)
        c.setFillColor(black)
        c.drawPath(p, stroke=0, fill=1)


def prepare(letter):
    """The QR matrix comes precomputed; only its quiet zone is taken off."""
    letter["qr_matriks"] = b.trim_matrix(letter["qr_matriks"])
    return letter


def text(runs):
    return "".join(f"<b>{escape(r['t'])}</b>" if r["b"] else escape(r["t"]) for r in runs)


def story(letter, width):
    head, sign = letter["kop"], letter["ttd"]
    lines = [Paragraph(escape(head["induk"]), PARENT), Paragraph(escape(head["kantor"]), OFFICE)]
    lines += [Paragraph(escape(a), ADDRESS) for a in head["alamat"]]
    lines.append(Paragraph(escape(head["tempat"]), PLACE))
    yield Table([[Emblem(), lines]], colWidths=[23 * mm, width - 23 * mm], style=HEAD)
    yield HRFlowable(width="100%", thickness=2.5, color=black, spaceBefore=4, spaceAfter=2)
    yield HRFlowable(width="100%", thickness=0.7, color=black, spaceBefore=0, spaceAfter=10)
    yield Paragraph(f"<u>{escape(letter['judul'])}</u>", TITLE)
    yield Paragraph(f"Nomor : {escape(letter['nomor'])}", NUMBER)
    yield Spacer(0, 8)

    widths = DETAILS_WIDTHS[:3] + [width - sum(DETAILS_WIDTHS[:3])]
    for part in letter["isi"]:
        if part["jenis"] == "paragraf":
            yield Paragraph(text(part["teks"]), BODY)
        elif part["jenis"] == "rincian":
            yield Table([["", Paragraph(escape(k), ROW), Paragraph(":", ROW), Paragraph(escape(v), ROW)]
                         for k, v in part["baris"]], colWidths=widths, style=PLAIN)
        else:
            raise ValueError(part["jenis"])

    right = [Paragraph(escape(sign["tempat_tanggal"]), SIGN)]
    right += [Paragraph(escape(j), SIGN) for j in sign["jabatan"]]
    right += [Spacer(0, 20 * mm), Paragraph(f"<b><u>{escape(sign['nama'])}</u></b>", SIGN)]
    if sign.get("nip"):
        right.append(Paragraph(f"NIP. {escape(sign['nip'])}", SIGN))
    yield Spacer(0, 10)
    yield KeepTogether(Table(
        [[[QrCode(letter["qr_matriks"]), Spacer(0, 3), Paragraph(escape(letter["kode"]), CODE)], right]],
        colWidths=[width - 85 * mm, 85 * mm], style=PLAIN))


def render(letter):
    w, h = (side * mm for side in b.PAPER[letter["kertas"]])

    def footer(canvas, _doc):
        canvas.setLineWidth(0.5)
        canvas.line(b.LEFT * mm, 14 * mm, w - b.RIGHT * mm, 14 * mm)
        canvas.setFont("Arimo", 8)
        canvas.drawString(b.LEFT * mm, 10 * mm, letter["kaki"])

    out = io.BytesIO()
    doc = SimpleDocTemplate(
        out, pagesize=(w, h), leftMargin=b.LEFT * mm - 6, rightMargin=b.RIGHT * mm - 6,
        topMargin=b.TOP * mm - 6, bottomMargin=b.BOTTOM * mm - 6, title=letter["judul"], lang="id",
        pageCompression=1)
    doc.build(list(story(letter, w - (b.LEFT + b.RIGHT) * mm)), onFirstPage=footer)
    return out.getvalue()


def main():
    args = b.arguments(__doc__.splitlines()[0])
    b.run(PEER, [prepare(x) for x in b.read_letters(args.data)], render, args.keep)


if __name__ == "__main__":
    main()
