"""What imports, pairs and merges remember of a person: kept to go back, and therefore erased with them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from wellheard.core.actors import Actor
from wellheard.core.batches import in_batches
from wellheard.core.models import ImportBatch
from wellheard.customers.forgetting import delete_rows, forget_rows, told_rows, without
from wellheard.customers.holdings import Forgotten, Holding, Scope, register_holding
from wellheard.customers.models import DuplicatePair, ImportedChange, Merge, UnsubscribeRequest

People = Sequence[int]


def imported(people: People) -> QuerySet[ImportedChange]:
    return ImportedChange.objects.filter(record_kind="customers.person", record_id__in=people)


def forget_imported(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    """The rows of imports, then the lists of who wants no mail, then the rows that were rejected."""
    one = forget_rows(
        imported(scope.people), lambda row: {"before": {}, "after": {}}, after=after, most=most, known=scope.known
    )
    if one.after is not None:
        return one
    two = _forget_asked(scope)
    batches = ImportBatch.objects.exclude(rejected=[])
    three = forget_rows(
        batches,
        lambda row: without(scope.known, row, "rejected"),
        after=0,
        most=batches.count() + 1,
        known=scope.known,
        fields=(),
        scrubbed=("rejected",),
    )
    return Forgotten(one.changed + two + three.changed)


def _forget_asked(scope: Scope) -> int:
    """Lines of lists of who wants no mail: theirs lose name and address, and all others the guess that it was them."""
    people = set(scope.people)
    theirs, guessed = [], []
    rows = UnsubscribeRequest.objects.order_by("pk").values_list("pk", "person_id", "email", "candidates")
    for pk, person, email, candidates in rows.iterator(chunk_size=2_000):
        if person in people or email.strip().casefold() in scope.known.emails:
            theirs.append(pk)
        elif any(each["person"] in people for each in candidates):
            guessed.append(pk)

    def others(row: UnsubscribeRequest) -> list[dict[str, Any]]:
        return [each for each in row.candidates if each["person"] not in people]

    changed = 0
    for some in in_batches(theirs):
        changed += forget_rows(
            UnsubscribeRequest.objects.filter(pk__in=some),
            lambda row: {"name": "", "email": "", "candidates": others(row)},
            after=0,
            most=len(some) + 1,
            known=scope.known,
        ).changed
    for some in in_batches(guessed):
        changed += forget_rows(
            UnsubscribeRequest.objects.filter(pk__in=some),
            lambda row: without(scope.known, row, "name") | {"candidates": others(row)},
            after=0,
            most=len(some) + 1,
            known=scope.known,
            fields=("candidates",),
            scrubbed=("name",),
        ).changed
    return changed


def pairs(people: People) -> QuerySet[DuplicatePair]:
    return DuplicatePair.objects.filter(Q(first_id__in=people) | Q(second_id__in=people), about="person")


def merges(people: People) -> QuerySet[Merge]:
    return Merge.objects.filter(Q(kept_id__in=people) | Q(gone_id__in=people), about="person")


def forget_decisions(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    one = delete_rows(pairs(scope.people), after=0, most=most)
    if one.after is not None:
        return Forgotten(one.changed, 0)
    mine = merges(scope.people)
    two = forget_rows(
        mine,
        lambda row: {"before": {}, "moved": [], "choices": {}} | without(scope.known, row, "undone_reason"),
        after=0,
        most=mine.count() + 1,
        known=scope.known,
    )
    return Forgotten(one.changed + two.changed)


def shown_decisions(people: People) -> Iterable[dict[str, Any]]:
    yield from told_rows(merges(people).order_by("pk"), ("reference", "at", "before", "undone_at", "undone_reason"))


def register() -> None:
    """Say what is kept here."""
    register_holding(
        Holding(
            "customers.imports",
            "Rows of imports",
            shown=lambda people: told_rows(
                imported(people).order_by("pk"), ("batch", "row", "verdict", "before", "after")
            ),
            forget=forget_imported,
            count=lambda people: imported(people).count(),
            goes="What the rows said of them before and after, and their names in rejected rows.",
            stays="The file that was imported, until someone removes it from the storage: it holds others too.",
        )
    )
    register_holding(
        Holding(
            "customers.decisions",
            "Duplicates and merges",
            shown=shown_decisions,
            forget=forget_decisions,
            count=lambda people: pairs(people).count() + merges(people).count(),
            goes="Pairs, and what the merged records said; such a merge can't be taken back any more.",
            stays="That records were merged.",
        )
    )
