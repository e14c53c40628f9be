"""typst-py, one letter: renders the first line of the data file and ends.

Meant to be timed from outside as a fresh process; the time printed counts from
the first line of this script, with the import of typst and the loading of the
fonts, without the start of Python itself.

    python cold_typst.py data.jsonl [--root DIR] [--keep DIR]
"""

import time

START = time.perf_counter_ns()

import _bench as b  # noqa: E402
from typst_py import ROOT, compile_line, compiler  # noqa: E402

PEER = "cold_typst"


def main():
    args = b.arguments(__doc__.splitlines()[0], root=ROOT)
    with open(args.data, encoding="utf-8") as f:
        line = f.readline().strip()
    pdf = compile_line(compiler(args.root), line)
    elapsed = time.perf_counter_ns() - START
    if args.keep is not None:
        b.keep(args.keep, PEER, pdf)
    b.report(PEER, [elapsed], [len(pdf)])


if __name__ == "__main__":
    main()
