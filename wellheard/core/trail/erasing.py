"""Erasing personal values behind the trail's entries. The entries keep their salted digests, so the chain stays whole; with
the salt gone nobody can find the value again by trying."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db.models import Q

from wellheard.core.action import writing
from wellheard.core.batches import in_batches
from wellheard.core.models.trail import TrailEntry, TrailPersonal
from wellheard.core.trail.append import CHAIN

Key = tuple[str, int]


def erase_personal(
    kind: str,
    ids: Iterable[int],
    *,
    fields: Collection[str] | None = None,
    when: Callable[[str], bool] | None = None,
) -> int:
    """Erase what the trail kept aside about these records: every personal value, or those of `fields`, or those of which
    `when` says so. Within an action, whose own entries keep no former values either. Gives how many values went."""
    writing().forgets = True
    gone = 0
    for some in in_batches(ids, 500):
        values = _values(kind, some)
        if fields is not None:
            values = values.filter(field__in=fields)
        if when is None:
            gone += values.delete()[0]
            continue
        chosen = [pk for pk, value in values.values_list("pk", "value").iterator() if when(value)]
        for part in in_batches(chosen):
            gone += TrailPersonal.objects.filter(pk__in=part).delete()[0]
    return gone


def known_values(kind: str, ids: Iterable[int], fields: Collection[str]) -> set[str]:
    """Every value that these fields of these records ever had, as far as the trail still keeps it."""
    found: set[str] = set()
    for some in in_batches(ids, 500):
        found |= set(_values(kind, some).filter(field__in=fields).values_list("value", flat=True))
    return found


def _values(kind: str, ids: Collection[int]) -> Any:
    entries = TrailEntry.objects.filter(Q(chain=CHAIN), kind=kind, object_id__in=ids)
    return TrailPersonal.objects.filter(chain=CHAIN, seq__in=entries.values("seq"))
