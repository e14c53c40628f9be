"""schemathesis asks the running daemon everything that its OpenAPI document allows, and much that it does not, the same in
every run: no server error, no answer that the document does not name or describes otherwise. Then the document is
damaged, and that must be told.

    python api.py SUKET FOLDER [EXAMPLES]

FOLDER is the office that `cargo test --test layan_api` leaves: `arsip`, `sandi`, `token`.
"""

import copy
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

# What a case means is judged after its form, so a well-formed one may be refused.
LEFT_OUT = "positive_data_acceptance"


def serve(suket: Path, folder: Path) -> tuple[subprocess.Popen, str]:
    environment = {**os.environ, "SUKET_PASSPHRASE_FILE": str(folder / "sandi"), "SUKET_UJI_HARI": "2026-11-21"}
    environment.pop("CREDENTIALS_DIRECTORY", None)
    command = [suket, "--archive", folder / "arsip", "serve", "--listen", "127.0.0.1:0"]
    daemon = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    for line in daemon.stderr:
        if found := re.search(r"suket melayani di (\S+)", line):
            return daemon, found[1]
    raise SystemExit("the daemon did not start")


def run(schema: str | Path, address: str, token: str, examples: str, *more: str) -> tuple[int, str]:
    command = [
        Path(sys.executable).parent / "schemathesis", "run", schema, "--url", address, "--checks", "all",
        "--exclude-checks", LEFT_OUT, "--max-examples", examples, "--generation-deterministic",
        "--rate-limit", "18/s", "--request-timeout", "30", "--no-color",
        "--header", f"Authorization: Bearer {token}", *more,
    ]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def damaged(document: dict) -> list[tuple[str, dict, str]]:
    """The document with one lie each: what it is, and the operation that shows it."""
    def lie(change) -> dict:
        other = copy.deepcopy(document)
        change(other)
        return other

    def drop(other: dict) -> None:
        del other["paths"]["/api/v1/permohonan/periksa"]["post"]["responses"]["422"]

    def retype(other: dict) -> None:
        other["components"]["schemas"]["Masalah"]["properties"]["status"] = {"type": "string"}

    return [
        ("an answer is not named", lie(drop), "periksa"),
        ("an answer looks different", lie(retype), "surat"),
    ]


def main() -> int:
    suket, left = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    examples = sys.argv[3] if len(sys.argv) > 3 else "5"
    token = (left / "token").read_text().strip()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        # The left office stays as it is for the next run.
        own = shutil.copytree(left, Path(folder, "kantor"))
        daemon, address = serve(suket, own)
        # Nobody may stop for a full pipe.
        drain = subprocess.Popen(["cat"], stdin=daemon.stderr, stdout=subprocess.DEVNULL)
        try:
            with urllib.request.urlopen(f"{address}/api/v1/openapi.json") as answer:
                document = json.load(answer)
            code, text = run(f"{address}/api/v1/openapi.json", address, token, examples)
            print("\n".join(text.splitlines()[-14:]))
            if code:
                print(text)
            passed, failed = passed + (code == 0), failed + (code != 0)
            for what, lie, operation in damaged(document):
                file = Path(folder, "rusak.json")
                file.write_text(json.dumps(lie))
                code, text = run(file, address, token, "10", "--include-operation-id", operation)
                told = code == 1 and ("Undocumented" in text or "violates schema" in text)
                if not told:
                    print(f"GAGAL: {what} was not found\n{text}")
                passed, failed = passed + told, failed + (not told)
        finally:
            daemon.terminate()
            daemon.wait()
            drain.wait()
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0 or passed == 0)


if __name__ == "__main__":
    sys.exit(main())
