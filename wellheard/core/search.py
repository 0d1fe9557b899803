"""One index over records. The same normaliser feeds and asks both databases, so the same words give the same hits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

from wellheard.core.actors import Actor
from wellheard.core.links import fetch
from wellheard.core.models.search import SearchEntry
from wellheard.core.records import kind_of
from wellheard.ground.text.normalise import search_query

MOST_WORDS = 20  # of a question
AT_ONCE, ROUNDS = 200, 20  # entries of the index, and how often it is asked for a single question


@dataclass(frozen=True)
class Hit:
    kind: str
    title: str
    record: Model


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
    # The rows are asked for by their ids, so that the index is read once and nothing else is.
    sql = f"SELECT record_id FROM core_searchentry WHERE {_condition()} AND kind = %s"  # noqa: S608  the condition is ours
    return rows.filter(pk__in=RawSQL(sql, [_asked(groups), kind_of(rows.model)]))  # noqa: S611


def _condition() -> str:
    """That an entry holds what is asked, in the database's words."""
    if connection.vendor == "sqlite":
        return "id IN (SELECT rowid FROM core_searchindex WHERE core_searchindex MATCH %s)"
    return "vector @@ %s::tsquery"


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
    sql = f"SELECT record_id FROM core_searchentry WHERE kind = %s AND {_condition()} ORDER BY id DESC LIMIT %s"  # noqa: S608  ours
    with connection.cursor() as cursor:
        cursor.execute(sql, [kind, _asked(groups), most])
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
