"""typst-py: the letter as a Typst document, compiled in process to PDF/A-3a
and PDF/UA-1.

One typst.Compiler, with its fonts loaded, is made before the clock starts and
serves all letters; each compile gets the letter as sys.inputs.data. System
fonts are not looked at.

    python typst_py.py data.jsonl [--root DIR] [--keep DIR]

DIR holds surat.typ, its assets, and fonts/ (where there is no fonts/, Arimo is
taken from the Debian package fonts-croscore).
"""

from pathlib import Path

import typst

import _bench as b

PEER = "typst_py"
ROOT = Path(__file__).resolve().parent / "typst"
STANDARDS = ["a-3a", "ua-1"]


def compiler(root):
    root = root.resolve()
    own = root / "fonts"
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False,
                        font_paths=[str(own if own.is_dir() else b.FONT_DIR)])
    # `input` is set here and `sys_inputs` per compile, so that the parsed
    # source and the memoised layout of unchanged parts can be reused.
    return typst.Compiler(str(root / "surat.typ"), root=str(root), font_paths=fonts,
                          ignore_system_fonts=True)


def compile_line(comp, line):
    return comp.compile(format="pdf", sys_inputs={"data": line}, pdf_standards=STANDARDS)


def main():
    args = b.arguments(__doc__.splitlines()[0], root=ROOT)
    comp = compiler(args.root)
    b.run(PEER, b.read_lines(args.data), lambda line: compile_line(comp, line), args.keep)


if __name__ == "__main__":
    main()
