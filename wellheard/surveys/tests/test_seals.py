"""Answers are sealed in batches: whatever is done to one of them behind the product's back is found."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection

from wellheard.conftest import Arranging
from wellheard.core.models import TrailEntry, TrailRemoval, TrailSeal
from wellheard.core.trail.seal_checks import check_seals
from wellheard.core.trail.seals import seal_waiting, take_back
from wellheard.core.trail.verify import verify
from wellheard.ground import merkle
from wellheard.ground.canonical import digest
from wellheard.surveys.models import Answer, Response, response_body, response_digest
from wellheard.surveys.storing import bodies
from wellheard.surveys.tests.conftest import Answered

KIND = "surveys.response"
Sealed = Callable[..., list[Response]]


@pytest.fixture
def sealed(answered: Answered, now: datetime) -> Sealed:
    """`sealed(9, 3)` stores a response a score, and seals them."""

    def give(*scores: int, **details: object) -> list[Response]:
        rows = answered(*scores, **details)
        seal_waiting(KIND, at=now)
        return [Response.objects.get(pk=row.pk) for row in rows]

    return give


def broken() -> list[tuple[int | None, str]]:
    return [(each.row, each.sentence) for each in check_seals()]


def by_hand(statement: str, *values: str) -> None:
    """What somebody with the database's own tools does to a guarded table: guards off, change, guards on."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            table = "core_trailremoval" if "core_trailremoval" in statement else "core_trailseal"
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement, values)
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'core_trail%'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(statement, values)
        for _, sql in triggers:
            cursor.execute(sql)


def with_a_fitting_digest(row: Response) -> None:
    """Change a row's digest to what its text has become: what somebody does who has read how it works."""
    (body,) = bodies([row])
    Response.objects.filter(pk=row.pk).update(digest=digest(body))


def test_sealed_answers_left_alone_are_whole_and_their_root_is_in_the_trail(sealed: Sealed):
    first = sealed(9, 3, 10)
    second = sealed(0)

    assert broken() == []
    seals = list(TrailSeal.objects.order_by("pk"))
    assert [(seal.first_id, seal.last_id, seal.count) for seal in seals] == [
        (first[0].pk, first[-1].pk, 3),
        (second[0].pk, second[0].pk, 1),
    ]
    assert [seal.root in TrailEntry.objects.get(seq=seal.seq).body for seal in seals] == [True, True]
    assert {row.seal_id for row in first} == {seals[0].pk}


def test_nothing_waiting_leaves_no_seal_and_no_entry(sealed: Sealed, now: datetime):
    sealed(9)
    entries = TrailEntry.objects.count()

    assert seal_waiting(KIND, at=now) is None
    assert TrailEntry.objects.count() == entries


def test_an_answer_changed_by_hand_is_named(sealed: Sealed):
    row, other, _ = sealed(9, 3, 10)
    Answer.objects.filter(response=row, score=9).update(score=2)
    Response.objects.filter(pk=other.pk).update(segment="Somebody else's")

    assert broken() == [
        (row.pk, f"surveys.response {row.pk} was changed after it was sealed."),
        (other.pk, f"surveys.response {other.pk} was changed after it was sealed."),
    ]
    assert verify().first_broken == f"surveys.response:{row.pk}"


def test_an_answer_changed_with_its_digest_breaks_its_seal(sealed: Sealed):
    row, _ = sealed(9, 3)
    Answer.objects.filter(response=row, score=9).update(score=2)
    with_a_fitting_digest(row)
    seq = TrailSeal.objects.get().seq

    assert broken() == [(None, f"The rows sealed by entry {seq} (surveys.response) do not match their seal.")]


def test_an_answer_changed_with_its_digest_and_its_seal_is_caught_by_the_entry(sealed: Sealed):
    rows = sealed(9, 3)
    Answer.objects.filter(response=rows[0], score=9).update(score=2)
    with_a_fitting_digest(rows[0])
    digests = list(Response.objects.order_by("pk").values_list("digest", flat=True))
    by_hand("UPDATE core_trailseal SET root = %s", merkle.root(digests))
    seq = TrailSeal.objects.get().seq

    assert broken() == [(None, f"The seal of entry {seq} (surveys.response) is not the one that the entry speaks of.")]


