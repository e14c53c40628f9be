"""Bundles of closed months, by other people's tools: unzip, sha256sum, bagit and bdbag.

    python bundel.py FOLDER

FOLDER holds good bundles, and below `rusak/` the broken ones that `suket verify` refuses. Every good one must pass all
four tools; what bagit refuses of the broken ones suket must refuse too, and it is told how many of them bagit accepts.
Each tool is also shown to say no.
"""

import logging
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import bagit
from bdbag import bdbag_api

logging.disable(logging.CRITICAL)


def unpacked(path: Path, folder: Path) -> Path | None:
    """The one folder of a ZIP, unpacked by unzip."""
    done = subprocess.run(["unzip", "-qq", "-o", str(path), "-d", str(folder)], capture_output=True, stdin=subprocess.DEVNULL)
    tops = list(folder.iterdir())
    return tops[0] if done.returncode == 0 and len(tops) == 1 and tops[0].is_dir() else None


def sums(bag: Path) -> bool:
    names = ["tagmanifest-sha256.txt", "manifest-sha256.txt"]
    run = lambda name: subprocess.run(["sha256sum", "--strict", "--quiet", "-c", name], cwd=bag, capture_output=True)
    return all(os.path.isfile(bag / name) and run(name).returncode == 0 for name in names)


def library(bag: Path) -> bool:
    try:
        bagit.Bag(str(bag)).validate()
        return True
    except (bagit.BagError, OSError, ValueError):
        return False


def big_data(bag: Path) -> bool:
    try:
        bdbag_api.validate_bag(str(bag), fast=False)
        return bdbag_api.validate_bag_structure(str(bag)) is None
    except Exception:  # it raises what its parts raise
        return False


TOOLS = {"sha256sum": sums, "bagit": library, "bdbag": big_data}


def main() -> None:
    folder = Path(sys.argv[1])
    wrong = []
    accepted: dict[str, int] = dict.fromkeys(["unzip", *TOOLS], 0)
    good = sorted(folder.glob("*.zip"))
    assert good, f"no bundles in {folder}"
    for path in good:
        with tempfile.TemporaryDirectory() as place:
            bag = unpacked(path, Path(place))
            told = {name: bag is not None and tool(bag) for name, tool in TOOLS.items()}
            told["zipfile"] = zipfile.ZipFile(path).testzip() is None
            wrong += [f"{path.name}: refused by {name}" for name, passed in told.items() if not passed]
    broken = sorted((folder / "rusak").glob("*.zip"))
    assert len(broken) >= 200, f"only {len(broken)} broken bundles in {folder / 'rusak'}"
    for path in broken:
        with tempfile.TemporaryDirectory() as place:
            bag = unpacked(path, Path(place))
            if bag is None:
                continue
            accepted["unzip"] += 1
            for name, tool in TOOLS.items():
                accepted[name] += tool(bag)
    for name, count in accepted.items():
        if count == len(broken):
            wrong.append(f"{name} refuses none of the broken bundles: it does not look")
    for text in wrong:
        print("WRONG:", text)
    told = ", ".join(f"{name} {count}" for name, count in accepted.items())
    print(f"{len(good)} good bundles pass; of {len(broken)} that suket refuses these accept: {told}")
    sys.exit(1 if wrong else 0)


main()
