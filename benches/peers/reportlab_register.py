"""ReportLab Platypus: the register as one LongTable, wrapping cells as paragraphs, page x of y. The PDF is not tagged:
ReportLab cannot.

    python reportlab_register.py register.json [--keep FILE]
"""

import io
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor, black
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, TableStyle

import _register as r

data = r.read()
pdfmetrics.registerFont(TTFont("Arimo", str(r.REGULAR)))
pdfmetrics.registerFont(TTFont("Arimo-Bold", str(r.BOLD)))
CELL = ParagraphStyle("sel", fontName="Arimo", fontSize=8, leading=9.8, splitLongWords=1)
HEAD = ParagraphStyle("kepala", CELL, fontName="Arimo-Bold", alignment=TA_CENTER)
TITLE = ParagraphStyle("judul", HEAD, fontSize=12, leading=15, spaceAfter=10)
STYLE = TableStyle([
    ("GRID", (0, 0), (-1, -1), 0.5, black), ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("BACKGROUND", (0, 0), (-1, 0), HexColor("#ebebeb")),
    ("LEFTPADDING", (0, 0), (-1, -1), 1.2 * mm), ("RIGHTPADDING", (0, 0), (-1, -1), 1.2 * mm),
    ("TOPPADDING", (0, 0), (-1, -1), 1.3 * mm), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.3 * mm),
])


class Counted(Canvas):
    """Knows the number of pages when it writes their feet."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.kept = []

    def showPage(self):
        self.kept.append(dict(self.__dict__))
        self._startPage()

    def save(self):
        for page in self.kept:
            self.__dict__.update(page)
            self.setFont("Arimo", 7.5)
            self.drawRightString(315 * mm, 9 * mm, f"Halaman {self._pageNumber} dari {len(self.kept)}")
            super().showPage()
        super().save()


def render() -> bytes:
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=(330 * mm, 215 * mm), leftMargin=15 * mm, rightMargin=15 * mm, topMargin=12 * mm,
        bottomMargin=16 * mm, title=data["judul"], lang="id",
    )
    rows = [[Paragraph(escape(head), HEAD) for head in data["kepala"]]]
    rows += [[Paragraph(escape(cell), CELL) for cell in row] for row in data["baris"]]
    table = LongTable(rows, colWidths=[width * mm for width in data["lebar"]], repeatRows=1, style=STYLE)
    document.build([Paragraph(escape(data["judul"]), TITLE), table], canvasmaker=Counted)
    return out.getvalue()


r.run("ReportLab", render)
