"""Finding duplicates: on the way in, and in a scan."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wellheard.core.models import Member, Site
from wellheard.customers.actions import add_account, add_person, change_person
from wellheard.customers.actions.duplicates import keep_apart, merge
from wellheard.customers.actions.pairs import look_for_duplicates
from wellheard.customers.matching import likely_same, scan
from wellheard.customers.models import Account, DuplicatePair, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def holzapfel(ana: Member, leipzig: Site, now: datetime) -> Account:
    return add_account("Gärtnerei Holzapfel GmbH", ana, at=now, site=leipzig, city="Halle")


@pytest.fixture
def cleo(ana: Member, holzapfel: Account, now: datetime) -> Person:
    return add_person("Katrin Holzapfel", ana, at=now, email="katrin@holzapfel.example", account=holzapfel)


def names(found: list) -> list[str]:  # type: ignore[type-arg]
    return [str(each.record) for each in found]


@pytest.mark.parametrize(
    "values",
    [
        {"name": "Holzapfel, Katrin", "email": "KATRIN@holzapfel.example"},
        {"name": "Dr. Katrin Holzapfl", "firm": True},
        {"name": "K. Holzapfel", "firm": True},
        {"name": "", "email": "katrin@holzapfel.example"},
    ],
)
def test_who_is_there_already_is_found_before_being_added(
    values: dict[str, object], ana: Member, cleo: Person, holzapfel: Account
):
    if values.pop("firm", False):
        values["account"] = holzapfel

    assert names(likely_same("person", values, ana)) == ["Katrin Holzapfel"]


@pytest.mark.parametrize("values", [{}, {"name": ""}, {"name": "%_'\"*(", "email": "\x00", "phone": "x" * 9000}])
def test_nothing_and_nonsense_find_nobody(values: dict[str, str], ana: Member, cleo: Person):
    assert likely_same("person", values, ana) == []


@pytest.mark.parametrize("name", ["Gaertnerei Holzapfel", "Holzapfel Gärtnerei, GmbH", "GÄRTNEREI HOLZAPFEL"])
def test_firms_are_found_whatever_their_form(name: str, ana: Member, holzapfel: Account):
    (found,) = likely_same("account", {"name": name, "city": "Halle"}, ana)

    assert (found.record, found.reasons[-1]) == (holzapfel, "Both are in Halle.")


def test_customers_of_other_sites_are_not_told(ben: Member, ana: Member, lyon: Site, now: datetime):
    add_person("Cleo", ana, at=now, email="cleo@a.example", site=lyon)

    assert likely_same("person", {"name": "Cleo", "email": "cleo@a.example"}, ben) == []


def test_it_asks_as_much_for_one_as_for_three(ana: Member, holzapfel: Account, now: datetime):
    counts = []
    for number in range(3):
        add_person("Katrin Holzapfel", ana, at=now, account=holzapfel, phone=f"+49 341 23456{number}")
        with CaptureQueriesContext(connection) as captured:
            assert len(likely_same("person", {"name": "Katrin Holzapfel", "account": holzapfel}, ana)) == number + 1
        counts.append(len(captured))

    assert len(set(counts)) == 1


def test_a_scan_notes_each_pair_once_and_says_why(ana: Member, cleo: Person, holzapfel: Account, now: datetime):
    add_person("Holzapfel Katrin", ana, at=now, account=holzapfel)
    add_person("Ben Okafor", ana, at=now, account=holzapfel)

    for _ in range(2):
        assert look_for_duplicates(now) == {"account": 0, "person": 1}

    (pair,) = DuplicatePair.objects.all()
    assert (pair.first_id, pair.likeness, pair.reasons) == (
        cleo.pk,
        90,
        [
            "“Katrin Holzapfel” and “Holzapfel Katrin” are the same name.",
            "Both speak for Gärtnerei Holzapfel GmbH.",
            "Both are in Halle.",
        ],
    )
    assert scan("person") == scan("person")


def test_what_was_called_different_is_asked_again_only_when_it_changes(
    ana: Member, cleo: Person, holzapfel: Account, now: datetime
):
    other = add_person("Katrin Holzapfel", ana, at=now, account=holzapfel)
    look_for_duplicates(now)
    keep_apart(DuplicatePair.objects.get(), ana, at=now, reason="Mother and daughter.")

    look_for_duplicates(now + timedelta(days=1))
    assert not DuplicatePair.objects.to_decide().exists()
    change_person(other, ana, at=now, name="Katrin Holzapfl")
    look_for_duplicates(now + timedelta(days=2))

    assert DuplicatePair.objects.to_decide().count() == 1


def test_open_pairs_that_are_not_alike_any_more_are_gone(ana: Member, cleo: Person, holzapfel: Account, now: datetime):
    other = add_person("Katrin Holzapfel", ana, at=now, account=holzapfel)
    look_for_duplicates(now)
    change_person(other, ana, at=now, name="Dan Voss")

    look_for_duplicates(now)

    assert not DuplicatePair.objects.exists()


def test_a_merged_pair_is_decided(ana: Member, cleo: Person, holzapfel: Account, now: datetime):
    other = add_person("Katrin Holzapfel", ana, at=now, account=holzapfel)
    look_for_duplicates(now)

    merge("person", cleo.pk, other.pk, ana, at=now)

    assert DuplicatePair.objects.get().status == "merged"
    assert look_for_duplicates(now) == {"account": 0, "person": 0}


def test_pairs_of_two_sites_are_seen_by_those_who_see_both(
    ana: Member, ben: Member, leipzig: Site, lyon: Site, now: datetime
):
    for site in (leipzig, lyon):
        add_account("Bauhof", ana, at=now, site=site)
    look_for_duplicates(now)

    assert DuplicatePair.objects.visible_to(ana).count() == 1
    assert not DuplicatePair.objects.visible_to(ben).exists()
