"""Storing responses in bulk: rows, answers and counters in one transaction, with few statements.

Used by imports, by programs and by the demo; single answers from the public page have a quicker way of their own that
keeps to the same rules (`response_body`, `tallies.add`).
"""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from wellheard.core.bulk import insert_rows
from wellheard.surveys import tallies
from wellheard.surveys.models import Answer, Response, Survey, response_body, response_digest, response_text

AT_ONCE = 10_000
RESPONSE_COLUMNS = (
    "id",
    "survey_id",
    "received_at",
    "answered_at",
    "answered_on",
    "language",
    "channel",
    "person_id",
    "account_id",
    "segment",
    "segments",
    "site_id",
    "submission_key",
    "batch_id",
    "row",
    "digest",
    "seal_id",
    "noticed_at",
    "left_out",
)
ANSWER_COLUMNS = ("response_id", "question_id", "score", "text")


@dataclass(frozen=True, slots=True)
class NewResponse:
    """A response on its way in. `answers` are (question id, score, text); `answered_on` is the day in the survey's zone."""

    survey_id: int
    received_at: datetime
    answered_at: datetime
    answered_on: date
    channel: str
    answers: tuple[tuple[int, int | None, str | None], ...]
    submission_key: str = ""
    language: str = ""
    segment: str = ""
    segments: tuple[str, ...] = ()
    site_id: int | None = None
    person_id: int | None = None
    account_id: int | None = None
    batch_id: int | None = None
    row: int | None = None
    noticed_at: datetime | None = None

    @classmethod
    def of(cls, survey: Survey, *, at: datetime, channel: str, **details: Any) -> "NewResponse":
        """A response to this survey, answered and received at this moment unless `details` say otherwise."""
        answered = details.pop("answered_at", at)
        details.setdefault("site_id", survey.site_id)
        return cls(
            survey_id=survey.pk,
            received_at=at,
            answered_at=answered,
            answered_on=details.pop("answered_on", None) or survey.day_of(answered),
            channel=channel,
            **details,
        )


def new_submission_key() -> str:
    """For a sender that gave none: random, so that a digest can't be guessed from what was answered."""
    return secrets.token_hex(16)


def store(responses: Iterable[NewResponse]) -> list[int]:
    """Store responses with their answers and raise the counters; gives their ids, in order. One transaction.

    Raises IntegrityError when a submission key is already there in its survey; nothing is stored then.
    """
    ids: list[int] = []
    with transaction.atomic():
        for some in _some(responses, AT_ONCE):
            ids += _store(some)
    return ids


def _store(responses: Sequence[NewResponse]) -> list[int]:
    ids = _new_ids(len(responses))
    rows, answers, scored = [], [], []
    # Many share a moment: that of the import, or of the batch.
    stored_moment = lru_cache(1024)(connection.ops.adapt_datetimefield_value)
    for pk, each in zip(ids, responses, strict=True):
        key = each.submission_key or new_submission_key()
        rows.append(_row(pk, each, key, stored_moment))
        for question, score, text in each.answers:
            answers.append((pk, question, score, text))
            if score is not None:
                scored.append(
                    tallies.Scored(question, each.answered_on, each.segment, each.site_id or 0, each.channel, score)
                )
    insert_rows(Response._meta.db_table, RESPONSE_COLUMNS, rows)
    insert_rows(Answer._meta.db_table, ANSWER_COLUMNS, answers)
    tallies.add(scored)
    return ids


def _row(pk: int, each: NewResponse, key: str, stored_moment: Callable[[datetime], Any]) -> tuple[Any, ...]:
    body = response_body(
        survey_id=each.survey_id,
        submission_key=key,
        received_at=each.received_at,
        answered_at=each.answered_at,
        language=each.language,
        channel=each.channel,
        segment=each.segment,
        segments=each.segments,
        site_id=each.site_id,
        account_id=each.account_id,
        person_id=each.person_id,
        batch_id=each.batch_id,
        row=each.row,
        answers=each.answers,
    )
    return (
        pk,
        each.survey_id,
        stored_moment(each.received_at),
        stored_moment(each.answered_at),
        connection.ops.adapt_datefield_value(each.answered_on),
        each.language,
        each.channel,
        each.person_id,
        each.account_id,
        each.segment,
        json.dumps(each.segments) if each.segments else "[]",
        each.site_id,
        key,
        each.batch_id,
        each.row,
        response_digest(body),
        None,
        stored_moment(each.noticed_at) if each.noticed_at else None,
        "",
    )


def _new_ids(number: int) -> list[int]:
    """As many unused ids of responses, set aside for this transaction.

    PostgreSQL's sequence gives them out. SQLite has one writer, who holds the lock from the start of the transaction.
    """
    table = Response._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, number]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()[0]
    return list(range(last + 1, last + 1 + number))


def _some(responses: Iterable[NewResponse], number: int) -> Iterator[list[NewResponse]]:
    some: list[NewResponse] = []
    for each in responses:
        some.append(each)
        if len(some) == number:
            yield some
            some = []
    if some:
        yield some


def bodies(responses: Sequence[Response]) -> list[str]:
    """The canonical text of each response as the database holds it now: what its digest must match."""
    answers: dict[int, list[tuple[int, int | None, str | None]]] = {response.pk: [] for response in responses}
    ids = list(answers)
    for start in range(0, len(ids), 5_000):
        found = Answer.objects.filter(response_id__in=ids[start : start + 5_000])
        for response_id, question_id, score, text in found.values_list("response_id", "question_id", "score", "text"):
            answers[response_id].append((question_id, score, text))
    return [
        response_text(
            response_body(
                survey_id=each.survey_id,
                submission_key=each.submission_key,
                received_at=each.received_at,
                answered_at=each.answered_at,
                language=each.language,
                channel=each.channel,
                segment=each.segment,
                segments=each.segments,
                site_id=each.site_id,
                account_id=each.account_id,
                person_id=each.person_id,
                batch_id=each.batch_id,
                row=each.row,
                answers=answers[each.pk],
            )
        )
        for each in responses
    ]