def test_a_removed_answer_is_missed(sealed: Sealed):
    row, _ = sealed(9, 3)
    row.delete()
    seq = TrailSeal.objects.get().seq

    assert broken() == [(None, f"1 of 2 rows sealed by entry {seq} (surveys.response) are gone.")]


def test_a_seal_that_is_gone_with_all_its_rows_is_missed(sealed: Sealed):
    for row in sealed(9, 3):
        row.delete()
    seq = TrailSeal.objects.get().seq
    by_hand("DELETE FROM core_trailseal")

    assert broken() == [(None, f"The seal that entry {seq} speaks of (surveys.response) is gone.")]


def test_an_answer_that_was_slipped_in_under_a_seal_is_found(sealed: Sealed, answered: Answered):
    sealed(9, 3)
    seal = TrailSeal.objects.get()
    (under_it, under_none) = answered(10, 10)
    Response.objects.filter(pk=under_it.pk).update(seal_id=seal.pk)
    Response.objects.filter(pk=under_none.pk).update(seal_id=seal.pk + 1)

    assert broken() == [
        (under_none.pk, f"surveys.response {under_none.pk} bears a seal that is not there."),
        (None, f"The rows sealed by entry {seal.seq} (surveys.response) do not match their seal."),
    ]


def test_what_an_action_takes_back_leaves_its_digest_and_breaks_nothing(sealed: Sealed, arranging: Arranging):
    rows = sealed(9, 3, 10)
    with arranging():
        assert take_back(KIND, Response.objects.filter(pk__in=[rows[0].pk, rows[2].pk])) == 2

    assert broken() == []
    assert list(Response.objects.values_list("pk", flat=True)) == [rows[1].pk]
    assert list(TrailRemoval.objects.order_by("row_id").values_list("row_id", "digest")) == [
        (rows[0].pk, rows[0].digest),
        (rows[2].pk, rows[2].digest),
    ]
    assert verify().ok


def test_what_was_not_sealed_yet_is_taken_back_without_a_trace_of_digests(answered: Answered, arranging: Arranging):
    answered(9, 3)
    with arranging():
        assert take_back(KIND, Response.objects.all()) == 2

    assert (TrailRemoval.objects.count(), broken()) == (0, [])


def test_many_are_taken_back_in_pieces(sealed: Sealed, arranging: Arranging, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("wellheard.core.trail.seals.AT_ONCE", 2)
    sealed(1, 2, 3, 4, 5)
    with arranging():
        assert take_back(KIND, Response.objects.all()) == 5

    assert (TrailRemoval.objects.count(), broken()) == (5, [])


def test_digests_left_behind_without_an_entry_hide_nothing(sealed: Sealed):
    row, _ = sealed(9, 3)
    root = merkle.root([row.digest])
    assert row.seal_id is not None
    TrailRemoval.objects.create(kind=KIND, row_id=row.pk, digest=row.digest, seal_id=row.seal_id, root=root)
    row.delete()

    assert broken() == [(None, "Sealed rows were removed without an entry of the trail.")]


def test_an_answer_that_was_taken_back_does_not_come_back_changed(sealed: Sealed, arranging: Arranging):
    row, _ = sealed(9, 3)
    with arranging():
        take_back(KIND, Response.objects.filter(pk=row.pk))
    row.segment = "Changed"
    row.save(force_insert=True)
    with_a_fitting_digest(row)

    assert broken() == [(row.pk, f"surveys.response {row.pk} was taken back, and is here again.")]


def test_the_digest_of_a_response_is_that_of_its_body(sealed: Sealed):
    (row,) = sealed(9, words="Größer, 配送 & <b>")
    (body,) = bodies([row])

    assert (digest(body), response_digest_of(row)) == (row.digest, row.digest)


def response_digest_of(row: Response) -> str:
    answers = [(each.question_id, each.score, each.text) for each in row.answers.all()]
    names = ("survey_id", "submission_key", "received_at", "answered_at", "language", "channel", "segment", "site_id")
    more = ("account_id", "person_id", "batch_id", "row")
    return response_digest(response_body(**{name: getattr(row, name) for name in (*names, *more)}, answers=answers))
