"""One index over records. The same normaliser feeds and asks both databases, so the same words give the same hits."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

from wellheard.core.actors import Actor
from wellheard.core.batches import in_batches
from wellheard.core.links import fetch
from wellheard.core.models.search import SearchEntry
from wellheard.core.records import Record, kind_of
from wellheard.ground.text.normalise import search_document, search_query

MOST_CHARACTERS = 100_000  # of a record's words, and of what is made of them
MOST_WORDS = 20  # of a question
AT_ONCE, ROUNDS = 200, 20  # entries of the index, and how often it is asked for a single question


@dataclass(frozen=True)
class Hit:
    kind: str
    title: str
    record: Model


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


def find(text: str, actor: Actor, *, most: int = 20) -> list[Hit]:
    """The newest records that hold every word asked for, as far as this actor may see them.

    Rows that the actor may not see are skipped after the index has answered, so it is asked on until there are enough.
    """
    groups = search_query(text)[:MOST_WORDS]
    hits: list[Hit] = []
    before = 2**62
    for _ in range(ROUNDS if groups else 0):
        entries = _matching(groups, before)
        records = fetch([(entry.kind, entry.record_id) for entry in entries], actor)
        hits += [
            Hit(entry.kind, entry.title, records[entry.kind, entry.record_id])
            for entry in entries
            if (entry.kind, entry.record_id) in records
        ]
        if len(hits) >= most or len(entries) < AT_ONCE:
            break
        before = entries[-1].pk
    return hits[:most]


def holding(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Those rows of a list that hold every word, as the index has them: umlauts folded, words by their beginnings.

    For lists (`ListPage.search`): the same words find the same records in the list and in the find box, on both databases.
    """
    groups = search_query(text)[:MOST_WORDS]
    if not groups:
        return rows
    if connection.vendor == "sqlite":
        condition = "id IN (SELECT rowid FROM core_searchindex WHERE core_searchindex MATCH %s)"
    else:
        condition = "vector @@ %s::tsquery"
    # The rows are asked for by their ids, so that the index is read once and nothing else is.
    sql = f"SELECT record_id FROM core_searchentry WHERE {condition} AND kind = %s"  # noqa: S608  the condition is ours
    return rows.filter(pk__in=RawSQL(sql, [_asked(groups), kind_of(rows.model)]))  # noqa: S611


def _asked(groups: list[list[str]]) -> str:
    """The question as the database's index wants it: each group's words or one another's spellings, all groups."""
    if connection.vendor == "sqlite":
        return " AND ".join("(" + " OR ".join(_fts(word) for word in group) + ")" for group in groups)
    return " & ".join("(" + " | ".join(_lexeme(word) for word in group) + ")" for group in groups)


def ids_matching(kind: str, prefixes: Sequence[str], *, most: int = 200) -> list[int]:
    """The ids of the newest records of one kind that hold words which begin so, each of them; nobody's right is asked."""
    groups = [group for each in prefixes for group in search_query(each)][:MOST_WORDS]
    if not groups:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            words = " AND ".join("(" + " OR ".join(_fts(word) for word in group) + ")" for group in groups)
            cursor.execute(
                "SELECT record_id FROM core_searchentry WHERE kind = %s AND id IN "
                "(SELECT rowid FROM core_searchindex WHERE core_searchindex MATCH %s) ORDER BY id DESC LIMIT %s",
                [kind, words, most],
            )
        else:
            words = " & ".join("(" + " | ".join(_lexeme(word) for word in group) + ")" for group in groups)
            cursor.execute(
                "SELECT record_id FROM core_searchentry WHERE kind = %s AND vector @@ %s::tsquery ORDER BY id DESC LIMIT %s",
                [kind, words, most],
            )
        return [int(row[0]) for row in cursor.fetchall()]


def _matching(groups: list[list[str]], before: int) -> list[SearchEntry]:
    if connection.vendor == "sqlite":
        sql = (
            "SELECT id, kind, record_id, title, '' AS words FROM core_searchentry WHERE id IN "
            "(SELECT rowid FROM core_searchindex WHERE core_searchindex MATCH %s AND rowid < %s "
            "ORDER BY rowid DESC LIMIT %s) ORDER BY id DESC"
        )
    else:
        sql = (
            "SELECT id, kind, record_id, title, '' AS words FROM core_searchentry "
            "WHERE vector @@ %s::tsquery AND id < %s ORDER BY id DESC LIMIT %s"
        )
    return list(SearchEntry.objects.raw(sql, [_asked(groups), before, AT_ONCE]))


def _fts(word: str) -> str:
    return '"' + word.replace('"', '""') + '"*'


def _lexeme(word: str) -> str:
    return "'" + word.replace("'", "''").replace("\\", "\\\\") + "':*"
