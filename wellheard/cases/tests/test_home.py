"""What the home page and the navigation say about cases."""

from datetime import timedelta

import pytest

from wellheard.cases.home import answered_in_time, late, open_cases_of

pytestmark = pytest.mark.pages


def test_the_navigation_counts_those_who_wait_for_our_answer(opened, answered, ben, dan):
    opened()

    assert (open_cases_of(ben), open_cases_of(dan)) == (1, 0)


def test_the_home_page_says_how_many_were_answered_in_time(answered, opened, ben, dan, now):
    opened()

    tally = answered_in_time(ben, now + timedelta(days=2))

    assert tally is not None
    assert (tally.value, tally.url) == ("1 of 1", "/cases/?show=all&kind=complaint")
    assert answered_in_time(dan, now) is None


def test_nothing_is_said_before_anything_was_answered(received, ben, now):
    assert answered_in_time(ben, now) is None


@pytest.mark.parametrize(("days", "value"), [(0, None), (9, "1")])
def test_broken_promises_are_counted_while_there_are_any(received, ben, now, days, value):
    tally = late(ben, now + timedelta(days=days))

    assert (tally.value if tally else None) == value
