"""A statement keeps the segments that its customer was in when they said it, and can be found by them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from wellheard.core.models import Member
from wellheard.customers.actions import add_segment, put_into_segment
from wellheard.customers.models import Account, Person
from wellheard.customers.segmenting.rules import fitting, read_rule
from wellheard.customers.traits import About, Traits
from wellheard.feedback.conditions import Conditions, would_have_caught
from wellheard.feedback.models import Statement
from wellheard.feedback.tests.conftest import Hearing

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_all_segments_of_that_moment_are_kept(
    heard: Hearing, ana: Member, cleo: Person, holzapfel: Account, now: datetime
):
    friends = add_segment("Friends", ana, at=now, about="person")
    before = heard("Before", person=cleo, heard_at=now, at=now)
    put_into_segment(friends, cleo, ana, at=now + DAY)

    after = heard("After", person=cleo, heard_at=now + 2 * DAY, at=now + 3 * DAY)
    late = heard("Told late", person=cleo, heard_at=now, at=now + 3 * DAY)

    assert [each.segments for each in (before, after, late)] == [
        ["Landscapers"],
        ["Friends", "Landscapers"],
        ["Landscapers"],
    ]
    assert after.segment == "Landscapers"
    assert heard("Nobody’s").segments == []


def test_a_listening_rule_hears_any_of_them_and_its_preview_says_the_same(
    heard: Hearing, ana: Member, cleo: Person, now: datetime
):
    friends = add_segment("Friends", ana, at=now, about="person")
    put_into_segment(friends, cleo, ana, at=now)
    said = heard("Hello", person=cleo)
    conditions = Conditions(segment="Friends")

    assert conditions.hold_for(said)
    assert would_have_caught(conditions, None, until=now) == (1, 1)
    assert not Conditions(segment="Towns").hold_for(said)
    assert would_have_caught(Conditions(segment="Towns"), None, until=now) == (0, 1)


def test_what_they_said_describes_them(heard: Hearing, cleo: Person, holzapfel: Account, now: datetime):
    heard("Bad", person=cleo, rating=2, heard_at=now - 10 * DAY)
    heard("Fine", person=cleo, rating=10, heard_at=now - 20 * DAY)
    heard("Long ago", person=cleo, rating=1, heard_at=now - 500 * DAY)
    asked = {"statements": 2, "unhappy": 1, "last_said": 10}

    of: tuple[tuple[About, Account | Person], ...] = (("account", holzapfel), ("person", cleo))
    for about, customer in of:
        for trait, value in asked.items():
            condition = {"trait": f"feedback.{trait}", "is": "equals", "value": value}
            rule = read_rule({"match": "all", "conditions": [condition]}, Traits(about))
            assert list(fitting(rule, about, now)) == [customer]


@pytest.mark.pages
def test_the_list_is_narrowed_by_any_of_them_and_the_page_names_them(
    heard: Hearing, ana: Member, cleo: Person, now: datetime, signed_in: Callable[[Member], Client]
):
    friends = add_segment("Friends", ana, at=now, about="person")
    put_into_segment(friends, cleo, ana, at=now)
    said = heard("From a friend", person=cleo)
    heard("From a stranger")
    client = signed_in(ana)

    narrowed = client.get("/feedback/?segments=Friends").content.decode()
    page = client.get(said.get_absolute_url()).content.decode()

    assert ("From a friend" in narrowed, "From a stranger" in narrowed) == (True, False)
    assert "Friends, Landscapers" in page
    assert Statement.objects.count() == 2
