"""References that people can read out: one scheme, given at once on every channel."""

from datetime import datetime

from django.db import transaction

from wellheard.core.models.references import ReferenceCounter


def next_reference(prefix: str, at: datetime) -> str:
    """`CAS-2026-0042`: the next number of this prefix in the year of `at`. Numbers are never given twice; a rolled-back
    transaction leaves none missing either, since the counter rolls back with it."""
    return next_references(prefix, 1, at)[0]


def next_references(prefix: str, number: int, at: datetime) -> list[str]:
    """So many of them, one after the other."""
    with transaction.atomic():
        counter, _ = ReferenceCounter.objects.select_for_update().get_or_create(prefix=prefix, year=at.year)
        first = counter.last + 1
        counter.last += number
        counter.save(update_fields=["last"])
    return [f"{prefix}-{at.year}-{each:04d}" for each in range(first, first + number)]
