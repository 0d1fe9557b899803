"""Files by what they hold: checked on the way in, kept once, served so that no browser runs them."""

import hashlib
import os
import re
import tempfile
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Model
from django.http import FileResponse

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.links import key_of
from wellheard.core.models.files import StoredFile

MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"%PDF-": "application/pdf",
    b"PK\x03\x04": "application/zip",
}
SHOWN_INLINE = {"image/png", "image/jpeg", "image/gif"}


def media_type_of(head: bytes) -> str:
    """What the bytes say they are; the name and the browser's word are not trusted."""
    for magic, kind in MAGIC.items():
        if head.startswith(magic):
            return kind
    return "application/octet-stream" if b"\x00" in head else "text/plain"


@action("core.keep_file")
def keep(
    name: str,
    data: bytes | IO[bytes],
    by: Actor,
    *,
    at: datetime,
    about: Model | None = None,
    site_id: int | None = None,
) -> StoredFile:
    """Keep a file; the same bytes are stored once. Refused when larger than the limit."""
    content = data if isinstance(data, bytes) else data.read(settings.UPLOAD_LIMIT + 1)
    if len(content) > settings.UPLOAD_LIMIT:
        limit = settings.UPLOAD_LIMIT // 1024 // 1024
        raise Refusal(f"“{name}” is larger than {limit} MB, so it was not kept. Send a smaller file.", field="file")
    kind, pk = key_of(about) if about is not None else ("", None)
    stored = StoredFile(
        sha256=hashlib.sha256(content).hexdigest(),
        name=re.sub(r"[\x00-\x1f/\\]", "_", name)[-255:] or "file",
        size=len(content),
        media_type=media_type_of(content[:512]),
        about_kind=kind,
        about_id=pk,
        site_id=site_id,
        kept_at=at,
    )
    _put(stored.path, content)
    stored.save()
    return stored


def _put(path: str, content: bytes) -> None:
    """Have these bytes in the storage, whole: a file that a power cut or a full disk left half-written is written anew."""
    if default_storage.exists(path) and default_storage.size(path) == len(content):
        return
    try:
        local = Path(default_storage.path(path))
    except NotImplementedError:  # a bucket: what it has, it has whole
        default_storage.save(path, ContentFile(content))
        return
    # Beside its place first, then moved there, so that nobody ever sees a part; on the disk before its row is.
    local.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=local.parent, prefix=".part-", delete=False) as part:
        try:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(local)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
    folder = os.open(local.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def serve(stored: StoredFile) -> FileResponse:
    """The file as a download; pictures may be shown. The sandbox keeps anything else from running as our page."""
    try:
        content = default_storage.open(stored.path)
    except FileNotFoundError:
        raise Refusal(
            f"“{stored.name}” is no longer in the storage; only its name and its digest are left. Nothing was changed. Ask "
            "an administrator for the backup.",
            code="gone",
        ) from None
    response = FileResponse(
        content,
        as_attachment=stored.media_type not in SHOWN_INLINE,
        filename=stored.name,
        content_type=stored.media_type,
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
