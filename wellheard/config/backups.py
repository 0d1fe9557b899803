"""A backup: the database as it was at one moment, the kept files, and a manifest with a digest for each, in one tar.gz."""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection, connections

from wellheard.core.errors import Refusal
from wellheard.core.models import TrailHead
from wellheard.core.trail.append import CHAIN

FORMAT = "wellheard-backup-1"
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Backup:
    """What a backup says of itself."""

    made_at: str
    vendor: str
    entries: int
    head: str
    files: dict[str, tuple[str, int]]

    @property
    def database(self) -> str:
        """The name of the database in the archive."""
        return DATABASES[self.vendor]


def files_folder() -> Path | None:
    """Where kept files lie on this machine; None when they lie elsewhere (a bucket has its own backups)."""
    return Path(default_storage.location) if isinstance(default_storage, FileSystemStorage) else None


def write_backup(target: Path, *, at: datetime) -> Backup:
    """Write a backup; the file appears whole or not at all, and never in the place of another one."""
    if target.exists():
        raise Refusal(f"{target} is there already. Nothing was written; choose another name.")
    if not target.parent.is_dir():
        raise Refusal(f"There is no folder {target.parent}. Nothing was written.")
    part = target.with_name(f".{target.name}.part")
    with tempfile.TemporaryDirectory(prefix="wellheard-backup-", dir=target.parent) as folder:
        database = Path(folder) / DATABASES[_vendor()]
        entries, head = _copy_database(database)
        found = {database.name: database, **{f"files/{name}": path for name, path in _kept_files()}}
        files = {name: (digest_of(path), path.stat().st_size) for name, path in found.items()}
        manifest = {
            "format": FORMAT,
            "product": version("wellheard"),
            "made_at": at.isoformat(),
            "database": _vendor(),
            "trail": {"entries": entries, "head": head},
            "files": [{"name": name, "sha256": sha, "bytes": size} for name, (sha, size) in sorted(files.items())],
        }
        try:
            with _private(part) as file, tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
                _add_text(archive, MANIFEST, json.dumps(manifest, indent=1))
                for name in sorted(found):
                    archive.add(found[name], arcname=name, recursive=False, filter=_anonymous)
            _put_in_place(part, target)
        finally:
            part.unlink(missing_ok=True)
    return Backup(at.isoformat(), _vendor(), entries, head, files)


def restore_backup(source: Path) -> Backup:
    """Put a backup in the place of an empty database and an empty folder of files. Every digest is checked first: either
    everything is restored or nothing."""
    if not source.is_file():
        raise Refusal(f"There is no file {source}. Nothing was restored.")
    _refuse_unless_empty()
    with tempfile.TemporaryDirectory(prefix="restore-", dir=settings.DATA) as folder:
        backup = unpack(source, Path(folder))
        if backup.vendor != _vendor():
            raise Refusal(
                f"This backup is of a {backup.vendor} database, and DATABASE_URL points to {_vendor()}. Nothing was restored."
            )
        _place_database(Path(folder) / backup.database)
        target = files_folder()
        unpacked = Path(folder) / "files"
        if target is not None and unpacked.is_dir():
            shutil.copytree(unpacked, target, dirs_exist_ok=True)
    return backup


