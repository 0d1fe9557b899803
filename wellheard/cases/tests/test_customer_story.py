from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wellheard.cases.actions import open_case
from wellheard.core.models import Member, Organisation, Site
from wellheard.customers.actions import (
    add_account,
    add_person,
    affiliate,
    log_conversation,
    set_lifecycle,
)
from wellheard.customers.actions.duplicates import merge, undo_merge
from wellheard.customers.matters import open_matters
from wellheard.customers.models import Account, Merge, Person
from wellheard.customers.timeline import timeline_of
from wellheard.feedback.actions import hear

pytestmark = pytest.mark.django_db

SignedIn = Callable[[Member], Client]


@pytest.fixture
def holzapfel(ana: Member, leipzig: Site, organisation: Organisation, now: datetime) -> Account:
    return add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig)


@pytest.fixture
def cleo(ana: Member, holzapfel: Account, now: datetime) -> Person:
    return add_person("Cleo Holzapfel", ana, at=now, account=holzapfel)


def told(record: Account | Person, member: Member, topic: str = "") -> list[str]:
    return [f"{item.actor} {item.text}".strip() for item in timeline_of(record, member, topic=topic).items]


def test_an_account_tells_what_all_its_people_said_and_for_whom(
    ana: Member, holzapfel: Account, cleo: Person, now: datetime
):
    town = add_account("Stadt Halle", ana, at=now)
    affiliate(cleo, town, ana, at=now)
    log_conversation("call", ana, at=now, happened_at=now, person=cleo, notes="About taps.")

    assert told(holzapfel, ana) == ["Ana Brandt noted a call with Cleo Holzapfel: About taps."]
    assert told(town, ana) == ["Ana Brandt noted a call with Cleo Holzapfel, for Gärtnerei Holzapfel: About taps."]
    assert told(cleo, ana) == told(holzapfel, ana)


def test_what_a_duplicate_said_is_told_by_the_survivor_and_goes_back_with_it(
    ana: Member, holzapfel: Account, now: datetime
):
    double = add_account("Holzapfel GmbH", ana, at=now)
    log_conversation("visit", ana, at=now, happened_at=now, account=double, notes="About pipes.")
    merge("account", holzapfel.pk, double.pk, ana, at=now + timedelta(minutes=1))

    assert told(holzapfel, ana) == [
        "A duplicate was merged into this record",
        "Ana Brandt noted a visit with the customer: About pipes.",
    ]

    undo_merge(Merge.objects.get(), ana, at=now + timedelta(minutes=2), reason="Two gardens.")

    assert told(holzapfel, ana) == ["A duplicate was merged into this record, taken back since"]
    assert told(double, ana) == ["Ana Brandt noted a visit with the customer: About pipes."]


def test_a_change_of_standing_is_told_from_the_trail(ana: Member, holzapfel: Account, now: datetime):
    set_lifecycle(holzapfel, "at_risk", ana, at=now, reason="They ask for prices elsewhere.")
    set_lifecycle(holzapfel, "lost", ana, at=now + timedelta(days=1), reason="They left.")

    assert told(holzapfel, ana, "changes") == [
        "Their standing changed from at risk to lost",
        "Their standing changed from active to at risk",
    ]


def test_an_old_open_case_is_open_whatever_happened_since(
    ana: Member, ben: Member, holzapfel: Account, cleo: Person, leipzig: Site, now: datetime
):
    long_ago = now - timedelta(days=900)
    case = open_case("Connectors drip", ana, at=long_ago, site=leipzig, owner=ben, account=holzapfel, person=cleo)
    for number in range(40):
        log_conversation("call", ana, at=now, happened_at=now - timedelta(days=number), person=cleo, notes="x")

    matters, is_more = open_matters(holzapfel, ana)

    assert all("Connectors" not in words for words in told(holzapfel, ana))
    assert ([each.title for each in matters], is_more) == ([f"{case.reference} Connectors drip"], False)
    assert "overdue" in matters[0].state


