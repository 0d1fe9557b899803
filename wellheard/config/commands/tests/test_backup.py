"""A backup comes back whole, or not at all."""

import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from wellheard.config.backups import unpack
from wellheard.config.commands.tests.conftest import Program
from wellheard.core.errors import Refusal

Elsewhere = Callable[[str], Program]


def last_entry(data: Path) -> dict[str, object]:
    with closing(sqlite3.connect(data / "wellheard.sqlite3")) as database:
        rows = database.execute("SELECT body FROM core_trailentry WHERE action = 'evidence.declare_restore'").fetchall()
    return dict(json.loads(rows[-1][0]))


def test_a_backup_restores_database_and_files_and_the_trail_says_so(
    program: Program, elsewhere: Elsewhere, tmp_path: Path
):
    file = tmp_path / "backup.tar.gz"

    code, made = program.json("backup", file)
    restored_code, restored = elsewhere("new").json("restore", file)

    new = tmp_path / "new"
    assert (code, made["files"], file.stat().st_mode & 0o777) == (0, 1, 0o600)
    assert (restored_code, restored["ok"], restored["entries"]) == (0, True, made["entries"] + 1)
    (kept,) = [path for path in (new / "files").rglob("*") if path.is_file()]
    assert kept.read_bytes() == b"as the customer sent it"
    assert last_entry(new)["details"] == {
        "backup_of": restored["made_at"],
        "entries": made["entries"],
        "file": made["sha256"],
        "head": made["head"],
    }
    assert list(tmp_path.glob(".*.part")) == []


def test_a_backup_is_never_written_over_a_file(program: Program, tmp_path: Path):
    (tmp_path / "there.tar.gz").write_text("precious")

    code, output, faults = program("backup", tmp_path / "there.tar.gz")

    assert (code, output) == (2, "")
    assert faults.endswith("is there already. Nothing was written; choose another name.\n")
    assert (tmp_path / "there.tar.gz").read_text() == "precious"


def test_nothing_is_restored_over_what_is_there(program: Program, tmp_path: Path):
    file = tmp_path / "backup.tar.gz"
    program("backup", file)
    before = (program.data / "wellheard.sqlite3").read_bytes()

    with_files, _, first_fault = program("restore", file)
    shutil.rmtree(program.data / "files")
    with_database, _, second_fault = program("restore", file)

    assert (with_files, with_database) == (2, 2)
    assert "There are files in" in first_fault
    assert "is not empty. Nothing was restored" in second_fault
    assert (program.data / "wellheard.sqlite3").read_bytes() == before


# ---- damaged files: without a process each ------------------------------------------------------------------------
def archive(path: Path, members: dict[str, bytes], manifest: dict[str, object] | None) -> Path:
    """A tar.gz with these members after its manifest."""
    with tarfile.open(path, "w:gz") as tar:
        everything = {"manifest.json": json.dumps(manifest).encode()} if manifest is not None else {}
        for name, data in (everything | members).items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def manifest_of(**files: tuple[str, int]) -> dict[str, object]:
    return {
        "format": "wellheard-backup-1",
        "made_at": "2026-11-16T15:30:00+00:00",
        "database": "sqlite",
        "trail": {"entries": 1, "head": "ab"},
        "files": [{"name": name, "sha256": sha, "bytes": size} for name, (sha, size) in files.items()],
    }


A = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"  # SHA-256 of “a”, as FIPS 180 gives it


@pytest.mark.parametrize(
    ("members", "manifest", "sentence"),
    [
        ({"file": b"b"}, manifest_of(file=(A, 1)), "file does not have the digest that the manifest names"),
        ({}, manifest_of(file=(A, 1)), "lacks file"),
        ({"file": b"a", "more": b"x"}, manifest_of(file=(A, 1)), "holds more, which its manifest doesn't know"),
        ({"../out": b"a"}, manifest_of(**{"../out": (A, 1)}), "names ../out, which lies outside"),
        ({"file": b"a"}, None, "doesn't begin with a manifest"),
        ({"file": b"a"}, manifest_of(file=(A, 1)) | {"format": "other"}, "no backup that this version can read"),
    ],
)
def test_what_is_damaged_or_foreign_is_refused_and_named(
    tmp_path: Path, members: dict[str, bytes], manifest: dict[str, object] | None, sentence: str
):
    file = archive(tmp_path / "backup.tar.gz", members, manifest)

    with pytest.raises(Refusal, match="Nothing was restored") as refused:
        unpack(file, tmp_path / "target")

    assert sentence in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path):
    whole = archive(tmp_path / "whole.tar.gz", {"file": b"a" * 5000}, manifest_of(file=(A, 5000))).read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(Refusal, match="Nothing was restored"):
        unpack(tmp_path / "cut.tar.gz", tmp_path / "target")


def test_a_whole_file_is_unpacked_as_it_was(tmp_path: Path):
    file = archive(tmp_path / "backup.tar.gz", {"file": b"a"}, manifest_of(file=(A, 1)))
    (tmp_path / "target").mkdir()

    backup = unpack(file, tmp_path / "target")

    assert (backup.files, (tmp_path / "target" / "file").read_bytes()) == ({"file": (A, 1)}, b"a")
