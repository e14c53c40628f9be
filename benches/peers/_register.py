"""What the register scripts have in common: reading the rows, timing, and the one line of JSON that is printed."""

import argparse
import json
import resource
import time
from pathlib import Path

from _bench import BOLD, REGULAR

__all__ = ["BOLD", "REGULAR", "read", "run"]


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--keep", type=Path, metavar="FILE")
    return parser.parse_args()


def read() -> dict:
    return json.loads(arguments().data.read_text())


def run(peer, render) -> None:
    """Renders once; modules and fonts are loaded before the clock starts."""
    start = time.perf_counter()
    pdf = render()
    ms = (time.perf_counter() - start) * 1000
    if not pdf.startswith(b"%PDF-"):
        raise SystemExit(f"{peer}: no PDF")
    if keep := arguments().keep:
        keep.write_bytes(pdf)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"peer": peer, "ms": ms, "bytes": len(pdf), "peak_mb": memory}))
