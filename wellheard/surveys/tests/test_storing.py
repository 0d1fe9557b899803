"""Responses in bulk: as given, digested, sealed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from wellheard.core.trail.seal_checks import check_seals
from wellheard.core.trail.seals import seal_waiting
from wellheard.ground.canonical import canonical, digest
from wellheard.surveys.models import Answer, Response, Survey, response_body, response_text
from wellheard.surveys.storing import NewResponse, bodies, store
from wellheard.surveys.tests.conftest import Answered, question

EARLIEST = datetime(1900, 1, 1)  # noqa: DTZ001  hypothesis adds the zone
WORDS = "  Größe:\tÄ\n\n„gut“ 👍  "


def test_what_a_customer_wrote_is_kept_to_the_last_space(survey: Survey, answered: Answered) -> None:
    response, *_ = answered(7, words=WORDS, language="de")

    assert list(response.answers.order_by("question__position").values_list("score", "text")) == [
        (7, None),
        (None, WORDS),
    ]


def test_a_digest_covers_the_whole_response(survey: Survey, answered: Answered) -> None:
    answered(7, None, words=WORDS, satisfied=4, at=datetime(2026, 5, 1, 12, 0, 0, 123456, tzinfo=UTC))

    kept = list(Response.objects.order_by("pk"))

    assert [digest(body) for body in bodies(kept)] == [response.digest for response in kept]
    assert kept[0].digest != kept[1].digest


@given(
    words=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=4, max_size=4),
    numbers=st.lists(st.none() | st.integers(0, 2**40), min_size=5, max_size=5),
    moments=st.tuples(*[st.datetimes(EARLIEST, timezones=st.sampled_from([UTC, ZoneInfo("Asia/Kathmandu")]))] * 2),
    answers=st.lists(
        st.tuples(
            st.integers(1, 10**9),
            st.none() | st.integers(0, 10),
            st.none() | st.text(st.characters(exclude_categories=["Cs"])),
        )
    ),
)
def test_the_quick_text_is_the_canonical_one(
    words: list[str],
    numbers: list[int | None],
    moments: tuple[datetime, datetime],
    answers: list[tuple[int, int | None, str | None]],
) -> None:
    body = response_body(
        survey_id=7,
        submission_key=words[0],
        received_at=moments[0],
        answered_at=moments[1],
        language=words[1],
        channel=words[2],
        segment=words[3],
        site_id=numbers[0],
        account_id=numbers[1],
        person_id=numbers[2],
        batch_id=numbers[3],
        row=numbers[4],
        answers=answers,
    )

    assert response_text(body) == canonical(body)


def test_a_response_changed_behind_our_back_is_named(survey: Survey, answered: Answered, now: datetime) -> None:
    first, second = answered(7, 8, words="Fine")
    seal_waiting("surveys.response", at=now)
    assert list(check_seals()) == []

    Answer.objects.filter(response=second, score=8).update(score=10)

    assert [broken.row for broken in check_seals()] == [second.pk]
    assert Response.objects.get(pk=first.pk).seal_id is not None


def test_many_are_stored_with_as_many_statements_as_few(survey: Survey, now: datetime) -> None:
    recommend = question(survey, "recommend")

    def statements(number: int) -> int:
        rows = [
            NewResponse.of(survey, at=now, channel="api", answered_on=now.date(), answers=((recommend.pk, 5, None),))
            for _ in range(number)
        ]
        with CaptureQueriesContext(connection) as asked:
            assert len(store(rows)) == number
        return len(asked)

    assert statements(300) == statements(3)


def test_ids_go_on_where_they_stood(survey: Survey, answered: Answered, now: datetime) -> None:
    before = answered(1, 2)
    plain = Response.objects.create(
        survey=survey,
        received_at=now,
        answered_at=now,
        answered_on=now.date(),
        channel="link",
        submission_key="x",
        digest="0" * 64,
    )

    after = answered(3)

    ids = [each.pk for each in (*before, plain, *after)]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("number", [0, 1])
def test_storing_nothing_is_no_error(survey: Survey, now: datetime, number: int) -> None:
    rows = [NewResponse.of(survey, at=now, channel="link", answers=())] * number

    assert len(store(rows)) == number
