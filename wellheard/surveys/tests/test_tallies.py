"""Counters say what the answers say, cell for cell, whatever happened in between."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wellheard.core.models import Member, Site
from wellheard.surveys import tallies
from wellheard.surveys.actions import count_again, leave_out
from wellheard.surveys.models import Response, Survey, Tally
from wellheard.surveys.storing import NewResponse, store
from wellheard.surveys.tallies import Scored, equal_to_rebuild, kept, rebuild, recount
from wellheard.surveys.tests.conftest import Answered, question

START = datetime(2026, 1, 1, tzinfo=UTC)

responses = st.lists(
    st.tuples(
        st.integers(0, 10),
        st.integers(0, 40 * 24),
        st.sampled_from(["", "Landscapers", "Gärten"]),
        st.sampled_from(["link", "mail"]),
        st.sampled_from(["keep", "leave out", "there and back"]),
    ),
    max_size=12,
)


def test_an_answer_is_counted_in_its_day_and_in_its_month(survey: Survey, answered: Answered) -> None:
    answered(9, 9, 3, at=datetime(2026, 3, 31, 22, 30, tzinfo=UTC), segment="Landscapers")

    recommend = question(survey, "recommend")

    # In Leipzig it was already April.
    counters = (0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0)
    assert kept(recommend) == {
        (recommend.pk, "day", date(2026, 4, 1), "Landscapers", 0, "link"): counters,
        (recommend.pk, "month", date(2026, 4, 1), "Landscapers", 0, "link"): counters,
    }


def test_a_batch_is_counted_in_one_statement(survey: Survey) -> None:
    pk = question(survey, "recommend").pk
    batch = [Scored(pk, date(2026, 1, day), "", 0, "link", score) for day in range(1, 20) for score in range(11)]

    with CaptureQueriesContext(
        connection,
    ) as asked:
        tallies.add(batch)

    assert len(asked) == 1
    assert Tally.objects.count() == 20


def test_more_cells_than_a_statement_holds_are_counted_all_the_same(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallies, "ROWS_AT_ONCE", 7)
    pk = question(survey, "recommend").pk
    tallies.add([Scored(pk, date(2026, 1, day), "", 0, "link", 5) for day in range(1, 20)])

    tallies.add([Scored(pk, date(2026, 1, day), "", 0, "link", 5) for day in range(1, 20)])

    days = Tally.objects.filter(period_kind="day").values_list("c5", flat=True)
    assert list(days) == [2] * 19
    assert Tally.objects.get(period_kind="month").c5 == 38


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(several=responses)
def test_counters_equal_a_rebuild_after_any_story(
    survey: Survey, ana: Member, leipzig: Site, now: datetime, several: list[tuple[int, int, str, str, str]]
) -> None:
    recommend = question(survey, "recommend")
    for score, hours, segment, channel, story in several:
        new = NewResponse.of(
            survey,
            at=START + timedelta(hours=hours),
            channel=channel,
            segment=segment,
            site_id=leipzig.pk if score % 2 else None,
            answers=((recommend.pk, score, None),),
        )
        response = Response.objects.get(pk=store([new])[0])
        if story != "keep":
            leave_out(response, "test", ana, at=now)
        if story == "there and back":
            count_again(response, ana, at=now)

    assert equal_to_rebuild(recommend)
    before = kept(recommend)
    rebuild(recommend)
    assert kept(recommend) == before == recount(recommend)


def test_a_counter_that_drifted_is_found_and_mended(survey: Survey, answered: Answered) -> None:
    answered(9, 9, 3)
    recommend = question(survey, "recommend")
    Tally.objects.filter(period_kind="month").update(c9=7)
    assert not equal_to_rebuild(recommend)

    assert rebuild(recommend) == 2

    assert equal_to_rebuild(recommend)
    assert Tally.objects.get(period_kind="month").c9 == 2


def test_the_same_submission_is_stored_and_counted_once(survey: Survey, answered: Answered) -> None:
    from django.db import IntegrityError, transaction

    answered(9, submission_key="abc")

    with pytest.raises(IntegrityError), transaction.atomic():
        answered(9, submission_key="abc")

    assert Response.objects.count() == 1
    assert equal_to_rebuild(question(survey, "recommend"))