def unpack(source: Path, folder: Path) -> Backup:
    """Unpack what the manifest names, and nothing else; a file without its digest stops everything."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            backup = _manifest_of(archive)
            missing = set(backup.files)
            while (member := archive.next()) is not None:
                if member.name not in backup.files or not member.isfile():
                    raise Refusal(
                        f"{source} holds {member.name}, which its manifest doesn't know. Nothing was restored."
                    )
                _unpack_one(archive, member, folder, backup.files[member.name])
                missing.discard(member.name)
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError) as fault:
        raise Refusal(f"{source} can't be read as a backup: {fault}. Nothing was restored.") from fault
    if missing:
        raise Refusal(f"{source} lacks {sorted(missing)[0]}. Nothing was restored.")
    return backup


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ---- writing ------------------------------------------------------------------------------------------------------
def _vendor() -> str:
    return str(connection.vendor)


def _copy_database(target: Path) -> tuple[int, str]:
    """The database as it is now, without stopping anybody; gives the trail's count and head in the copy."""
    if _vendor() == "sqlite":
        with (
            closing(
                sqlite3.connect(f"{Path(connection.settings_dict['NAME']).absolute().as_uri()}?mode=ro", uri=True)
            ) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without its log beside it
            found = copy.execute("SELECT seq, digest FROM core_trailhead WHERE chain = ?", [CHAIN]).fetchone()
            return int(found[0]), str(found[1])
    # A dump sees one moment of its own, so the head is read before: the trail in the dump is at least as long.
    head = TrailHead.objects.get(chain=CHAIN)
    _run_postgresql("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    return head.seq, head.digest


def _kept_files() -> Iterator[tuple[str, Path]]:
    folder = files_folder()
    if folder is not None and folder.is_dir():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix(), path


@contextmanager
def _private(path: Path) -> Iterator[Any]:
    """A new file that only its owner may read: a backup holds everything. It is on the disk when this ends."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    archive.addfile(member, io.BytesIO(data))


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _put_in_place(part: Path, target: Path) -> None:
    try:
        os.link(part, target)  # unlike a rename, this refuses to replace a file that came meanwhile
    except FileExistsError:
        raise Refusal(f"{target} appeared meanwhile. Nothing was written; choose another name.") from None
    except OSError:  # a file system without hard links
        part.rename(target)


# ---- restoring ----------------------------------------------------------------------------------------------------
def _refuse_unless_empty() -> None:
    folder = files_folder()
    if folder is not None and folder.is_dir() and any(path.is_file() for path in folder.rglob("*")):
        raise Refusal(f"There are files in {folder}. Nothing was restored: restore into an empty data folder.")
    try:
        tables = connection.introspection.table_names()
    except Exception as fault:
        raise Refusal(f"The database can't be reached: {fault}. Nothing was restored.") from fault
    if tables:
        where = connection.settings_dict["NAME"]
        raise Refusal(f"The database {where} is not empty. Nothing was restored: restore into an empty one.")


def _manifest_of(archive: tarfile.TarFile) -> Backup:
    first = archive.next()
    file = archive.extractfile(first) if first is not None and first.name == MANIFEST and first.isfile() else None
    if file is None:
        raise Refusal("It doesn't begin with a manifest, so it is no backup of Wellheard. Nothing was restored.")
    said = json.loads(file.read())
    if said.get("format") != FORMAT or said.get("database") not in DATABASES:
        raise Refusal("It is no backup that this version can read. Nothing was restored.")
    files = {each["name"]: (str(each["sha256"]), int(each["bytes"])) for each in said["files"]}
    for name in files:
        if name.startswith("/") or ".." in Path(name).parts:
            raise Refusal(f"Its manifest names {name}, which lies outside. Nothing was restored.")
    trail = said["trail"]
    return Backup(str(said["made_at"]), str(said["database"]), int(trail["entries"]), str(trail["head"]), files)


def _unpack_one(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, expected: tuple[str, int]) -> None:
    path = folder / member.name
    path.parent.mkdir(parents=True, exist_ok=True)
    source = archive.extractfile(member)
    if source is not None:
        with path.open("wb") as target:
            shutil.copyfileobj(source, target, BLOCK)
    if (digest_of(path), path.stat().st_size) != expected:
        raise Refusal(
            f"{member.name} does not have the digest that the manifest names: it was damaged. Nothing was restored."
        )


def _place_database(unpacked: Path) -> None:
    connections.close_all()
    if _vendor() == "sqlite":
        target = Path(str(connection.settings_dict["NAME"]))
        for left_over in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
            left_over.unlink(missing_ok=True)  # an empty database, as it was found to be
        shutil.copy2(unpacked, target)
    else:
        _run_postgresql(
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--dbname",
            str(connection.settings_dict["NAME"]),
            str(unpacked),
        )


def _run_postgresql(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL's with our connection; its own words when it fails."""
    found = shutil.which(program)
    if found is None:
        raise Refusal(
            f"{program} was not found, and PostgreSQL's own programs are needed for this. Nothing was done. Install the "
            "package postgresql-client, in the version of the server or newer."
        )
    chosen = connection.settings_dict
    told = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = os.environ | {name: str(chosen[key]) for name, key in told.items() if chosen.get(key)}
    ran = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if ran.returncode:
        raise Refusal(f"{program} failed: {ran.stderr.strip()[:500] or ran.returncode}")
