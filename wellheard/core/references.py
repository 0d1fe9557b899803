"""References that people can read out: one scheme, given at once on every channel."""

from datetime import datetime

from django.db import transaction

from wellheard.core.models.references import ReferenceCounter


def next_reference(prefix: str, at: datetime) -> str:
    """`CAS-2026-0042`: the next number of this prefix in the year of `at`. Numbers are never given twice; a rolled-back
    transaction leaves none missing either, since the counter rolls back with it."""
    with transaction.atomic():
        counter, _ = ReferenceCounter.objects.select_for_update().get_or_create(prefix=prefix, year=at.year)
        counter.last += 1
        counter.save(update_fields=["last"])
    return f"{prefix}-{at.year}-{counter.last:04d}"
