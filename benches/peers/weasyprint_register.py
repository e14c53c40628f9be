"""WeasyPrint: the register as one table with wrapping cells, tagged (PDF/UA-1), page x of y.

    python weasyprint_register.py register.json [--keep FILE]
"""

import html

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

import _register as r

data = r.read()
fonts = FontConfiguration()
style = CSS(string=f"""
@font-face {{ font-family: Arimo; src: url(file://{r.REGULAR}); }}
@font-face {{ font-family: Arimo; font-weight: bold; src: url(file://{r.BOLD}); }}
@page {{ size: 330mm 215mm; margin: 12mm 15mm 16mm;
  @bottom-right {{ content: "Halaman " counter(page) " dari " counter(pages); font: 7.5pt Arimo; }} }}
body {{ font: 8pt/1.22 Arimo; }}
h1 {{ font-size: 12pt; text-align: center; }}
table {{ border-collapse: collapse; table-layout: fixed; width: 300mm; }}
td, th {{ border: 0.5pt solid black; padding: 1.3mm 1.2mm; vertical-align: top; overflow-wrap: anywhere; }}
th {{ background: #ebebeb; }}
""", font_config=fonts)


def render() -> bytes:
    columns = "".join(f'<col style="width: {width}mm">' for width in data["lebar"])
    heads = "".join(f"<th>{html.escape(head)}</th>" for head in data["kepala"])
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in data["baris"]
    )
    page = (
        f'<html lang="id"><title>{html.escape(data["judul"])}</title><h1>{html.escape(data["judul"])}</h1>'
        f"<table><colgroup>{columns}</colgroup><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></html>"
    )
    return HTML(string=page).write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")


r.run("WeasyPrint", render)
