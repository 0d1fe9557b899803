"""The pages of segments: a rule is put together by buttons, shown before it is saved, and stays a sentence."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wellheard.core.models import Member, Organisation, Site
from wellheard.customers.actions import add_account, add_person, add_segment, put_into_segment, retire_segment
from wellheard.customers.models import Account, Segment, SegmentMembership
from wellheard.customers.segmenting.history import Month, growth_in_words
from wellheard.customers.segmenting.membership import members_of

pytestmark = [pytest.mark.pages, pytest.mark.django_db]

SignedIn = Callable[[Member], Client]
VIP = {"match": "all", "conditions": [{"trait": "tags", "is": "holds", "value": "vip"}]}
SAVED = {
    "name": "Small ones in Halle",
    "order": "c1:0:city c2:0:people",
    "groups": "",
    "match-0": "all",
    "c1-how": "is",
    "c1-value": "Halle",
    "c2-how": "at_most",
    "c2-value": "5",
    "save": "yes",
}
NEW = "/customers/segments/new/"


@pytest.fixture
def halle(ana: Member, leipzig: Site, organisation: Organisation, now: datetime) -> Account:
    return add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig, city="Halle", tags=["vip"])


@pytest.fixture
def lyon_account(ana: Member, lyon: Site, organisation: Organisation, now: datetime) -> Account:
    return add_account("Jardins", ana, at=now, site=lyon, city="Lyon", tags=["vip"])


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_an_empty_list_teaches(ana: Member, organisation: Organisation, signed_in: SignedIn):
    page = text(signed_in(ana).get("/customers/segments/"))

    assert "No segments yet" in page
    assert "Define the first segment" in page


def test_the_list_says_how_each_comes_about_and_what_changed(
    ana: Member, halle: Account, signed_in: SignedIn, now: datetime
):
    add_segment("VIP", ana, at=now, basis="rule", rule=VIP)
    gone = add_segment("Gone", ana, at=now)
    retire_segment(gone, ana, at=now)

    page, retired = (text(signed_in(ana).get(f"/customers/segments/{query}")) for query in ("", "?used=retired"))

    assert "One segment" in page
    assert "by a rule" in page
    assert "+1 −0" in page.replace("\u00a0", " ")
    assert ("Gone" in page, "Gone" in retired) == (False, True)


def test_list_and_page_ask_as_much_for_one_as_for_three(
    ana: Member, halle: Account, lyon_account: Account, signed_in: SignedIn, now: datetime
):
    client = signed_in(ana)
    segment = add_segment("Towns", ana, at=now)
    put_into_segment(segment, halle, ana, at=now)
    addresses = ("/customers/segments/", segment.get_absolute_url(), f"{segment.get_absolute_url()}members/")
    one = [queries(client, each) for each in addresses]
    for name in ("Firms", "Households"):
        add_segment(name, ana, at=now)
    for account in (lyon_account, add_account("Third", ana, at=now, owner=ana)):
        put_into_segment(segment, account, ana, at=now)

    assert [queries(client, each) for each in addresses] == one


def test_a_segment_is_one_page(ana: Member, halle: Account, signed_in: SignedIn, now: datetime):
    segment = add_segment("VIP", ana, at=now, basis="rule", rule=VIP, needs="They want to be called first.")

    page = text(signed_in(ana).get(segment.get_absolute_url()))

    for words in (
        "Accounts tagged “vip”. 1 account.",
        "They want to be called first.",
        "1 account now, 1 more than 12 months ago: 1 joined and 0 left since then.",
        "Gärtnerei Holzapfel",
        "Look again now",
    ):
        assert words in page


def test_a_member_of_one_site_sees_the_number_and_the_names_of_that_site(
    ana: Member, ben: Member, halle: Account, lyon_account: Account, signed_in: SignedIn, now: datetime
):
    segment = add_segment("VIP", ana, at=now, basis="rule", rule=VIP)

    page = text(signed_in(ben).get(segment.get_absolute_url()))
    members = text(signed_in(ben).get(f"{segment.get_absolute_url()}members/"))

    assert "2 accounts." in page
    assert "You may see 1 of them." in page
    for shown in (page, members):
        assert ("Gärtnerei Holzapfel" in shown, "Jardins" in shown) == (True, False)
    assert "Change it" not in page


def test_a_condition_is_added_and_removed_by_a_button(ana: Member, halle: Account, signed_in: SignedIn):
    client = signed_in(ana)

    begun = client.post(NEW, {"name": "Vip", "order": "", "groups": "", "new-0": "city", "add": "0"})
    order = re.search(r'name="order" value="([^"]*)"', begun.content.decode())
    gone = client.post(NEW, {"name": "Vip", "order": "c1:0:city", "groups": "", "remove": "c1"})
    grouped = client.post(NEW, {"name": "Vip", "order": "c1:0:city", "groups": "", "c1-how": "is", "add_group": "yes"})

    assert order is not None
    assert order[1] == "c1:0:city"
    assert 'name="c1-value"' in begun.content.decode()
    assert "not right yet" not in text(begun)
    assert 'value="Vip"' in begun.content.decode()
    assert 'name="c1-value"' not in gone.content.decode()
    assert 'name="match-1"' in grouped.content.decode()
    assert not Segment.objects.exists()


def test_the_preview_says_whom_it_fits_and_saves_nothing(
    ana: Member, halle: Account, lyon_account: Account, signed_in: SignedIn
):
    page = signed_in(ana).post(NEW, SAVED | {"save": "", "name": "", "preview": "yes"})

    assert "Accounts whose city is “Halle” and whose number of people we know is at most 5." in text(page)
    assert "Fits 1 of 2 accounts now." in text(page)
    assert f'href="{halle.get_absolute_url()}"' in page.content.decode()
    assert not Segment.objects.exists()


def test_a_rule_is_saved_and_opens_again_as_it_was(
    ana: Member, halle: Account, lyon_account: Account, signed_in: SignedIn
):
    client = signed_in(ana)
    nested = SAVED | {
        "order": "c1:0:city c2:1:people c3:1:tags",
        "groups": "1",
        "match-1": "any",
        "c3-how": "holds_not",
        "c3-value": "vip",
    }

    response = client.post(NEW, nested)
    segment = Segment.objects.get()
    page = client.get(f"{segment.get_absolute_url()}edit/")

    assert response["Location"] == segment.get_absolute_url()
    assert segment.rule == {
        "match": "all",
        "conditions": [
            {"trait": "city", "is": "is", "value": "Halle"},
            {
                "match": "any",
                "conditions": [
                    {"trait": "people", "is": "at_most", "value": 5},
                    {"trait": "tags", "is": "holds_not", "value": "vip"},
                ],
            },
        ],
    }
    assert [each.name for each in members_of(segment)] == ["Gärtnerei Holzapfel"]
    assert 'value="Halle"' in page.content.decode()
    assert "Fits 1 of 2 accounts now." in text(page)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"c2-value": "many"}, "needs a number, and “many” is none"),
        ({"c2-value": ""}, "needs a number, and there is none yet"),
        ({"c1-value": ""}, "needs some words to be compared with"),
        ({"c1-value": "x" * 301}, "at most 300 characters"),
        ({"c1-how": "drop table"}, "Select a valid choice"),
        ({"c1-value": "\x00"}, "Null characters are not allowed"),
        ({"order": ""}, "There is no condition yet"),
        ({"order": "c1:7:city x:0:city c9:0:nothing evil c1"}, "There is no condition yet"),
    ],
)
def test_what_is_wrong_stands_at_its_place_and_nothing_is_lost(
    changes: dict[str, str], words: str, ana: Member, halle: Account, signed_in: SignedIn
):
    response = signed_in(ana).post(NEW, SAVED | {"needs": "größe"} | changes)

    assert response.status_code == 422
    assert words in text(response).replace("&#x27;", "'")
    assert "größe" in text(response)
    assert not Segment.objects.exists()


def test_a_change_by_someone_else_meanwhile_is_noticed(ana: Member, halle: Account, signed_in: SignedIn, now: datetime):
    segment = add_segment("VIP", ana, at=now, basis="rule", rule=VIP)
    address = f"{segment.get_absolute_url()}edit/"
    client = signed_in(ana)
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(address).content.decode())
    client.post(address, SAVED)

    response = client.post(address, SAVED | {"name": "Mine", "seen": seen[1] if seen else ""})

    assert "Someone changed this while you were writing" in text(response)
    segment.refresh_from_db()
    assert segment.name == "Small ones in Halle"


def test_by_hand_somebody_is_put_in_and_taken_out(ana: Member, halle: Account, signed_in: SignedIn, now: datetime):
    client = signed_in(ana)
    client.post(f"{NEW}?basis=hand", {"name": "Friends", "save": "yes"})
    segment = Segment.objects.get()

    nobody = client.post(f"{segment.get_absolute_url()}put/", {"customer": "Unknown"}, follow=True)
    put = client.post(f"{segment.get_absolute_url()}put/", {"customer": "Gärtnerei Holzapfel"}, follow=True)
    taken = client.post(f"{segment.get_absolute_url()}take/{halle.pk}/", follow=True)

    assert "Unknown" in text(nobody)
    assert "Gärtnerei Holzapfel is in “Friends”." in text(put)
    assert "Gärtnerei Holzapfel is no longer in “Friends”." in text(taken)
    assert SegmentMembership.objects.get().until is not None


def test_people_are_put_in_by_name_or_address(
    ana: Member, organisation: Organisation, signed_in: SignedIn, now: datetime
):
    cleo = add_person("Cleo", ana, at=now, email="cleo@example.org")
    for _ in range(2):
        add_person("Marc", ana, at=now)
    segment = add_segment("Friends", ana, at=now, about="person")
    client = signed_in(ana)

    several = client.post(f"{segment.get_absolute_url()}put/", {"customer": "marc"}, follow=True)
    client.post(f"{segment.get_absolute_url()}put/", {"customer": "CLEO@example.org"})

    assert "Several people are called “marc”" in text(several)
    assert list(members_of(segment)) == [cleo]


def test_looked_at_again_retired_and_used_again(ana: Member, halle: Account, signed_in: SignedIn, now: datetime):
    segment = add_segment("VIP", ana, at=now, basis="rule", rule=VIP)
    client = signed_in(ana)

    words = [
        text(client.post(f"{segment.get_absolute_url()}{verb}/", follow=True))
        for verb in ("renew", "retire", "use-again")
    ]

    assert "Looked again: nobody joined or left." in words[0]
    assert "“VIP” is no longer used. Its history stays." in words[1]
    assert "“VIP” is in use again." in words[2]


@pytest.mark.parametrize("address", ["", "new/", "clusters/", "{pk}/", "{pk}/members/", "{pk}/edit/"])
def test_a_stranger_finds_nothing_and_a_get_changes_nothing(
    address: str, dan: Member, ana: Member, organisation: Organisation, signed_in: SignedIn, now: datetime
):
    segment = add_segment("Towns", ana, at=now)
    before = list(SegmentMembership.objects.values())

    assert signed_in(dan).get(f"/customers/segments/{address.format(pk=segment.pk)}").status_code == 404
    assert signed_in(ana).get(f"/customers/segments/{address.format(pk=segment.pk)}").status_code == 200
    assert list(SegmentMembership.objects.values()) == before


@pytest.mark.parametrize("address", ["renew/", "retire/", "use-again/", "put/", "take/1/"])
def test_readers_and_strangers_change_nothing(
    address: str, dan: Member, ben: Member, ana: Member, halle: Account, signed_in: SignedIn, now: datetime
):
    segment = add_segment("Towns", ana, at=now)
    put_into_segment(segment, halle, ana, at=now)
    full = f"{segment.get_absolute_url()}{address.replace('1', str(halle.pk))}"

    assert signed_in(ana).get(full).status_code == 405
    assert signed_in(dan).post(full, {"customer": "x"}).status_code == 404
    assert signed_in(ben).post(full, {"customer": "x"}).status_code == 403
    assert list(members_of(segment)) == [halle]


def test_an_account_of_another_site_is_not_taken_out_or_found(
    ana: Member, organisation: Organisation, lyon: Site, signed_in: SignedIn, now: datetime
):
    assert signed_in(ana).get("/customers/segments/999/").status_code == 404
    segment = add_segment("Towns", ana, at=now)
    assert signed_in(ana).post(f"{segment.get_absolute_url()}take/99999/").status_code == 404


def test_who_moved_is_shown_with_from_where(
    ana: Member, halle: Account, signed_in: SignedIn, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    from django.utils import timezone

    from wellheard.customers.actions import change_account

    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=3))
    towns, firms = (add_segment(name, ana, at=now) for name in ("Towns", "Firms"))
    change_account(halle, ana, at=now, segment=towns)
    change_account(halle, ana, at=now + timedelta(days=2), segment=firms)
    client = signed_in(ana)

    came, went = (text(client.get(each.get_absolute_url())) for each in (firms, towns))

    assert "Came from Towns 1" in came
    assert "Went to Firms 1" in went
    assert "No accounts" not in went


def test_a_customers_page_shows_their_segments_and_those_before(
    ana: Member, halle: Account, signed_in: SignedIn, now: datetime
):
    towns = add_segment("Towns", ana, at=now)
    old = add_segment("Old friends", ana, at=now)
    put_into_segment(old, halle, ana, at=now)
    put_into_segment(towns, halle, ana, at=now)
    retire_segment(old, ana, at=now)

    page = text(signed_in(ana).get(halle.get_absolute_url()))

    assert "Segments Towns" in page
    assert "Old friends" in page


def test_where_nothing_moved_nobody_is_said_to_have():
    quiet = [Month(date(2026, month, 1), 3, 0, 0) for month in (10, 11)]

    assert growth_in_words(quiet, "accounts") == "3 accounts now, as many as 12 months ago: nobody joined or left."
