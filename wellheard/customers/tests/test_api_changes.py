"""A copy that follows the changes is what the house is, whoever writes, merges or erases meanwhile."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from wellheard.core.models import Member, Organisation, Site, TrailHead, WebhookDelivery
from wellheard.core.webhooks.actions import add_webhook
from wellheard.customers.actions import (
    add_account,
    add_person,
    change_account,
    change_contact_point,
    change_person,
    note_contact_point,
)
from wellheard.customers.actions.parties import add_need, add_party
from wellheard.customers.announcing import KINDS
from wellheard.customers.api import changes as feed
from wellheard.customers.models import Account, Person

pytestmark = [pytest.mark.pages, pytest.mark.django_db]

SignedIn = Callable[[Member], Client]
CHANGES = "/api/v1/customers/changes"


@pytest.fixture
def client(ana: Member, organisation: Organisation, signed_in: SignedIn) -> Client:
    return signed_in(ana)


def follow(client: Client, after: int, limit: int = 100, kinds: str = "") -> tuple[list[dict[str, Any]], int]:
    """Everything after a cursor, page by page."""
    told: list[dict[str, Any]] = []
    for _ in range(1_000):
        answer = client.get(f"{CHANGES}?after={after}&limit={limit}&kinds={kinds}").json()
        told += answer["changes"]
        assert answer["cursor"] >= after
        after = answer["cursor"]
        if not answer["more"]:
            return told, after
    raise AssertionError("It never ends.")


def in_short(told: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    return [(each["kind"], each["id"], each["verb"]) for each in told]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_a_copy_is_what_the_house_is_whatever_the_page(limit: int, client: Client, ana: Member, now: datetime):
    start = client.get(f"{CHANGES}/now").json()["cursor"]
    first = add_account("Holzapfel", ana, at=now)
    second = add_account("Jardins", ana, at=now)
    change_account(first, ana, at=now, city="Halle")
    person = add_person("Cleo", ana, at=now, account=first, email="cleo@x.example")
    change_person(person, ana, at=now, name="Cleo Holzapfel")
    note_contact_point(person, "phone", "+49 341 123456", ana, at=now)

    told, cursor = follow(client, start, limit)
    copy = {(each["kind"], each["id"]): each["record"] for each in told}

    assert set(copy) == {("account", first.pk), ("account", second.pk), ("person", person.pk)}
    assert (copy["account", first.pk]["city"], copy["person", person.pk]["name"]) == ("Halle", "Cleo Holzapfel")
    assert len(copy["person", person.pk]["contact_points"]) == 2
    assert follow(client, cursor) == ([], cursor)


def test_a_record_is_told_once_a_page_with_its_last_number(client: Client, ana: Member, now: datetime):
    start = TrailHead.objects.get().seq
    account = add_account("Holzapfel", ana, at=now)
    for city in ("Halle", "Leipzig", "Jena"):
        change_account(account, ana, at=now, city=city)

    told, _ = follow(client, start)

    assert in_short(told) == [("account", account.pk, "created")]
    assert (told[0]["cursor"], told[0]["record"]["city"]) == (TrailHead.objects.get().seq, "Jena")


def test_what_changes_beside_a_record_is_told_of_the_record(client: Client, ana: Member, now: datetime):
    person = add_person("Cleo", ana, at=now)
    party = add_party("Owners", ana, at=now)
    start = TrailHead.objects.get().seq
    point = note_contact_point(person, "email", "cleo@x.example", ana, at=now)
    add_need(party, "Profit", ana, at=now)

    told, middle = follow(client, start)
    change_contact_point(point, ana, at=now, use="work")
    later, _ = follow(client, middle)

    assert in_short(told) == [("person", person.pk, "changed"), ("party", party.pk, "changed")]
    assert in_short(later) == [("person", person.pk, "changed")]


def test_merged_erased_and_deleted_are_told_as_such(client: Client, ana: Member, arranging: Any, now: datetime):
    kept, gone, erased, removed = (add_person(name, ana, at=now) for name in ("A", "B", "C", "D"))
    start = TrailHead.objects.get().seq
    number = removed.pk
    with arranging():
        gone.merged_into = kept
        gone.save()
        erased.erased_at, erased.name = now, "Erased person"
        erased.save()
        removed.delete()

    told, _ = follow(client, start)

    assert in_short(told) == [
        ("person", gone.pk, "merged"),
        ("person", erased.pk, "erased"),
        ("person", number, "deleted"),
    ]
    assert [each["into"] for each in told] == [kept.pk, None, None]
    assert [each["record"] is None for each in told] == [False, False, True]


def test_nobody_is_told_of_other_sites_and_of_what_left_only_that_it_is_gone(
    ana: Member, ben: Member, leipzig: Site, lyon: Site, organisation: Organisation, signed_in: SignedIn, now: datetime
):
    theirs = add_account("Jardins", ana, at=now, site=lyon)
    moved = add_account("Holzapfel", ana, at=now, site=leipzig)
    start = TrailHead.objects.get().seq
    change_account(theirs, ana, at=now, city="Lyon")
    change_account(moved, ana, at=now, site=lyon)
    client = signed_in(ben)

    told, middle = follow(client, start)
    change_account(moved, ana, at=now, city="Lyon")
    later, _ = follow(client, middle)

    assert (in_short(told), told[0]["record"], later) == ([("account", moved.pk, "gone")], None, [])
    mine = [each["id"] for each in follow(client, 0)[0] if each["kind"] == "account" and each["record"]]
    assert mine == []


def test_only_the_wanted_kinds_are_told(client: Client, ana: Member, now: datetime):
    start = TrailHead.objects.get().seq
    add_account("Holzapfel", ana, at=now)
    person = add_person("Cleo", ana, at=now)

    told, _ = follow(client, start, kinds="person,consent")

    assert in_short(told) == [("person", person.pk, "created")]
    assert client.get(f"{CHANGES}?kinds=people").status_code == 409


def test_a_long_stretch_of_other_matters_is_walked_in_steps(
    client: Client, ana: Member, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(feed, "WINDOW", 2)
    start = TrailHead.objects.get().seq
    for number in range(4):
        add_party(f"Party {number}", ana, at=now, owner=ana)  # each opens a task as well
    account = add_account("Holzapfel", ana, at=now)

    told, cursor = follow(client, start, kinds="account")

    assert (in_short(told), cursor) == ([("account", account.pk, "created")], TrailHead.objects.get().seq)


def test_a_cursor_from_a_later_time_is_refused(client: Client):
    answer = client.get(f"{CHANGES}?after={TrailHead.objects.get().seq + 1}")

    assert (answer.status_code, answer.json()["code"]) == (409, "unknown_cursor")


def test_a_webhook_tells_where_to_ask_and_that_address_answers(
    client: Client, ana: Member, admin: Member, now: datetime
):
    add_webhook("CRM", "https://crm.example.org/told", ["*"], admin, at=now)
    account = add_account("Holzapfel", ana, at=now)
    person = add_person("Cleo", ana, at=now, account=account, email="cleo@x.example")
    note_contact_point(person, "phone", "+49 341 123456", ana, at=now)

    rows = WebhookDelivery.objects.order_by("pk")

    assert [(each.subject_kind, each.subject_id, each.verb) for each in rows] == [
        ("account", account.pk, "created"),
        ("person", person.pk, "created"),
        # They speak for the account from now on.
        ("account", account.pk, "changed"),
        ("person", person.pk, "changed"),
    ]
    urls = [json.loads(each.body)["data"]["url"].removeprefix("http://127.0.0.1:8000") for each in rows]
    assert [client.get(url).status_code for url in urls] == [200] * 4
    assert all("Cleo" not in each.body and "Holzapfel" not in each.body for each in rows)


def test_every_kind_that_is_told_of_has_its_address_and_its_record(client: Client):
    assert {each.kind for each in KINDS} == set(feed.SHOWN)
    assert [client.get(each.address(999_999)).json()["title"] for each in KINDS] == ["Not found"] * len(KINDS)
    assert {client.get(each.address(999_999)).json()["detail"] for each in KINDS} == {
        "There is nothing here, or nothing that you may see."
    }


def test_a_customer_that_was_merged_is_not_listed_and_still_found(
    client: Client, ana: Member, arranging: Any, now: datetime
):
    kept, gone = add_account("Holzapfel", ana, at=now), add_account("Holzapfel GmbH", ana, at=now)
    with arranging():
        gone.merged_into = kept
        gone.save()

    listed = client.get("/api/v1/customers/accounts").json()["items"]
    shown = client.get(f"/api/v1/customers/accounts/{gone.pk}").json()

    assert ([each["id"] for each in listed], shown["merged_into"]) == ([kept.pk], kept.pk)
    assert (Account.objects.count(), Person.objects.count()) == (2, 0)


def test_what_is_committed_while_the_answer_is_read_comes_with_the_next(
    client: Client, ana: Member, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    """Whoever writes between our two questions has a higher number than the head that was read first."""
    start, read_head = TrailHead.objects.get().seq, feed._head

    def head_and_then_somebody_writes() -> int:
        head = read_head()
        add_account(f"Account {head}", ana, at=now)
        return head

    monkeypatch.setattr(feed, "_head", head_and_then_somebody_writes)
    seen: list[int] = []
    cursor = start
    for _ in range(5):
        answer = client.get(f"{CHANGES}?after={cursor}").json()
        seen += [each["id"] for each in answer["changes"]]
        cursor = answer["cursor"]
    monkeypatch.setattr(feed, "_head", read_head)
    seen += [each["id"] for each in follow(client, cursor)[0]]

    assert seen == list(Account.objects.order_by("pk").values_list("pk", flat=True))
