"""Writing a zip of which the same content always gives the same bytes."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TextIO

MANIFEST = "manifest.json"
NEVER = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold; a real time would make every pack another one
BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Written:
    """A file of the pack."""

    name: str
    sha256: str
    size: int


class Spool:
    """Files are written to a folder first, each of them streaming; then they go into the zip, sorted by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def open(self, name: str) -> Iterator[TextIO]:
        """A file of the pack, for text."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file

    def write(self, name: str, text: str) -> None:
        """A whole file at once."""
        with self.open(name) as file:
            file.write(text)

    def files(self) -> list[Written]:
        """Every file so far, sorted by name."""
        paths = sorted((path for path in self.folder.rglob("*") if path.is_file()), key=self._name)
        return [Written(self._name(path), digest_of(path), path.stat().st_size) for path in paths]

    def write_manifest(self, head: Mapping[str, Any]) -> str:
        """Write the manifest over every file so far; gives its own digest."""
        files = [{"name": each.name, "sha256": each.sha256, "bytes": each.size} for each in self.files()]
        self.write(MANIFEST, json.dumps({**head, "files": files}, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        return digest_of(self.folder / MANIFEST)

    def zip_into(self, file: IO[bytes]) -> None:
        """Everything into one zip."""
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for each in self.files():
                entry = zipfile.ZipInfo(each.name, NEVER)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system, entry.external_attr = 3, 0o100644 << 16
                with (
                    (self.folder / each.name).open("rb") as source,
                    archive.open(entry, "w", force_zip64=True) as target,
                ):
                    shutil.copyfileobj(source, target, BLOCK)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
