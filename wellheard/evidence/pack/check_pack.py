# ruff: noqa: T201
"""Checks an evidence pack of Wellheard. Needs Python 3.8 or newer and nothing else.

    python check_pack.py             in the folder into which the pack was unpacked
    python check_pack.py PACK.zip    or the pack itself

Every file is compared with manifest.json (SHA-256 and size), and the trail is walked entry by entry. Exit code 0: whole.
1: something was changed, added or is missing, and it is named. 2: cannot tell (there is no manifest).
The manifest itself is vouched for by its own SHA-256, which is printed: compare it with the one that you were given.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

MANIFEST = "manifest.json"
TRAIL = "trail/trail.jsonl"


def check(path: str | Path) -> tuple[int, list[str]]:
    """(exit code, sentences) for a pack: a zip or the folder of an unpacked one."""
    try:
        names, open_file = _reader(Path(path))
    except (OSError, zipfile.BadZipFile):
        return 2, [f"{path} is neither a pack nor the folder of one."]
    if MANIFEST not in names:
        return 2, [f"There is no manifest.json in {path}."]
    try:
        with open_file(MANIFEST) as file:
            manifest = file.read()
        said = json.loads(manifest.decode("utf-8"))
        listed = {each["name"]: each for each in said["files"]}
    except Exception as fault:
        return 1, [f"manifest.json was changed: it can't be read ({fault})."]
    faults = [f"{name} is missing." for name in sorted(set(listed) - names)]
    faults += [f"{name} was added: the manifest doesn't know it." for name in sorted(names - set(listed) - {MANIFEST})]
    for name in sorted(set(listed) & names):
        try:
            size, digest = _digest(open_file, name)
        except Exception as fault:  # a changed byte may break the compression already
            faults.append(f"{name} was changed: it can't be read ({fault}).")
            continue
        if (size, digest) != (listed[name]["bytes"], listed[name]["sha256"]):
            faults.append(f"{name} was changed: it does not have its digest.")
    if not faults:
        with open_file(TRAIL) as file:
            faults = _trail_faults(file, said["trail"])
    if faults:
        return 1, faults
    return 0, [
        f"Whole: {len(listed)} files, each as the manifest says; {said['trail']['entries']} entries of the trail, unbroken.",
        f"SHA-256 of the manifest: {hashlib.sha256(manifest).hexdigest()}",
    ]


def _reader(path: Path) -> tuple[set[str], Callable[[str], IO[bytes]]]:
    """The names in the pack, and a function that opens one of them."""
    if path.is_dir():
        files = [each for each in path.rglob("*") if each.is_file() and "__pycache__" not in each.parts]
        return {each.relative_to(path).as_posix() for each in files}, lambda name: (path / name).open("rb")
    archive = zipfile.ZipFile(path)
    return {each for each in archive.namelist() if not each.endswith("/")}, archive.open


def _digest(open_file: Callable[[str], IO[bytes]], name: str) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with open_file(name) as file:
        for block in iter(lambda: file.read(1024 * 1024), b""):
            size += len(block)
            digest.update(block)
    return size, digest.hexdigest()


def _trail_faults(lines: IO[bytes], said: dict[str, Any]) -> list[str]:
    """Every entry's digest is that of its text, and each names the one before it, up to the head that the manifest names."""
    previous, entries = "0" * 64, 0
    for line in lines:
        row = json.loads(line.decode("utf-8"))
        if "body" not in row:
            continue
        body = json.loads(row["body"])
        if hashlib.sha256(row["body"].encode("utf-8")).hexdigest() != row["digest"] or body["prev"] != previous:
            return [f"{TRAIL}: entry {row['seq']} was changed, or does not follow the one before it."]
        if body["seq"] != entries + 1:
            return [f"{TRAIL}: entry {entries + 1} is missing."]
        previous, entries = row["digest"], entries + 1
    if (entries, previous) != (said["entries"], said["head"]):
        return [f"{TRAIL}: it ends at entry {entries}, the manifest speaks of {said['entries']}."]
    return []


def main(arguments: list[str]) -> int:
    """Check what is named, or the folder in which this file lies."""
    code, sentences = check(arguments[0] if arguments else Path(__file__).resolve().parent)
    for sentence in sentences:
        print(sentence)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
