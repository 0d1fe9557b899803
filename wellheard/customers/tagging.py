"""Tags: those there are, and the customers that bear one."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast

from wellheard.customers.models import Account, Tag
from wellheard.customers.segmenting.expressions import HasWord


def know_tags(about: str, tags: Sequence[str]) -> None:
    """Within an action that sets tags: remember them, so that lists can offer them."""
    known = set(Tag.objects.filter(about=about, words__in=tags).values_list("words", flat=True)) if tags else set()
    new = [Tag(about=about, words=words) for words in tags if words not in known]
    if new:
        Tag.objects.bulk_create(new, ignore_conflicts=True)


def tags_known(about: str) -> list[str]:
    """Every tag that accounts (`"account"`) or people (`"person"`) bear or bore, in the order of the alphabet."""
    return sorted(Tag.objects.filter(about=about).values_list("words", flat=True), key=str.casefold)


def tagged(rows: QuerySet[Any], tag: str) -> QuerySet[Any]:
    """Those that bear this tag."""
    if connection.vendor != "sqlite":
        return rows.filter(tags__contains=[tag])
    # SQLite keeps the list as its JSON text, in which a tag stands as it is written here.
    found: QuerySet[Any] = rows.alias(tags_text=Cast("tags", TextField())).filter(tags_text__contains=json.dumps(tag))
    return found


def tagged_however_written(rows: QuerySet[Any], tag: str) -> QuerySet[Any]:
    """Those that bear this tag in capitals or small letters, whichever somebody used."""
    asked = " ".join(tag.split()).casefold()
    about = "account" if rows.model is Account else "person"
    wanted = Q(pk__in=())
    for words in tags_known(about):
        if words.casefold() == asked:
            wanted |= Q(HasWord(F("tags"), words))
    return rows.filter(wanted)
