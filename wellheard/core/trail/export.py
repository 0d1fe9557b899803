"""The trail in a file that anyone can check: entries as JSON lines, a counted trailer, the checkpoints, and the checker."""

import json
from collections.abc import Iterator
from datetime import datetime
from importlib import resources

from wellheard.core.models.trail import TrailCheckpoint, TrailEntry, TrailHead
from wellheard.core.trail.append import CHAIN

FORMAT = "wellheard-trail-1"


def export_lines(*, at: datetime) -> Iterator[str]:
    """The lines of an export: a header, one line an entry, one a checkpoint, and a trailer with count and head."""
    # Others may write meanwhile: what is exported ends where the head stands now.
    head = TrailHead.objects.get(chain=CHAIN)
    yield json.dumps({"format": FORMAT, "chain": CHAIN, "written_at": at.isoformat()})
    count, last = 0, head.digest
    entries = TrailEntry.objects.filter(chain=CHAIN, seq__lte=head.seq).order_by("seq")
    for seq, digest, body in entries.values_list("seq", "digest", "body").iterator(chunk_size=5000):
        count, last = count + 1, digest
        yield json.dumps({"seq": seq, "digest": digest, "body": body}, ensure_ascii=False)
    for point in TrailCheckpoint.objects.filter(chain=CHAIN, seq__lte=head.seq).order_by("seq"):
        yield json.dumps({"checkpoint": point.seq, "digest": point.digest, "at": point.at.isoformat()})
    yield json.dumps({"entries": count, "head": last})


def verifier_source() -> str:
    """The one-file checker: only Python's standard library, to be read and run anywhere."""
    return resources.files("wellheard.core.trail").joinpath("verifier.py").read_text(encoding="utf-8")
