"""A case keeps the segments that its customer was in when they came with it; complaints describe customers in rules."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from wellheard.cases.tests.conftest import OpenCase
from wellheard.core.models import Member
from wellheard.customers.actions import add_segment, change_account
from wellheard.customers.models import Account
from wellheard.customers.segmenting.rules import fitting, read_rule
from wellheard.customers.traits import Traits
from wellheard.feedback.actions import hear

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def moved(holzapfel: Account, ana: Member, now: datetime) -> Account:
    """First a town, ten days later a firm."""
    towns, firms = (add_segment(name, ana, at=now - 20 * DAY) for name in ("Towns", "Firms"))
    change_account(holzapfel, ana, at=now, segment=towns)
    return change_account(holzapfel, ana, at=now + 10 * DAY, segment=firms)


def test_the_segments_of_the_day_it_was_received_are_kept(opened: OpenCase, moved: Account, now: datetime):
    first = opened(account=moved, received_at=now + 5 * DAY, at=now + 15 * DAY)
    second = opened(account=moved, at=now + 15 * DAY)
    nobody = opened(contact_name="Somebody", contact_email="else@winter.example")

    assert [each.segments for each in (first, second, nobody)] == [["Towns"], ["Firms"], []]


def test_a_case_from_a_statement_bears_what_the_statement_bears(
    opened: OpenCase, moved: Account, ana: Member, now: datetime
):
    said = hear("It drips.", ana, at=now + DAY, source="phone", heard_at=now + DAY, account=moved)

    case = opened(origin=said, at=now + 15 * DAY, words="", contact_name="", contact_email=None)

    assert (said.segments, case.segments) == (["Towns"], ["Towns"])


def test_complaints_describe_customers(opened: OpenCase, moved: Account, ana: Member, now: datetime):
    opened(account=moved, at=now - 10 * DAY)
    opened(account=moved, at=now - 400 * DAY)
    opened(account=moved, at=now - 3 * DAY, kind="question")

    def fits(trait: str, value: Any, how: str = "equals") -> bool:
        condition = {"trait": f"cases.{trait}", "is": how, "value": value}
        rule = read_rule({"match": "all", "conditions": [condition]}, Traits("account"))
        return list(fitting(rule, "account", now)) == [moved]

    assert [fits("open", 3), fits("complaints", 1), fits("last_complaint", 10), fits("upheld", 0)] == [True] * 4
    assert not fits("last_complaint", None, "unknown")


@pytest.mark.pages
def test_the_list_is_narrowed_by_segment_and_the_page_names_them(
    opened: OpenCase, moved: Account, ana: Member, now: datetime, signed_in: Callable[[Member], Client]
):
    case = opened(account=moved, at=now + DAY, title="From a town")
    opened(title="From somebody", contact_name="Somebody", contact_email="else@winter.example")
    client = signed_in(ana)

    narrowed = client.get("/cases/?show=all&segments=Towns").content.decode()
    page = client.get(case.get_absolute_url()).content.decode()

    assert ("From a town" in narrowed, "From somebody" in narrowed) == (True, False)
    assert "Segments then" in page
