"""A disk whose power can be cut: a file system in a file, mounted by loop, shut down without flushing.

The ioctl is XFS_IOC_GOINGDOWN, which ext4 has too. It stops the file system where it stands: what was not made durable
is gone when it is mounted again, as after a power cut. (`kill -9` proves nothing about syncs: the kernel still writes
everything.)
"""

import contextlib
import fcntl
import os
import shutil
import struct
import subprocess
import time
from pathlib import Path

GOINGDOWN = 0x8004587D  # _IOR('X', 125, u32)
# What is still in memory is lost; or the journal is written and file data is not, which leaves names of empty files; or
# all is written that the program has asked for so far, which leaves halves of what it was about to do.
CARA = {"hilang": 2, "jurnal": 1, "semua": 0}
UKURAN = {"ext4": 96 << 20, "xfs": 300 << 20}


def run(*command: object) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip() or done.returncode}")


def why_not() -> str | None:
    """Why power cannot be cut here; None where it can."""
    if os.geteuid() != 0:
        return "not root"
    for tool in ("strace", "gcc", "mkfs.ext4", "mkfs.xfs", "mount", "losetup"):
        if shutil.which(tool) is None:
            return f"{tool} is missing"
    if subprocess.run(["losetup", "-f"], capture_output=True).returncode:
        return "no loop device"
    return None


class Disk:
    """One file system in a file."""

    def __init__(self, folder: Path, jenis: str):
        self.jenis, self.image, self.mount = jenis, folder / f"{jenis}.img", folder / f"{jenis}.d"
        self.mount.mkdir(parents=True, exist_ok=True)

    def format(self, size: int = 0) -> None:
        self.image.unlink(missing_ok=True)
        with self.image.open("wb") as file:
            file.truncate(size or UKURAN[self.jenis])
        run(f"mkfs.{self.jenis}", "-q", self.image)

    def attach(self) -> None:
        run("mount", "-o", "loop", self.image, self.mount)

    def detach(self) -> None:
        # A process that was just killed lets go of its files a moment later.
        for _ in range(200):
            if subprocess.run(["umount", self.mount], capture_output=True).returncode == 0:
                return
            time.sleep(0.02)
        raise RuntimeError(f"{self.mount} cannot be unmounted")

    def copy_of(self, other: Path) -> None:
        self.image.unlink(missing_ok=True)
        run("cp", "--sparse=always", other, self.image)

    def cut(self, cara: str) -> None:
        """The power goes."""
        place = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(place, GOINGDOWN, struct.pack("I", CARA[cara]))
        finally:
            os.close(place)

    @contextlib.contextmanager
    def attached(self):
        self.attach()
        try:
            yield self.mount
        finally:
            self.detach()
