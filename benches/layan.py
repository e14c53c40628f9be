"""Load on the daemon; see run-layan.

    python layan.py SUKET FOLDER CASES [LETTERS]

With LETTERS, a second daemon takes in and issues so many one after the other, and its memory is looked at.
"""

import concurrent.futures
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

PASSWORD = "kopi susu tanpa gula"  # of the tests' accounts
CLIENTS, PEOPLE = 16, 50
EACH = 10  # of them at each of five pages


class Daemon:
    """A running daemon; the time from its start until it is ready, in milliseconds."""

    def __init__(self, suket: Path, folder: Path):
        environment = {**os.environ, "SUKET_PASSPHRASE_FILE": str(folder / "sandi"), "SUKET_UJI_HARI": "2026-11-21"}
        environment.pop("CREDENTIALS_DIRECTORY", None)
        command = [suket, "--archive", folder / "arsip", "serve", "--listen", "127.0.0.1:0"]
        begin = time.monotonic()
        self.process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if found := re.search(r"suket melayani di http://(\S+)", line):
                self.address = found[1]
                break
        threading.Thread(target=lambda: [None for _ in self.process.stderr], daemon=True).start()
        while b'"siap"' not in self.ask("GET", "/healthz")[2]:
            time.sleep(0.002)
        self.ready = (time.monotonic() - begin) * 1000

    def ask(self, method: str, path: str, body: str | None = None, **head: str) -> tuple[int, dict, bytes]:
        connection = http.client.HTTPConnection(self.address, timeout=600)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in head.items()})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def memory(self) -> float:
        """The most that it has ever held, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


class Person:
    """Somebody who is signed in."""

    def __init__(self, daemon: Daemon, name: str):
        self.daemon = daemon
        status, head, _ = daemon.ask("POST", "/masuk", urllib.parse.urlencode({"masuk": name, "sandi": PASSWORD}),
                                     content_type="application/x-www-form-urlencoded")
        assert status == 303, (name, status)
        self.cookie = next(value for key, value in head.items() if key.lower() == "set-cookie").split(";")[0]
        self.csrf = re.search(r'name="csrf" value="(\w+)"', self.page("/sandi"))[1]

    def page(self, path: str) -> str:
        return self.daemon.ask("GET", path, cookie=self.cookie)[2].decode()

    def do(self, path: str, fields: list[tuple[str, str]] = []) -> int:
        body = urllib.parse.urlencode([("csrf", self.csrf), *fields])
        return self.daemon.ask("POST", path, body, cookie=self.cookie,
                               content_type="application/x-www-form-urlencoded")[0]


def case(pattern: dict, n: int) -> str:
    """Somebody else for each `n`, invented: no NIK twice among 300,000."""
    nik = pattern["pemohon"]["nik"]
    day = 1 + n // 9999 % 28 + (40 if int(nik[6:8]) > 40 else 0)
    person = {**pattern["pemohon"], "nik": f"{nik[:6]}{day:02}{nik[8:12]}{1 + n % 9999:04}",
              "nama": "CONTOH " + "".join(chr(65 + int(digit)) for digit in str(n))}
    return json.dumps({**pattern, "pemohon": person})


def hand_in(daemon: Daemon, token: str, pattern: dict, count: int, kill_after: int | None, first: int = 0) -> dict[int, str]:
    known: dict[int, str] = {}

    def one(n: int) -> None:
        try:
            status, head, body = daemon.ask("POST", "/api/v1/permohonan", case(pattern, n), idempotency_key=f"beban-{n}",
                                            authorization=f"Bearer {token}", content_type="application/json")
            if status == 429:
                time.sleep(int(head.get("retry-after") or head.get("Retry-After")))
                return one(n)
        except (OSError, http.client.HTTPException):
            return  # killed; asked again
        assert status in (200, 201), (status, body)
        known[n] = json.loads(body)["id"]
        if kill_after and len(known) == kill_after:
            daemon.process.kill()

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(one, range(first, first + count)))
    return known


def lead(people: dict[str, Person], id: str) -> str:
    """Leads a case to the signer; gives the digest of the draft."""
    for _ in range(12):
        for role, person in people.items():
            page = person.page(f"/berkas/{id}")
            digest = re.search(r'name="sha256" value="(\w{64})"', page)
            if f'/berkas/{id}/setujui"' in page and digest:
                return digest[1]
            if f'/berkas/{id}/paraf"' in page and digest:
                person.do(f"/berkas/{id}/paraf", [("sha256", digest[1])])
            elif f'/berkas/{id}/lanjut"' in page:
                person.do(f"/berkas/{id}/lanjut")
    raise SystemExit(f"{id} does not reach the signer")


def browse(daemon: Daemon, person: Person, path: str) -> tuple[subprocess.Popen, str]:
    command = ["wrk", "-t1", f"-c{EACH}", "-d12s", "--latency", "--timeout", "30s", "-H", f"Cookie: {person.cookie}",
               "-H", "Host: localhost", f"http://{daemon.address}{path}"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True), path


def milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def many(suket: Path, folder: Path, token: str, pattern: dict, count: int) -> None:
    """One daemon that takes in and issues many letters; its memory on the way."""
    daemon = Daemon(suket, folder)
    people = {role: Person(daemon, role) for role in ("petugas", "operator", "kasi", "camat")}
    camat, begin, issued = people["camat"], time.monotonic(), 0
    while issued < count:
        known = hand_in(daemon, token, pattern, min(200, count - issued), None, issued)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            drafts = list(pool.map(lambda id: (id, lead(people, id)), known.values()))
        camat.do("/tandatangan", [("surat", f"{id}:{digest}") for id, digest in drafts])
        issued += len(drafts)
        if issued % 1000 == 0 or issued == count:
            print(f"largest memory, {issued:6} letters  {daemon.memory():8.0f} MB, {time.monotonic() - begin:6.0f} s", flush=True)
    daemon.stop()


def letters(suket: Path, folder: Path) -> list[dict]:
    command = [suket, "--archive", folder / "arsip", "--json", "list", "--series", "umum"]
    return [json.loads(line) for line in subprocess.run(command, capture_output=True, text=True).stdout.splitlines()]


def main() -> int:
    suket, left, count = Path(sys.argv[1]).resolve(), Path(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory() as work:
        folder = Path(shutil.copytree(left, Path(work, "kantor")))
        token = (folder / "token").read_text().strip()
        pattern = json.loads((folder / "kasus.json").read_text())
        before = len(letters(suket, folder))
        daemon = Daemon(suket, folder)
        print(f"ready after start            {daemon.ready:8.0f} ms")
        begin = time.monotonic()
        hand_in(daemon, token, pattern, count, count // 2)
        daemon.kill()
        daemon = Daemon(suket, folder)
        known = hand_in(daemon, token, pattern, count, None)
        print(f"{count} cases by {CLIENTS} clients     {time.monotonic() - begin:8.1f} s, one kill among them")
        people = {role: Person(daemon, role) for role in ("petugas", "operator", "kasi", "camat")}
        drafts = {id: lead(people, id) for id in known.values()}
        # The time of one letter: the signer's yes to it, on a daemon that does nothing else.
        alone = list(drafts.items())[:5]
        begin = time.monotonic()
        for id, digest in alone:
            assert people["camat"].do(f"/berkas/{id}/setujui", [("sha256", digest)]) == 303
        letter = (time.monotonic() - begin) * 1000 / len(alone)
        print(f"one letter                   {letter:8.0f} ms")
        rest = [("surat", f"{id}:{digest}") for id, digest in list(drafts.items())[len(alone):]]
        cut = threading.Timer(letter * len(rest) / 4000, daemon.kill)
        cut.start()
        try:
            people["camat"].do("/tandatangan", rest)
        except (OSError, http.client.HTTPException):
            pass
        cut.join()
        daemon = Daemon(suket, folder)
        camat = Person(daemon, "camat")
        pages = ("/", "/buku", "/surat/0", "/tandatangan", f"/berkas/{next(iter(drafts))}")
        watching = [browse(daemon, camat, path) for path in pages]
        open_now = re.findall(r'value="(\w{32}:\w{64})"', camat.page("/tandatangan"))
        camat.do("/tandatangan", [("surat", chosen) for chosen in open_now])
        worst = 0.0
        for wrk, path in watching:
            text = wrk.communicate()[0]
            assert "Non-2xx" not in text, text
            p99 = milliseconds(re.search(r"99%\s+(\S+)", text)[1])
            worst = max(worst, p99)
            print(f"p99 of {path:<21} {p99:8.0f} ms, {PEOPLE} people, {p99 / letter:.1f} letters")
        print(f"largest memory               {daemon.memory():8.0f} MB")
        daemon.stop()
        numbers = sorted(row["urut"] for row in letters(suket, folder))
        whole = numbers == list(range(1, before + count + 1))
        print(f"letters                      {len(numbers) - before:8} of {count}, "
              f"{'none lost, none doubled' if whole else 'WRONG: ' + str(numbers)}")
        print(f"page views under 20 letters  {'yes' if worst < 20 * letter else 'NO'}")
        if len(sys.argv) > 4:
            shutil.rmtree(folder)
            many(suket, Path(shutil.copytree(left, folder)), token, pattern, int(sys.argv[4]))
        return int(not whole or worst >= 20 * letter)


if __name__ == "__main__":
    sys.exit(main())
