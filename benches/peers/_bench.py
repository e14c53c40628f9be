"""What the Python comparison scripts have in common: reading the letters,
timing, and the one line of JSON that is printed.

The letters are read and parsed before the clock starts. The first WARM_UP
letters are rendered but not counted.
"""

import argparse
import json
import math
import statistics
import sys
import time
from pathlib import Path

WARM_UP = 3
FONT_DIR = Path("/usr/share/fonts/truetype/croscore")
REGULAR = FONT_DIR / "Arimo-Regular.ttf"
BOLD = FONT_DIR / "Arimo-Bold.ttf"

# Page sizes and margins in mm, the same in every script.
PAPER = {"f4": (215, 330), "a4": (210, 297)}
LEFT, RIGHT, TOP, BOTTOM = 25, 20, 12, 18

# The emblem: a stand-in shield of the same simple shapes in every script.
EMBLEM_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 70">'
    '<path d="M2 2H58V40Q58 58 30 68Q2 58 2 40Z" fill="#0b6b3a" stroke="#000" stroke-width="2"/>'
    '<circle cx="30" cy="30" r="15" fill="#f2c230"/>'
    '<path d="M30 17L33.5 26H43L35.5 32L38 41L30 35.5L22 41L24.5 32L17 26H26.5Z" fill="#fff"/>'
    "</svg>"
)


def arguments(description, root=None):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("data", type=Path, help="letters, one JSON object per line")
    parser.add_argument("--keep", type=Path, metavar="DIR",
                        help="write the first PDF as DIR/<peer>.pdf")
    if root is not None:
        parser.add_argument("--root", type=Path, default=root, metavar="DIR",
                            help="folder with surat.typ and, if any, fonts/")
    return parser.parse_args()


def read_lines(path):
    with open(path, encoding="utf-8") as f:
        return [line.strip() for line in f if line.strip()]


def read_letters(path):
    return [json.loads(line) for line in read_lines(path)]


def trim_matrix(rows):
    """The QR matrix without its quiet zone, if it came with one."""
    marked = [i for i, row in enumerate(rows) if "1" in row]
    if not marked:
        return rows
    top, bottom = marked[0], marked[-1]
    left = min(row.index("1") for row in rows if "1" in row)
    right = max(row.rindex("1") for row in rows if "1" in row)
    return [row[left:right + 1] for row in rows[top:bottom + 1]]


def percentile(sorted_values, p):
    """Nearest rank."""
    return sorted_values[max(0, math.ceil(p / 100 * len(sorted_values)) - 1)]


def report(peer, times_ns, sizes):
    ms = sorted(t / 1e6 for t in times_ns)
    print(json.dumps({
        "peer": peer,
        "n": len(ms),
        "median_ms": round(statistics.median(ms), 3),
        "p99_ms": round(percentile(ms, 99), 3),
        "min_ms": round(ms[0], 3),
        "bytes": int(statistics.median(sizes)),
    }))


def keep(directory, peer, pdf):
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{peer}.pdf").write_bytes(pdf)


def run(peer, items, render, keep_dir=None):
    """Renders every item with render(item) -> bytes and prints the result."""
    if len(items) <= WARM_UP:
        sys.exit(f"{peer}: needs more than {WARM_UP} letters")
    times, sizes = [], []
    for i, item in enumerate(items):
        start = time.perf_counter_ns()
        pdf = render(item)
        elapsed = time.perf_counter_ns() - start
        if not pdf.startswith(b"%PDF-"):
            sys.exit(f"{peer}: letter {i + 1} did not give a PDF")
        if i == 0 and keep_dir is not None:
            keep(keep_dir, peer, pdf)
        if i >= WARM_UP:
            times.append(elapsed)
            sizes.append(len(pdf))
    report(peer, times, sizes)
