"""Files are kept whole or not at all, and served so that no browser runs them."""

import hashlib
import os
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage

from wellheard.core.errors import Refusal
from wellheard.core.files import keep, serve
from wellheard.core.models import Member, StoredFile

WORDS = b"We are sorry. " * 1000


@pytest.fixture
def place(tmp_path: Path, settings: LazySettings) -> Path:
    """A storage of its own; where the file of `WORDS` lies in it."""
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": files}
    sha256 = hashlib.sha256(WORDS).hexdigest()
    return tmp_path / sha256[:2] / sha256


def test_a_file_that_was_left_half_written_is_written_anew(place: Path, ana: Member, now: datetime):
    place.parent.mkdir()
    place.write_bytes(WORDS[:100])

    stored = keep("letter.txt", WORDS, ana, at=now)

    assert b"".join(serve(stored)) == WORDS
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_a_file_is_there_whole_or_not_at_all(place: Path, ana: Member, now: datetime, monkeypatch: pytest.MonkeyPatch):
    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keep("letter.txt", WORDS, ana, at=now)

    assert (StoredFile.objects.count(), list(place.parent.iterdir())) == (0, [])


def test_only_its_owner_may_read_a_kept_file(place: Path, ana: Member, now: datetime):
    keep("letter.txt", WORDS, ana, at=now)

    assert (place.stat().st_mode & 0o077, place.parent.stat().st_mode & 0o077) == (0, 0)


def test_the_same_bytes_are_written_once(place: Path, ana: Member, now: datetime):
    keep("letter.txt", WORDS, ana, at=now)
    written = place.stat().st_ino
    keep("again.txt", WORDS, ana, at=now)

    assert place.stat().st_ino == written


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("C:\\temp\\a.txt", "C:_temp_a.txt"),
        ("a\r\nSet-Cookie: x.txt", "a__Set-Cookie: x.txt"),
        ("\x00", "_"),
        ("", "file"),
        ("ü" * 300 + ".pdf", "ü" * 251 + ".pdf"),
    ],
)
def test_a_name_leads_nowhere_and_says_nothing_to_the_browser(
    place: Path, ana: Member, now: datetime, name: str, kept: str
):
    stored = keep(name, WORDS, ana, at=now)

    answer = serve(stored)

    assert (stored.name, default_storage.path(stored.path)) == (kept, str(place))
    assert ("\n" in answer["Content-Disposition"], "Set-Cookie" in answer.headers) == (False, False)
    answer.close()


@pytest.mark.parametrize(
    ("content", "served_as", "is_shown"),
    [
        (b"<svg onload=alert(1)>", "text/plain", False),
        (b"<!doctype html><script>", "text/plain", False),
        (b"GIF89a<script>alert(1)</script>", "image/gif", True),
        (b"%PDF-1.7", "application/pdf", False),
        (b"\x00\x01", "application/octet-stream", False),
    ],
)
def test_nothing_that_was_given_to_us_runs_as_our_page(
    place, ana: Member, now, content: bytes, served_as: str, is_shown: bool
):
    answer = serve(keep("page.html", content, ana, at=now))

    assert (answer["Content-Type"], answer["Content-Disposition"].startswith("inline")) == (served_as, is_shown)
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"].startswith("sandbox")) == (
        "nosniff",
        True,
    )
    answer.close()


def test_a_file_that_is_gone_from_the_storage_is_a_refusal(place: Path, ana: Member, now: datetime):
    stored = keep("letter.txt", WORDS, ana, at=now)
    place.unlink()

    with pytest.raises(Refusal, match="no longer in the storage"):
        serve(stored)
