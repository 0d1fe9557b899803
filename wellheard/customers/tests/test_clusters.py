"""Groups found in the data: described in words, named by a person, frozen so that later customers join the nearest."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Organisation, Site
from wellheard.customers.actions import add_account, add_segment, change_account, define_field, retire_field
from wellheard.customers.models import Account, CustomField, Segment
from wellheard.customers.segmenting.clusters import find, frozen, nearest_to, values_of
from wellheard.customers.segmenting.membership import members_of
from wellheard.customers.segmenting.running import renew
from wellheard.customers.segmenting.sentences import segment_in_words
from wellheard.customers.traits import Trait, trait

pytestmark = pytest.mark.django_db
KEY = "custom.account.size"
SignedIn = Callable[[Member], Client]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def chosen(ana: Member, admin: Member, leipzig: Site, organisation: Organisation, now: datetime) -> tuple[Trait, ...]:
    """Twenty small new customers and twelve large old ones, and one of whom nothing is known; the traits to tell them by."""
    define_field("account", "Size", "number", admin, at=now, key="size")
    for number in range(32):
        is_large = number >= 20
        size, since = (1000 + number, date(2015, 1, 1)) if is_large else (5 + number % 3, date(2026, 9, 1))
        since += timedelta(days=number % 5)
        add_account(f"Account {number:02}", ana, at=now, site=leipzig, since=since, custom={"size": size})
    add_account("Unknown", ana, at=now, site=leipzig)
    found = trait(KEY), trait("since_days")
    assert found[0] is not None
    assert found[1] is not None
    return found[0], found[1]


def test_groups_are_described_against_everybody_and_who_is_left_out_is_counted(
    chosen: tuple[Trait, ...], now: datetime, django_assert_num_queries: Any
):
    with django_assert_num_queries(1):
        values = values_of(chosen, "account", now)
    found = find(values, 2, (True, False))

    assert (len(values.ids), values.left_out, values.lacking) == (32, 1, {KEY: 1, "since_days": 1})
    assert found.groups.sizes == (20, 12)
    assert found.profiles[1].startswith("high: “Size” (typically 1,026; of all 7), customers for long (typically 4,3")
    assert (found.groups.stability or 0) > 0.95


def test_too_few_customers_are_refused_with_what_to_do(chosen: tuple[Trait, ...], now: datetime):
    few = values_of(chosen, "account", now, Account.objects.filter(name__startswith="Account 0"))

    with pytest.raises(Refusal, match=r"Only 10 customers have a value .* groups need 30"):
        find(few, 2, (False, False))
    with pytest.raises(Refusal, match="Only 0 customers"):
        find(values_of(chosen, "account", now, Account.objects.none()), 2, (False, False))


def test_a_named_group_has_frozen_centres_and_later_customers_join_the_nearest(
    chosen: tuple[Trait, ...], ana: Member, now: datetime
):
    values = values_of(chosen, "account", now)
    found = find(values, 2, (True, False))

    segment = add_segment("Large ones", ana, at=now, basis="cluster", rule=frozen(values, found, 1))
    kept = segment.rule
    new = add_account("New and large", ana, at=now, since=date(2015, 6, 1), custom={"size": 900})
    change_account(Account.objects.get(name="Account 31"), ana, at=now, custom={"size": 6}, since=date(2026, 9, 1))
    run = renew(segment, ana, at=now + timedelta(days=1))

    assert (run.members, run.joined, run.left) == (12, 1, 1)
    assert new in members_of(segment)
    assert len(members_of(segment, now)) == 12
    segment.refresh_from_db()
    assert segment.rule == kept
    assert segment_in_words(segment).startswith("Accounts that are alike: high: “Size”")


def test_a_trait_that_is_known_no_longer_leaves_the_members_as_they_are(
    chosen: tuple[Trait, ...], ana: Member, admin: Member, now: datetime
):
    values = values_of(chosen, "account", now)
    segment = add_segment(
        "Large ones", ana, at=now, basis="cluster", rule=frozen(values, find(values, 2, (True, False)), 1)
    )
    retire_field(CustomField.objects.get(key="size"), admin, at=now)

    with pytest.raises(Refusal, match="““Size”” is known of customers no longer"):
        nearest_to(segment, now)
    with pytest.raises(Refusal):
        renew(segment, ana, at=now + timedelta(days=1))
    assert len(members_of(segment)) == 12


ADDRESS = "/customers/segments/clusters/"


def form_values(page: str, place: int) -> dict[str, list[str]]:
    """The hidden fields of the form of one group."""
    form = re.split(r"<form", page)[1:]
    mine = next(each for each in form if f'name="place" value="{place}"' in re.sub(r"\s+", " ", each))
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="([^"]+)"\s+value="([^"]*)"', mine):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.pages
def test_the_page_leads_from_traits_to_a_named_segment(chosen: tuple[Trait, ...], ana: Member, signed_in: SignedIn):
    client = signed_in(ana)
    query = f"?trait={KEY}&trait=since_days&log={KEY}"

    begun = client.get(ADDRESS).content.decode()
    numbers = client.get(f"{ADDRESS}{query}").content.decode()
    page = client.get(f"{ADDRESS}{query}&k=2").content.decode()
    assert not Segment.objects.exists()
    response = client.post(f"{ADDRESS}name/", form_values(page, 1) | {"name": "Large ones"})

    assert "“Size”" in begun
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", numbers))
    assert "Among 32 accounts with a value for each trait." in words
    assert "1 account left out" in words
    assert "2 groups" in words
    assert "8 groups" in words
    segment = Segment.objects.get()
    assert response["Location"] == segment.get_absolute_url()
    assert segment.owner == ana
    shown = client.get(segment.get_absolute_url()).content.decode()
    assert "Stability when found" in shown
    assert "12 accounts" in shown
    assert "This group is the segment" in client.get(f"{ADDRESS}{query}&k=2").content.decode()


@pytest.mark.pages
def test_data_that_changed_since_are_said_and_nothing_is_saved(
    chosen: tuple[Trait, ...], ana: Member, now: datetime, signed_in: SignedIn
):
    client = signed_in(ana)
    page = client.get(f"{ADDRESS}?trait={KEY}&trait=since_days&k=2").content.decode()
    change_account(Account.objects.get(name="Account 00"), ana, at=now, custom={"size": 77})

    response = client.post(f"{ADDRESS}name/", form_values(page, 0) | {"name": "Small ones"}, follow=True)

    assert "has changed since you looked. Nothing was saved" in response.content.decode()
    assert not Segment.objects.exists()


@pytest.mark.pages
@pytest.mark.parametrize(
    "query",
    [
        "?trait=nothing&k=99&log=x",
        "?trait=name&k=3",
        "?about=evil&trait=people&k=²",
        "?trait=people&k=-1",
        "?about=person&trait=surveys.answers&k=2",
        "?trait=people&k=2",
    ],
)
def test_whatever_the_address_asks_for_is_answered(
    query: str, chosen: tuple[Trait, ...], ana: Member, signed_in: SignedIn
):
    response = signed_in(ana).get(f"{ADDRESS}{query}")

    assert response.status_code == 200
    assert "What to compare" in response.content.decode()


@pytest.mark.pages
@pytest.mark.parametrize("sent", [{}, {"place": "9", "k": "2"}, {"place": "²", "k": "2", "trait": KEY}, {"k": "2"}])
def test_a_group_that_is_not_there_is_not_named(
    sent: dict[str, str], chosen: tuple[Trait, ...], ana: Member, ben: Member, dan: Member, signed_in: SignedIn
):
    response = signed_in(ana).post(f"{ADDRESS}name/", sent | {"name": "Ghost"}, follow=True)

    assert "This group is not there. Nothing was saved" in response.content.decode()
    assert signed_in(ben).post(f"{ADDRESS}name/", sent).status_code == 403
    assert signed_in(dan).post(f"{ADDRESS}name/", sent).status_code == 404
    assert not Segment.objects.exists()
