"""Runs suket and its peers in turn and prints ratios; differences under 15 % are noise.

    python banding.py BENCH VENV ROUNDS LETTERS
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Offices of the benchmark are kept until the end, and go with this folder.
scratch = tempfile.TemporaryDirectory()
os.environ["TMPDIR"] = scratch.name
bench, venv, rounds, letters = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
here = Path(__file__).parent / "peers"
python = str(venv / "bin/python")


def run(*command: str, core: str | None = "0") -> dict:
    pinned = ["taskset", "-c", core] if core else []
    out = subprocess.run([*pinned, *command], capture_output=True, text=True, check=True).stdout
    return json.loads([line for line in out.splitlines() if line.startswith("{")][-1])


def wall(*command: str) -> tuple[float, str]:
    start = time.perf_counter()
    out = subprocess.run(["taskset", "-c", "0", *command], capture_output=True, text=True, check=True).stdout
    return (time.perf_counter() - start) * 1000, out


with tempfile.TemporaryDirectory() as folder:
    data = f"{folder}/data.jsonl"
    subprocess.run([bench, "data", data, letters], check=True)
    php = ["php", "-d", "opcache.enable_cli=1", "-d", "opcache.jit=tracing", "-d", "opcache.jit_buffer_size=64M"]
    peers = {
        "suket": [bench, "satu", letters],
        "suket, each moved at once": [bench, "langsung", letters],
        "typst-py": [python, str(here / "typst_py.py"), data],
        "ReportLab Platypus": [python, str(here / "reportlab_platypus.py"), data],
        "ReportLab, as pip installs it": ["env", "SUKET_TANPA_AKSEL=1", python, str(here / "reportlab_platypus.py"), data],
        "TCPDF": [*php, str(here / "tcpdf_letter.php"), data],
        "TCPDF, as Debian runs it": ["php", str(here / "tcpdf_letter.php"), data],
        "WeasyPrint": [python, str(here / "weasyprint_letter.py"), data],
    }
    # The peers are tuned (C accelerator, JIT); the goals were set against them as they are installed.
    goals = {
        "typst-py": 1.0,
        "ReportLab Platypus": 3.5,
        "ReportLab, as pip installs it": 3.5,
        "TCPDF": 7.0,
        "TCPDF, as Debian runs it": 7.0,
        "WeasyPrint": 20.0,
    }
    medians: dict[str, list[float]] = {name: [] for name in peers}
    tails = []
    for turn in range(rounds):
        for name, command in peers.items():
            result = run(*command)
            # Of suket the mean, so that moving letters into the archive counts, which happens for several at once; peers
            # are given their median, which hides their slowest letters.
            medians[name].append(result.get("mean_ms", result["median_ms"]))
            if name == "suket":
                tails.append(result["p99_ms"] / result["median_ms"])
            print(f"  round {turn + 1}  {name:<30} {medians[name][-1]:8.2f} ms  p99 {result['p99_ms']:8.2f}  {result['bytes']} bytes", flush=True)
    own = statistics.median(medians["suket"])
    print("\none core: suket numbers, seals and archives; the others only render")
    print(f"  suket {own:.2f} ms a letter; {statistics.median(medians['suket, each moved at once']):.2f} ms where each is moved before the next")
    for name, goal in goals.items():
        ratio = statistics.median(medians[name]) / own
        print(f"  {name:<30} {ratio:6.2f} x   goal {goal} x   {'met' if ratio >= goal else 'NOT met'}")
    print(f"  p99 / median         {statistics.median(tails):6.2f}     goal at most 2")

    ones, twos = [], []
    for _ in range(rounds):
        ones.append(run(bench, "kumpulan", letters, "1", core=None)["letters_per_s"])
        twos.append(run(bench, "kumpulan", letters, "2", core=None)["letters_per_s"])
    ratio = statistics.median(twos) / statistics.median(ones)
    print(f"  two workers / one    {ratio:6.2f}     goal 1.8   ({statistics.median(ones):.0f} and {statistics.median(twos):.0f} letters/s)")

    office = f"{folder}/arsip"
    subprocess.run([bench, "siap", office], check=True)
    subprocess.run([bench, "dingin", office], check=True, capture_output=True)
    cold, peer = [], []
    for _ in range(15):
        taken, out = wall(bench, "dingin", office)
        cold.append(taken - json.loads(out)["unlock_ms"])
        peer.append(wall(python, str(here / "cold_typst.py"), data)[0])
    ratio = statistics.median(cold) / statistics.median(peer)
    print(f"  process start to letter, key unlocking left out: {statistics.median(cold):.1f} ms, {ratio:.2f} of Python + typst-py ({statistics.median(peer):.1f} ms), goal at most 0.33")

    charts = run(bench, "sop", "9")
    print(f"  SOP of 7 steps {charts['steps_7']} letters (goal at most 12), of 100 steps {charts['steps_100']} (goal at most 80), grows with steps^{charts['growth']:.2f} (goal at most 1.3): {'met' if charts['met'] else 'NOT met'}")

    memory = run(bench, "memori", "10000", core=None)
    print(f"  memory growth over 10,000 letters: {memory['growth_mb']:.1f} MB ({memory['mb_at_start']:.0f} to {memory['mb_at_end']:.0f}), goal at most 5")
