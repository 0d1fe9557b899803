"""What the trail says about a record."""

import json
from typing import Any

from wellheard.core.models import TrailEntry
from wellheard.core.records import Record


def bodies(record: Record) -> list[dict[str, Any]]:
    """What the trail says about a record, oldest first."""
    rows = TrailEntry.objects.filter(kind=record.kind, object_id=record.pk).order_by("seq")
    return [json.loads(entry.body) for entry in rows]


def last_changes(record: Record) -> dict[str, Any]:
    changes: dict[str, Any] = bodies(record)[-1]["changes"]
    return changes
