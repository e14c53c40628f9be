"""A command under strace: its storage calls, and stopping or failing it at one of them."""

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

# Every call that changes what is stored. Opening counts where it may create.
SIMPAN = (
    "write pwrite64 pwritev fsync fdatasync syncfs sync_file_range msync rename renameat renameat2 unlink unlinkat rmdir "
    "mkdir mkdirat link linkat symlinkat ftruncate truncate fallocate chmod fchmod fchmodat open openat"
).split()
# Calls that read, which may fail too.
BACA = ["read", "pread64"]
SINKRON = {"fsync", "fdatasync", "syncfs", "msync", "sync_file_range"}


@dataclass(frozen=True)
class Titik:
    """The n-th call of a name, as strace counts it: by thread."""

    nama: str
    ke: int
    isi: str

    def __str__(self) -> str:
        return f"{self.nama}#{self.ke} {self.isi[:100]}"


@dataclass
class Hasil:
    """What became of a command: whether it was stopped at its point, its exit code, what it said."""

    berhenti: bool
    kode: int | None
    keluar: str
    salah: str


def trace(command: list, out: Path, *inject: str) -> list:
    """The command line of strace. With seccomp it is quicker, but then no signal is sent at a call."""
    line = ["strace", "-f", "-y", "-s", "16", "-o", str(out), "-e", "trace=" + ",".join(SIMPAN + BACA)]
    line += [] if inject else ["--seccomp-bpf"]
    for one in inject:
        line += ["-e", f"inject={one}"]
    return line + [str(part) for part in command]


def points(text: str, only: str, names: list) -> list[Titik]:
    """The storage calls of a trace that concern the folder `only`, or standard output, in order."""
    counts: dict = {}
    found: dict = {}
    for line in text.splitlines():
        call = re.match(r"(\d+) +(\w+)\((.*)", line)
        if not call or call[2] not in names:
            continue
        thread, name, rest = call.groups()
        counts[thread, name] = counts.get((thread, name), 0) + 1
        if name.startswith("open") and "O_CREAT" not in rest:
            continue
        said = name == "write" and rest.startswith("1<")
        if not said and (only not in rest or ".sqlite-shm" in rest):
            # The shared-memory index of the book is made anew at each start; nothing depends on it.
            continue
        found.setdefault((name, counts[thread, name]), Titik(name, counts[thread, name], rest))
    return list(found.values())


def whole(command: list, env: dict, scratch: Path, only: str, names: list = SIMPAN) -> tuple[list[Titik], Hasil]:
    """Runs a command to its end; gives its storage calls."""
    out = scratch / "jejak"
    done = subprocess.run(trace(command, out), env=env, capture_output=True, text=True, cwd=scratch)
    return points(out.read_text(errors="replace"), only, names), Hasil(False, done.returncode, done.stdout, done.stderr)


def stopped_at(command: list, env: dict, scratch: Path, titik: Titik, then, *lies: str) -> Hasil:
    """Stops a command behind one of its calls, does `then`, and ends it. `lies` are further injections."""
    out = scratch / "jejak"
    out.unlink(missing_ok=True)
    line = trace(command, out, *lies, f"{titik.nama}:signal=SIGSTOP:when={titik.ke}")
    keluar, salah = scratch / "keluar", scratch / "salah"
    with keluar.open("w") as stdout, salah.open("w") as stderr:
        child = subprocess.Popen(line, env=env, stdout=stdout, stderr=stderr, cwd=scratch, start_new_session=True)
        stopped = False
        while child.poll() is None and not stopped:
            time.sleep(0.003)
            stopped = out.exists() and "stopped by SIGSTOP" in out.read_text(errors="replace")
        then()
        if stopped:
            # strace and what it traces are a session of their own.
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    return Hasil(stopped, child.returncode, keluar.read_text(), salah.read_text())
