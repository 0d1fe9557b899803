"""The counters: raised from a batch in one statement, rebuilt from the answers, and compared with a rebuild.

A tally is a sum of what the answers say, nothing more: `equal_to_rebuild` finds every cell that differs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Count

from wellheard.surveys.models import COUNTERS, Answer, PeriodKind, Question, Tally

ROWS_AT_ONCE = 1_500  # SQLite takes 32,766 values in one statement, PostgreSQL 65,535; a row has 17


class Scored(NamedTuple):
    """Which cell a score is counted in. `site` is 0 and `segment` "" when there is none."""

    question_id: int
    day: date
    segment: str
    site: int
    channel: str
    score: int


Cell = tuple[int, str, date, str, int, str]


def add(deltas: Mapping[Scored, int] | Iterable[Scored]) -> None:
    """Raise (or with negative numbers lower) the counters of the day and of the month.

    One statement for a batch of up to 1,500 cells, within the caller's transaction. Rows are written in the order of
    their key, so that two batches at once wait for one another instead of locking each other out.
    """
    counted = deltas if isinstance(deltas, Mapping) else Counter(deltas)
    rows = _rows(counted)
    ordered = sorted((key, counters) for key, counters in rows.items() if any(counters))
    for start in range(0, len(ordered), ROWS_AT_ONCE):
        _upsert(ordered[start : start + ROWS_AT_ONCE])


def _rows(counted: Mapping[Scored, int]) -> dict[Cell, list[int]]:
    rows: dict[Cell, list[int]] = defaultdict(lambda: [0] * 11)
    for (question_id, day, segment, site, channel, score), number in counted.items():
        rows[question_id, PeriodKind.DAY.value, day, segment, site, channel][score] += number
        rows[question_id, PeriodKind.MONTH.value, day.replace(day=1), segment, site, channel][score] += number
    return rows


def _upsert(rows: list[tuple[Cell, list[int]]]) -> None:
    table = Tally._meta.db_table
    names = ("question_id", "period_kind", "period", "segment", "site", "channel", *COUNTERS)
    places = ", ".join(["(" + ", ".join(["%s"] * len(names)) + ")"] * len(rows))
    raised = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in COUNTERS)
    sql = (  # names of our own only; every value is a parameter
        f"INSERT INTO {table} ({', '.join(names)}) VALUES {places} "  # noqa: S608
        f"ON CONFLICT (question_id, period_kind, period, segment, site, channel) DO UPDATE SET {raised}"
    )
    values: list[Any] = [value for key, counters in rows for value in (*key, *counters)]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def recount(question: Question) -> dict[Cell, tuple[int, ...]]:
    """What the counters of a question should be, from the answers themselves; cells without a count are left out."""
    found = (
        Answer.objects.filter(question=question, score__isnull=False, response__left_out="")
        .values_list("response__answered_on", "response__segment", "response__site_id", "response__channel", "score")
        .annotate(number=Count("pk"))
        .order_by()
    )
    scored = {
        Scored(question.pk, day, segment, site or 0, channel, score): number
        for day, segment, site, channel, score, number in found
    }
    return {key: tuple(counters) for key, counters in _rows(scored).items()}


def kept(question: Question) -> dict[Cell, tuple[int, ...]]:
    """The counters of a question as they are stored; rows that count nothing (any more) are left out."""
    names = ("question_id", "period_kind", "period", "segment", "site", "channel", *COUNTERS)
    rows = Tally.objects.filter(question=question).values_list(*names)
    return {tuple(row[:6]): tuple(row[6:]) for row in rows if any(row[6:])}


def equal_to_rebuild(question: Question) -> bool:
    """Do the counters say exactly what the answers say, cell for cell?"""
    return kept(question) == recount(question)


def rebuild(question: Question) -> int:
    """Count a question anew from its answers; gives how many rows there are now.

    The table is locked: an answer whose transaction ends while this counts would be lost or counted twice. SQLite has
    one writer at a time anyway.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {Tally._meta.db_table} IN EXCLUSIVE MODE")
        rows = recount(question)
        Tally.objects.filter(question=question).delete()
        ordered = sorted((key, list(counters)) for key, counters in rows.items())
        for start in range(0, len(ordered), ROWS_AT_ONCE):
            _upsert(ordered[start : start + ROWS_AT_ONCE])
    return len(rows)
