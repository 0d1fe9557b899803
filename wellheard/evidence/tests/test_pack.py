"""The evidence pack: the same state gives the same bytes, everything can be checked without us, nobody can be reached by it."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from wellheard.core.links import link
from wellheard.core.models import Member, Organisation, Site, Task, TrailHead
from wellheard.core.tasks import open_task
from wellheard.evidence.pack import write_pack
from wellheard.evidence.pack.check_pack import check
from wellheard.evidence.standards import editions
from wellheard.evidence.tests.conftest import DAY, EFFECT, REACT

pytestmark = pytest.mark.pages
FIRST = date(2025, 11, 17)


@pytest.fixture
def packed(organisation: Organisation, ben: Member, tasks_show, late_tasks_are_gaps) -> Callable[[], bytes]:
    """`packed()` is the pack of the twelve months, as Ben may see it."""
    tasks_show(REACT)
    tasks_show(EFFECT, key="tests.judged")

    def write() -> bytes:
        file = io.BytesIO()
        write_pack(file, editions()["2015"], FIRST, DAY, ben)
        return file.getvalue()

    return write


@pytest.fixture
def call(ben: Member, leipzig: Site, now: datetime, steps: None) -> Task:
    """A task with everything in it that a pack has to treat with care."""
    title = "<script>alert(1)</script> & “Größe”"
    task = open_task(ben, title, ben, at=now, site_id=leipzig.pk, note="cleo@holzapfel.example, +49 341 123456")
    link(leipzig, task, "opened", ben, at=now)
    return task


def names(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def read(data: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def test_the_same_state_gives_the_same_bytes(packed, call: Task):
    assert packed() == packed()


def test_a_pack_holds_a_page_for_every_requirement_and_what_it_takes_to_check_it(packed, call: Task):
    pages = [f"requirements/{each.slug}.html" for each in editions()["2015"].listed]

    assert names(packed()) == sorted(
        [
            "check_pack.py",
            "index.html",
            "manifest.json",
            "records/core.task.jsonl",
            *pages,
            "style.css",
            f"threads/core.task-{call.pk}.html",
            "trail/checkpoints.json",
            "trail/trail.jsonl",
            "trail/verifier.py",
        ]
    )


def test_the_manifest_says_what_the_pack_is_of(packed, call: Task):
    manifest = json.loads(read(packed(), "manifest.json"))
    head = TrailHead.objects.get()

    assert {key: manifest[key] for key in ("format", "organisation", "edition", "from", "to")} == {
        "format": "wellheard-pack-1",
        "organisation": "Rosetau",
        "edition": "2015",
        "from": "2025-11-17",
        "to": "2026-11-16",
    }
    assert (manifest["trail"]["entries"], manifest["trail"]["head"]) == (head.seq, head.digest)


def test_nothing_in_a_pack_runs_and_nobody_can_be_reached_by_it(packed, call: Task):
    data = packed()
    pages = [read(data, name) for name in names(data) if name.endswith((".html", ".json", ".jsonl"))]

    assert [page for page in pages if "<script" in page.lower() and "alert" in page and not page.startswith("{")] == []
    assert [page for page in pages if "cleo@" in page or "341 123456" in page] == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; “Größe”" in read(data, f"requirements/{REACT}.html")
    record = json.loads(read(data, "records/core.task.jsonl"))
    assert record["fields"]["note"] == "•••@holzapfel.example, •••••• 56"


def test_a_checked_pack_is_whole_as_a_zip_and_unpacked(packed, call: Task, tmp_path: Path):
    data = packed()
    (tmp_path / "pack.zip").write_bytes(data)
    zipfile.ZipFile(io.BytesIO(data)).extractall(tmp_path / "unpacked")

    as_zip = check(tmp_path / "pack.zip")
    unpacked = subprocess.run([sys.executable, tmp_path / "unpacked" / "check_pack.py"], capture_output=True, text=True)

    assert (as_zip[0], unpacked.returncode, unpacked.stderr) == (0, 0, "")
    assert unpacked.stdout.splitlines() == as_zip[1]


@pytest.mark.parametrize("name", ["index.html", "records/core.task.jsonl", "trail/trail.jsonl", "trail/verifier.py"])
def test_a_changed_byte_is_named_by_its_file(packed, call: Task, tmp_path: Path, name: str):
    zipfile.ZipFile(io.BytesIO(packed())).extractall(tmp_path)
    text = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(bytes([text[0] ^ 1]) + text[1:])

    assert check(tmp_path) == (1, [f"{name} was changed: it does not have its digest."])


def test_what_was_removed_or_added_is_named(packed, call: Task, tmp_path: Path):
    zipfile.ZipFile(io.BytesIO(packed())).extractall(tmp_path)
    (tmp_path / "style.css").unlink()
    (tmp_path / "extra.txt").write_text("slipped in")

    assert check(tmp_path) == (
        1,
        ["style.css is missing.", "extra.txt was added: the manifest doesn't know it."],
    )


def test_a_trail_that_was_swapped_together_with_the_manifest_is_broken_all_the_same(packed, call: Task, tmp_path: Path):
    """Someone who rewrites one entry and makes the manifest fit would have to rewrite every entry after it."""
    zipfile.ZipFile(io.BytesIO(packed())).extractall(tmp_path)
    trail = (tmp_path / "trail" / "trail.jsonl").read_text().replace("core.add_site", "core.add_sight", 1)
    (tmp_path / "trail" / "trail.jsonl").write_text(trail)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    from wellheard.evidence.pack.spool import digest_of

    for each in manifest["files"]:
        if each["name"] == "trail/trail.jsonl":
            each["sha256"] = digest_of(tmp_path / "trail" / "trail.jsonl")
            each["bytes"] = (tmp_path / "trail" / "trail.jsonl").stat().st_size
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))

    code, sentences = check(tmp_path)

    assert (code, len(sentences)) == (1, 1)
    assert "was changed, or does not follow the one before it" in sentences[0]


def test_what_is_no_pack_is_not_called_whole(tmp_path: Path):
    assert check(tmp_path)[0] == 2
    assert check(tmp_path / "nothing.zip")[0] == 2
