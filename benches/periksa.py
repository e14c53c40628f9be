"""Checks the same letters with suket and with pyHanko, both in process and on one core, and prints the ratio; then the
size of the verifying half and how fast it answers beside /bin/true.

    python periksa.py BENCH VERIFIER TRUST PDF...
"""

import json
import os
import statistics
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

bench, verifier, trust, *pdfs = sys.argv[1:]
os.sched_setaffinity(0, {0})


def pyhanko(data: bytes, root: x509.Certificate) -> float:
    start = time.perf_counter()
    signature = PdfFileReader(BytesIO(data)).embedded_signatures[0]
    context = ValidationContext(trust_roots=[root], allow_fetching=False)
    status = validate_pdf_signature(signature, signer_validation_context=context)
    taken = (time.perf_counter() - start) * 1000
    assert status.bottom_line
    return taken


def answer(*command: str) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert done.returncode == 0, command
    return (time.perf_counter() - start) * 1000


root = x509.Certificate.load(pem.unarmor(json.loads(Path(trust).read_text())["akar"].encode())[2])
letters = [Path(pdf).read_bytes() for pdf in pdfs]
for data in letters:
    pyhanko(data, root)  # warm: imports and caches are not what is measured
ours, theirs = [], []
for _ in range(5):
    out = subprocess.run([bench, trust, "200", *pdfs], capture_output=True, text=True, check=True).stdout
    ours.append(json.loads(out)["median_ms"])
    theirs += [pyhanko(data, root) for data in letters for _ in range(5)]
ratio = statistics.median(theirs) / statistics.median(ours)
print(f"one PDF: suket {statistics.median(ours):.3f} ms, pyHanko {statistics.median(theirs):.1f} ms: {ratio:.0f} x   goal 20 x   {'met' if ratio >= 20 else 'NOT met'}")
size = Path(verifier).stat().st_size / 1e6
print(f"verifying half: {size:.2f} MB   goal under 6 MB   {'met' if size < 6 else 'NOT met'}")
true, own = [], []
for _ in range(200):
    true.append(answer("/bin/true"))
    own.append(answer(verifier, "verify", pdfs[0], "--trust", trust))
ratio = statistics.median(own) / statistics.median(true)
print(f"one answer: {statistics.median(own):.2f} ms, /bin/true {statistics.median(true):.2f} ms: {ratio:.1f} x   goal at most 5 x   {'met' if ratio <= 5 else 'NOT met'}")