def test_more_open_matters_than_are_shown_are_said_to_be_there(ana: Member, holzapfel: Account, now: datetime):
    for number in range(4):
        hear(f"Bad {number}", ana, at=now, source="phone", heard_at=now, account=holzapfel)

    matters, is_more = open_matters(holzapfel, ana, most=3)

    assert (len(matters), is_more) == (3, True)


def test_what_another_site_knows_is_not_told(
    ana: Member, ben: Member, holzapfel: Account, cleo: Person, lyon: Site, now: datetime
):
    log_conversation("call", ana, at=now, happened_at=now, person=cleo, notes="Secret of Lyon.", site=lyon)
    hear("Only in Lyon", ana, at=now, source="phone", heard_at=now, person=cleo, site=lyon)

    assert (len(told(holzapfel, ana)), told(holzapfel, ben), open_matters(holzapfel, ben)) == (2, [], ([], False))


@pytest.mark.pages
def test_earlier_entries_stand_on_the_same_page_without_a_script(
    ana: Member, holzapfel: Account, cleo: Person, signed_in: SignedIn, now: datetime
):
    for number in range(35):
        log_conversation(
            "call",
            ana,
            at=now,
            happened_at=now - timedelta(days=number),
            person=cleo,
            notes=f"Call number {number:03}.",
        )
    client = signed_in(ana)

    first = client.get(holzapfel.get_absolute_url())
    earlier = client.get(holzapfel.get_absolute_url() + first.context["earlier_url"].split("#")[0])

    newest, older = first.content.decode(), earlier.content.decode()
    assert ("number 029" in newest, "number 030" in newest) == (True, False)
    assert ("number 029" in older, "number 030" in older, "number 034" in older) == (False, True, True)
    assert earlier.context["earlier_url"] == ""
    assert "Back to the newest" in older


@pytest.mark.pages
@pytest.mark.parametrize(
    "asked",
    [
        "before=x",
        "before=" + "9" * 3000,
        "what=weather",
        "what=said&before=%00",
        "before=20261116T153000.000000Z-99999",
    ],
)
def test_a_made_up_address_shows_the_page_all_the_same(
    asked: str, ana: Member, holzapfel: Account, cleo: Person, signed_in: SignedIn, now: datetime
):
    log_conversation("call", ana, at=now, happened_at=now, person=cleo, notes="About taps.")

    assert signed_in(ana).get(f"{holzapfel.get_absolute_url()}?{asked}").status_code == 200


@pytest.mark.pages
def test_a_topic_shows_its_entries_alone(
    ana: Member, holzapfel: Account, cleo: Person, signed_in: SignedIn, now: datetime
):
    log_conversation("call", ana, at=now, happened_at=now, person=cleo, notes="About taps.")
    hear("They drip.", ana, at=now, source="phone", heard_at=now, person=cleo)
    client = signed_in(ana)

    said = client.get(f"{cleo.get_absolute_url()}?what=said").content.decode()
    none = client.get(f"{cleo.get_absolute_url()}?what=told").content.decode()

    assert ("said by phone: “They drip.”" in said, "About taps." in said) == (True, False)
    assert "Nothing of this sort yet" in none


@pytest.mark.pages
def test_five_hundred_entries_cost_as_many_questions_as_one(
    ana: Member, holzapfel: Account, cleo: Person, signed_in: SignedIn, now: datetime
):
    client = signed_in(ana)

    def happen(number: int) -> None:
        at = now - timedelta(hours=number)
        log_conversation("call", ana, at=now, happened_at=at, person=cleo, notes="x", words=["y"])
        hear(f"Word {number}", ana, at=now, source="phone", heard_at=at, person=cleo)
        set_lifecycle(holzapfel, ("at_risk", "lost")[number % 2], ana, at=now, reason="x")

    def queries() -> list[int]:
        counts = []
        for page in (holzapfel.get_absolute_url(), cleo.get_absolute_url()):
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            counts.append(len(captured))
        return counts

    happen(0)
    one = queries()
    for number in range(1, 4):
        happen(number)
    three = queries()
    for number in range(4, 170):
        happen(number)

    assert (three, queries()) == (one, one)
