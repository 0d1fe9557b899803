"""The index of the search: written as an action's last step, in its transaction. `core.search` asks it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps

from wellheard.core.batches import in_batches
from wellheard.core.models.search import SearchEntry
from wellheard.core.records import Record
from wellheard.ground.text.normalise import search_document

MOST_CHARACTERS = 100_000  # of a record's words, and of what is made of them


def index(records: Sequence[Record]) -> None:
    """Put records into the index, or renew them there; those that have nothing to say any more leave it.

    Called as an action's last step, in its transaction.
    """
    rows, silent = [], []
    for record in records:
        if type(record).search_text is Record.search_text:
            continue  # its kind is never searched
        said = record.search_text()
        if said is None:
            silent.append((record.kind, record.pk))
            continue
        title, words = said
        rows.append(
            SearchEntry(kind=record.kind, record_id=record.pk, title=title[:300], words=_words(f"{title} {words}"))
        )
    unindex(silent)
    if rows:
        SearchEntry.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["kind", "record_id"], update_fields=["title", "words"]
        )


def unindex(keys: Iterable[tuple[str, Any]]) -> None:
    """Take records out of the index: what was deleted must not be kept by its words."""
    by_kind: dict[str, list[Any]] = defaultdict(list)
    for kind, pk in keys:
        by_kind[kind].append(pk)
    for kind, pks in by_kind.items():
        if apps.get_model(kind).search_text is not Record.search_text:
            for some in in_batches(pks):
                SearchEntry.objects.filter(kind=kind, record_id__in=some).delete()


def _words(text: str) -> str:
    """What the index holds of a text: as much of its beginning as PostgreSQL can index (a vector holds a megabyte)."""
    words = search_document(text[:MOST_CHARACTERS])
    return words if len(words) <= MOST_CHARACTERS else words[:MOST_CHARACTERS].rpartition(" ")[0]
