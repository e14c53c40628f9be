"""Prints registers of 100, 1,000 and 10,000 rows with suket and its peers in turn, and the ratios.

    python register.py BENCH VENV [ROUNDS]

suket writes one tagged PDF/A-3a + PDF/UA-1 with a QR on every page; WeasyPrint a tagged one, ReportLab an untagged one.
All have two cores; the peers cannot use the second. A peer that takes more than thirty times as long is stopped, and the
ratio is a lower bound.
"""

import json
import math
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

bench, venv, rounds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
here = Path(__file__).parent / "peers"
sizes = (100, 1_000, 10_000)
columns = 11


LONGEST = 30


def run(*command: str, limit: float | None = None) -> dict:
    try:
        out = subprocess.run(command, capture_output=True, text=True, check=True, timeout=limit).stdout
    except subprocess.TimeoutExpired:
        return {"ms": limit * 1000, "bytes": 0, "peak_mb": math.nan}
    return json.loads([line for line in out.splitlines() if line.startswith("{")][-1])


def goal(met: bool) -> str:
    return "met" if met else "NOT met"


peers = ("WeasyPrint", "ReportLab")
times: dict[tuple[str, int], list[float]] = {}
memory: dict[int, float] = {}
with tempfile.TemporaryDirectory() as folder:
    for rows in sizes:
        run(bench, "data", f"{folder}/{rows}.json", str(rows))
    for turn in range(rounds):
        for rows in sizes:
            for name in ("suket", *peers):
                script = str(here / f"{name.lower()}_register.py")
                command = [bench, "cetak", str(rows), "2"] if name == "suket" else [
                    str(venv / "bin/python"), script, f"{folder}/{rows}.json"]
                own = times.get(("suket", rows), [0])[-1] / 1000
                result = run(*command, limit=None if name == "suket" else max(LONGEST * own, 10))
                times.setdefault((name, rows), []).append(result["ms"])
                if name == "suket":
                    memory[rows] = max(memory.get(rows, 0), result["peak_mb"])
                print(
                    f"  round {turn + 1}  {rows:>6} rows  {name:<11} {result['ms']:>10.0f} ms  "
                    f"{result['ms'] * 1000 / rows / columns:7.1f} us a cell  {result['bytes']:>10} bytes  "
                    f"{result['peak_mb']:6.0f} MB", flush=True)

median = {key: statistics.median(values) for key, values in times.items()}
print("\nratios, each in the same run")
for rows in sizes:
    cell = median["suket", rows] * 1000 / rows / columns
    print(f"  {rows:>6} rows  {cell:6.1f} us a cell, goal at most 50: {goal(cell <= 50)}; "
          f"{memory[rows]:.0f} MB, goal at most 300: {goal(memory[rows] <= 300)}")
    for name in peers:
        ratio = median[name, rows] / median["suket", rows]
        more = " or more" if ratio >= LONGEST else ""
        print(f"                {name} takes {ratio:.1f} times as long{more}, goal more than 1: {goal(ratio > 1)}")
exponent = math.log10(median["suket", 10_000] / median["suket", 1_000])
print(f"  growth from 1,000 to 10,000 rows: exponent {exponent:.2f}, goal at most 1.1: {goal(exponent <= 1.1)}")
