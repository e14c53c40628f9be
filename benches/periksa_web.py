#!/usr/bin/env python3
"""QR checks a second through `POST /v/status`, start and memory of the daemon.

    periksa_web.py PROGRAM SECONDS

Every answer is counted by the daemon itself by its verdict, so that a quick refusal cannot pass as a check. The peer of
the run is /healthz of the same daemon: what HTTP alone costs.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

program, seconds = os.path.abspath(sys.argv[1]), sys.argv[2]
LEAST = 2000

LUA = """
wrk.method = "%s"
wrk.body = [[%s]]
wrk.headers["content-type"] = "text/plain"
"""


def qr_text(pdf):
    """The text of a letter's QR, as its signature dictionary carries it."""
    with open(pdf, "rb") as file:
        digits = file.read().rsplit(b"/ContactInfo <", 1)[1].split(b">", 1)[0]
    return bytes.fromhex(digits.decode()).decode()


def get(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read().decode()


def wrk(url, folder, method="GET", body=""):
    script = os.path.join(folder, "wrk.lua")
    with open(script, "w", encoding="utf-8") as file:
        file.write(LUA % (method, body))
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", "-s", script, url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if re.search(r"Non-2xx|Socket errors", out):
        sys.exit(f"wrk: {out}")
    rate = float(re.search(r"Requests/sec:\s+([0-9.]+)", out)[1])
    return rate, re.search(r"99%\s+(\S+)", out)[1], int(re.search(r"(\d+) requests in", out)[1])


def checked(home, putusan):
    found = re.search(rf'suket_pemeriksaan_total{{putusan="{putusan}"}} (\d+)', get(f"{home}/metrics"))
    return int(found[1]) if found else 0


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "demo", f"{folder}/demo"], check=True, capture_output=True)
        archive = f"{folder}/demo/archive"
        text = qr_text(f"{folder}/demo/surat/keterangan-perekaman.pdf")
        env = {**os.environ, "SUKET_PASSPHRASE_FILE": f"{folder}/demo/kata-sandi.txt", "SUKET_LOG": "warn"}
        call = [program, "--archive", archive, "serve", "--listen", "127.0.0.1:0", "--public-rate", "1000000"]
        start = time.monotonic()
        daemon = subprocess.Popen(call, env=env, stderr=subprocess.PIPE, text=True)
        try:
            home = daemon.stderr.readline().split()[-1]
            get(f"{home}/healthz")
            ready = (time.monotonic() - start) * 1000
            while json.loads(get(f"{home}/healthz"))["keadaan"] != "siap":
                time.sleep(0.01)
            opened = (time.monotonic() - start) * 1000
            plain, _, _ = wrk(f"{home}/healthz", folder)
            before = checked(home, "asli")
            rate, slowest, count = wrk(f"{home}/v/status", folder, "POST", text)
            genuine = checked(home, "asli") - before
            with open(f"/proc/{daemon.pid}/status", encoding="utf-8") as status:
                memory = int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) / 1024
        finally:
            daemon.terminate()
            daemon.wait()
    print(f"first answer after start: {ready:.0f} ms; keys open: {opened:.0f} ms")
    print(f"QR checks: {rate:,.0f}/s, 99% within {slowest}; {rate / plain:.2f} of /healthz ({plain:,.0f}/s)")
    print(f"answers counted as asli: {genuine:,} of {count:,}; largest memory {memory:.0f} MB")
    if genuine < count:
        sys.exit("not every answer was a check")
    if rate < LEAST:
        sys.exit(f"fewer than {LEAST:,} checks a second")


main()
