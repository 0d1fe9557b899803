"""What a customer's page says about the care of their data."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from wellheard.core.models import Member, Organisation
from wellheard.customers.actions import add_account, add_person
from wellheard.customers.actions.privacy import end_request, receive_request
from wellheard.customers.care import open_requests
from wellheard.customers.known import people_of
from wellheard.customers.matters import open_matters
from wellheard.customers.models import Account, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def holzapfel(ana: Member, now: datetime) -> Account:
    return add_account("Holzapfel", ana, at=now)


@pytest.fixture
def cleo(ana: Member, holzapfel: Account, now: datetime) -> Person:
    return add_person("Cleo Holzapfel", ana, at=now, email="cleo@holzapfel.example", account=holzapfel)


def test_what_they_ask_about_their_data_is_open_until_it_is_answered(
    ana: Member, holzapfel: Account, cleo: Person, now: datetime
):
    asked = receive_request(cleo, "access", ana, at=now)

    for record in (cleo, holzapfel):
        (matter,) = open_requests(record, ana, 5)
        assert matter.title == f"{asked.reference} Cleo Holzapfel wants to know what we have"
        assert (matter.url, matter.since) == (asked.get_absolute_url(), now)

    end_request(asked, ana, at=now + timedelta(days=1))

    assert open_matters(cleo, ana) == open_matters(holzapfel, ana) == ([], False)


@pytest.mark.pages
def test_a_page_with_an_open_request_does_not_say_that_nothing_is_open(
    ana: Member,
    holzapfel: Account,
    cleo: Person,
    organisation: Organisation,
    signed_in: Callable[[Member], Client],
    now: datetime,
):
    asked = receive_request(cleo, "erasure", ana, at=now)

    for record in (cleo, holzapfel):
        page = signed_in(ana).get(record.get_absolute_url()).content.decode()
        assert "One matter is open." in page
        assert "Nothing is open." not in page
        assert f"{asked.reference} Cleo Holzapfel wants to be erased" in page


@pytest.mark.pages
def test_the_people_are_one_step_from_the_top_and_the_care_of_data_stands_last(
    ana: Member,
    holzapfel: Account,
    cleo: Person,
    organisation: Organisation,
    signed_in: Callable[[Member], Client],
):
    for record, places in ((holzapfel, ("people", "reach", "what-happened")), (cleo, ("reach", "what-happened"))):
        page = signed_in(ana).get(record.get_absolute_url()).content.decode()

        for place in places:
            assert page.count(f'href="#{place}"') == page.count(f'id="{place}"') == 1
        assert page.index("How to reach") < page.index("What happened</h2>") < page.rindex("Care of this data")
        assert page.rindex("<h2>") == page.index("<h2>Care of this data")


def test_a_nameless_person_stands_after_the_named(ana: Member, holzapfel: Account, cleo: Person, now: datetime):
    add_person("", ana, at=now, email="buero@holzapfel.example", account=holzapfel)
    add_person("Zoe Adler", ana, at=now, account=holzapfel)

    titles = [each["title"] for each in people_of(holzapfel, ana)["first"]]
    assert titles == ["Cleo Holzapfel", "Zoe Adler", "buero@holzapfel.example"]
