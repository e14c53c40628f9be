"""WeasyPrint: the letter as HTML and CSS, rendered to memory as PDF/UA-1.

The style sheet is parsed, the fonts are found and the emblem is decoded once,
before the clock starts. The QR code is the SVG of the data, in an <img> with
an alternative text.

    python weasyprint_letter.py data.jsonl [--keep DIR]
"""

from base64 import b64encode
from html import escape

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

import _bench as b

PEER = "weasyprint"

STYLE = """
@page { margin: %(top)dmm %(right)dmm %(bottom)dmm %(left)dmm }
@page f4 { size: 215mm 330mm }
@page a4 { size: 210mm 297mm }
.f4 { page: f4 } .a4 { page: a4 }
body { margin: 0; font: 12pt/1.2 Arimo }
header { display: flex; align-items: center; border-bottom: 2.5pt solid; padding-bottom: 4pt }
header img { width: 21mm; height: 24.5mm; flex: none }
header div { flex: 1; text-align: center }
header p { margin: 0 }
.induk { font-size: 14pt; font-weight: bold }
.kantor { font-size: 16pt; font-weight: bold }
.alamat { font-size: 10pt }
.tempat { font-weight: bold }
.garis { border-top: 0.7pt solid; margin: 1.2pt 0 10pt }
h1 { font-size: 13pt; text-align: center; text-decoration: underline; margin: 0 }
.nomor { text-align: center; margin: 0 0 14pt }
.isi { text-align: justify; margin: 6pt 0 4pt }
table { border-collapse: collapse; margin-left: 8mm }
th, td { padding: 0; vertical-align: top; text-align: left; font-weight: normal }
th { width: 52mm } .titik { width: 5mm }
.bawah { display: flex; margin-top: 16pt; break-inside: avoid }
.qr { flex: 1; font-size: 9pt }
.qr img { width: 30mm; height: 30mm; display: block; margin-bottom: 3pt }
.ttd { width: 85mm; text-align: center }
.ttd p, .qr p { margin: 0 }
.nama { font-weight: bold; text-decoration: underline; padding-top: 20mm }
footer { position: fixed; left: 0; right: 0; bottom: -10mm; border-top: 0.5pt solid;
         padding-top: 3pt; font-size: 8pt }
""" % {"top": b.TOP, "right": b.RIGHT, "bottom": b.BOTTOM, "left": b.LEFT}


def svg_uri(svg):
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


EMBLEM = svg_uri(b.EMBLEM_SVG)
FONTS = FontConfiguration()
SHEETS = [CSS(string=STYLE, font_config=FONTS)]
IMAGES = {}
HTML(string=f'<img src="{EMBLEM}">').render(cache=IMAGES, font_config=FONTS)



def text(runs):
    return "".join(f"<b>{escape(r['t'])}</b>" if r["b"] else escape(r["t"]) for r in runs)


def page(letter):
    head, sign = letter["kop"], letter["ttd"]
    out = [
        f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{escape(letter["judul"])}</title></head>'
        f'<body class="{letter["kertas"]}"><header><img src="{EMBLEM}" alt="Lambang daerah"><div>'
        f'<p class="induk">{escape(head["induk"])}</p><p class="kantor">{escape(head["kantor"])}</p>']
    out += [f'<p class="alamat">{escape(a)}</p>' for a in head["alamat"]]
    out.append(
        f'<p class="tempat">{escape(head["tempat"])}</p></div></header><div class="garis"></div>'
        f'<h1>{escape(letter["judul"])}</h1><p class="nomor">Nomor : {escape(letter["nomor"])}</p>')
    for part in letter["isi"]:
        if part["jenis"] == "paragraf":
            out.append(f'<p class="isi">{text(part["teks"])}</p>')
        elif part["jenis"] == "rincian":
            out.append("<table>")
            out += [f'<tr><th scope="row">{escape(k)}</th><td class="titik">:</td><td>{escape(v)}</td></tr>'
                    for k, v in part["baris"]]
            out.append("</table>")
        else:
            raise ValueError(part["jenis"])
    out.append(
        f'<div class="bawah"><div class="qr"><img src="{svg_uri(letter["qr_svg"])}" alt="Kode QR keaslian surat">'
        f'<p>{escape(letter["kode"])}</p></div><div class="ttd"><p>{escape(sign["tempat_tanggal"])}</p>')
    out += [f"<p>{escape(j)}</p>" for j in sign["jabatan"]]
    out.append(f'<p class="nama">{escape(sign["nama"])}</p>')
    if sign.get("nip"):
        out.append(f'<p>NIP. {escape(sign["nip"])}</p>')
    out.append(f'</div></div><footer>{escape(letter["kaki"])}</footer></body></html>')
    return "".join(out)


def render(letter):
    return HTML(string=page(letter)).write_pdf(
        stylesheets=SHEETS, font_config=FONTS, cache=dict(IMAGES),
        pdf_variant="pdf/ua-1", pdf_tags=True)


def main():
    args = b.arguments(__doc__.splitlines()[0])
    b.run(PEER, b.read_letters(args.data), render, args.keep)


if __name__ == "__main__":
    main()
