"""The pages of duplicates and of data care."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from wellheard.core.models import Member, Organisation, Site, Task, TrailEntry
from wellheard.customers.actions import add_account, add_person, define_field
from wellheard.customers.actions.duplicates import merge
from wellheard.customers.actions.pairs import look_for_duplicates
from wellheard.customers.actions.privacy import check_identity, receive_request, set_hold
from wellheard.customers.models import Account, DuplicatePair, LegalHold, Merge, Person, PrivacyRequest, RetentionRule

pytestmark = [pytest.mark.pages, pytest.mark.django_db]
SignedIn = Callable[[Member], Client]


@pytest.fixture
def firm(organisation: Organisation, ana: Member, leipzig: Site, now: datetime) -> Account:
    return add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig, city="Halle")


@pytest.fixture
def cleo(ana: Member, firm: Account, now: datetime) -> Person:
    return add_person("Cleo Holzapfel", ana, at=now, email="cleo@holzapfel.example", account=firm)


@pytest.fixture
def double(ana: Member, firm: Account, cleo: Person, now: datetime) -> Person:
    return add_person("C. Holzapfel", ana, at=now, phone="+49 341 234567", account=firm)


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_on_the_way_in_it_is_asked_whether_it_is_one_of_these(
    ana: Member, cleo: Person, firm: Account, signed_in: SignedIn
):
    client = signed_in(ana)
    sent = {"name": "Holzapfel, Cleo", "account": firm.reference, "language": ""}

    page = client.post("/customers/people/new/", sent).content.decode()
    assert "Is it one of these?" in page
    assert cleo.get_absolute_url() in page
    assert Person.objects.count() == 1
    client.post("/customers/people/new/", sent | {"is_new": "yes"})

    assert Person.objects.count() == 2


def test_a_new_customer_is_asked_about_too(ana: Member, firm: Account, signed_in: SignedIn):
    page = signed_in(ana).post("/customers/new/", {"name": "Gaertnerei Holzapfel GmbH", "city": "Halle"})

    assert "Is it one of these?" in page.content.decode()
    assert Account.objects.count() == 1


def test_a_pair_is_shown_side_by_side_and_kept_apart(
    ana: Member, cleo: Person, double: Person, signed_in: SignedIn, now: datetime
):
    look_for_duplicates(now)
    pair = DuplicatePair.objects.get()
    client = signed_in(ana)

    assert f"/customers/duplicates/{pair.pk}/" in client.get("/customers/duplicates/").content.decode()
    page = client.get(pair.get_absolute_url()).content.decode()
    assert "“Cleo Holzapfel” and “C. Holzapfel” are alike." in page
    client.post(pair.get_absolute_url(), {"reason": "Sisters."})

    pair.refresh_from_db()
    assert (pair.status, pair.decided_reason) == ("different", "Sisters.")


def test_a_merge_is_seen_before_it_is_made_and_can_be_taken_back(
    ana: Member, cleo: Person, double: Person, signed_in: SignedIn
):
    client = signed_in(ana)
    address = f"/customers/merges/person/{cleo.pk}/{double.pk}/"

    page = client.get(address).content.decode()
    assert "becomes one with Cleo Holzapfel" in page
    assert not Merge.objects.exists()
    client.post(address, {"name": "gone"})
    cleo.refresh_from_db()
    assert cleo.name == "C. Holzapfel"
    gone = client.get(double.get_absolute_url()).content.decode()
    assert f"Open {cleo}" in gone
    made = Merge.objects.get()
    assert client.get(made.get_absolute_url()).status_code == 200
    client.post(made.get_absolute_url(), {"reason": "Sisters."})

    cleo.refresh_from_db()
    assert cleo.name == "Cleo Holzapfel"


def test_the_other_record_is_found_by_likeness_and_by_name(
    ana: Member, cleo: Person, double: Person, firm: Account, signed_in: SignedIn
):
    client = signed_in(ana)

    for address in (f"/customers/merges/person/{cleo.pk}/", f"/customers/merges/person/{cleo.pk}/?q=C.%20Holz%00"):
        assert f"/customers/merges/person/{cleo.pk}/{double.pk}/" in client.get(address).content.decode()
    assert client.get(f"/customers/merges/account/{firm.pk}/").status_code == 200
    assert client.get("/customers/merges/elephant/1/").status_code == 404


def test_an_access_request_goes_its_way(ana: Member, cleo: Person, signed_in: SignedIn):
    client = signed_in(ana)

    client.post(f"/customers/people/{cleo.pk}/privacy/", {"wish": "access", "received_on": "2026-11-02"})
    asked = PrivacyRequest.objects.get()
    assert (asked.due_on.isoformat(), Task.objects.get().owner) == ("2026-12-02", ana)
    step = f"{asked.get_absolute_url()}step/"
    assert client.post(step, {"step": "file"}).status_code == 302
    client.post(step, {"step": "identity", "how": "Called back."})
    response = client.post(step, {"step": "file"})
    archive = zipfile.ZipFile(io.BytesIO(response.getvalue()))

    assert archive.namelist() == ["data.json", "read-me.html"]
    assert "cleo@holzapfel.example" in archive.read("read-me.html").decode()
    assert TrailEntry.objects.filter(action="customers.take_access_file").count() == 1
    client.post(step, {"step": "done"})
    asked.refresh_from_db()
    assert (asked.status, Task.objects.get().status) == ("done", "done")


def test_an_erasure_shows_what_goes_and_stays_then_does_it(
    ana: Member, cleo: Person, signed_in: SignedIn, now: datetime
):
    asked = check_identity(receive_request(cleo, "erasure", ana, at=now), "Known voice.", ana, at=now)
    client = signed_in(ana)

    page = client.get(asked.get_absolute_url()).content.decode()
    assert "What goes, and what stays" in page
    client.post(f"{asked.get_absolute_url()}step/", {"step": "erase", "chosen": ["x:1", "'"]})

    asked.refresh_from_db()
    assert (asked.status, str(asked.person)) == ("done", f"Erased person {cleo.pk}")
    page = client.get(cleo.get_absolute_url()).content.decode()
    assert "Cleo" not in page
    assert "holzapfel.example" not in page
    assert client.get("/search/?q=cleo").content.decode().count(cleo.get_absolute_url()) == 0


def test_a_hold_stops_the_button_and_is_lifted_with_a_reason(
    ana: Member, cleo: Person, signed_in: SignedIn, now: datetime
):
    set_hold(cleo, "A lawsuit.", ana, at=now)
    asked = check_identity(receive_request(cleo, "erasure", ana, at=now), "Known voice.", ana, at=now)
    client = signed_in(ana)

    assert "A lawsuit." in client.get(asked.get_absolute_url()).content.decode()
    client.post(f"{asked.get_absolute_url()}step/", {"step": "erase"})
    asked.refresh_from_db()
    assert asked.status == "open"
    client.post(f"/customers/holds/person/{cleo.pk}/", {"reason": "Settled."})

    assert LegalHold.objects.get().lifted_reason == "Settled."


def test_retention_shows_before_it_does(ana: Member, firm: Account, signed_in: SignedIn):
    client = signed_in(ana)
    address = "/customers/retention/customers.conversations/"

    assert address in client.get("/customers/retention/").content.decode()
    assert client.post(address, {"months": "12", "step": "look"}).status_code == 200
    assert not RetentionRule.objects.exists()
    client.post(address, {"months": "12", "ground": "Our decision.", "is_on": "on"})

    assert RetentionRule.objects.get().is_on
    assert client.get("/customers/retention/nothing/").status_code == 404


@pytest.mark.parametrize("months", ["", "x", "-1", "999999999999", "1e3"])
def test_nonsense_months_are_told(months: str, ana: Member, firm: Account, signed_in: SignedIn):
    page = signed_in(ana).post("/customers/retention/customers.conversations/", {"months": months})

    assert page.status_code == 200
    assert not RetentionRule.objects.exists()


@pytest.mark.parametrize("address", ["duplicates", "merges", "privacy", "holds", "retention", "care"])
def test_every_list_teaches_when_empty_and_strangers_see_none(
    address: str, ana: Member, dan: Member, organisation: Organisation, signed_in: SignedIn
):
    assert signed_in(ana).get(f"/customers/{address}/").status_code == 200
    assert signed_in(dan).get(f"/customers/{address}/").status_code == 404


def test_records_of_other_sites_are_not_there(
    ana: Member, ben: Member, lyon: Site, organisation: Organisation, signed_in: SignedIn, now: datetime
):
    one, two = (add_person("Cleo Winter", ana, at=now, site=lyon, email=f"cleo{n}@a.example") for n in range(2))
    asked = receive_request(one, "access", ana, at=now)
    made = merge("person", one.pk, two.pk, ana, at=now)
    client = signed_in(ben)

    for address in (
        asked.get_absolute_url(),
        made.get_absolute_url(),
        f"/customers/people/{one.pk}/privacy/",
        f"/customers/merges/person/{one.pk}/",
        f"/customers/merges/person/{one.pk}/{two.pk}/",
        two.get_absolute_url(),
    ):
        assert client.get(address).status_code == 404


def test_auditors_read_and_change_nothing(
    auditor: Member, ana: Member, cleo: Person, double: Person, signed_in: SignedIn, now: datetime
):
    look_for_duplicates(now)
    pair = DuplicatePair.objects.get()
    client = signed_in(auditor)

    assert "Keep them apart" not in client.get(pair.get_absolute_url()).content.decode()
    assert client.post(pair.get_absolute_url(), {"reason": ""}).status_code == 403
    assert client.post(f"/customers/merges/person/{cleo.pk}/{double.pk}/").status_code == 403
    assert not Merge.objects.exists()


def test_lists_ask_as_much_for_one_as_for_three(
    ana: Member, firm: Account, cleo: Person, signed_in: SignedIn, now: datetime
):
    client = signed_in(ana)
    counts = []
    for number in range(3):
        other = add_person("Cleo Holzapfel", ana, at=now + timedelta(days=number), account=firm)
        look_for_duplicates(now)
        receive_request(other, "access", ana, at=now)
        set_hold(other, "A dispute.", ana, at=now)
        addresses = ("duplicates", "privacy", "holds", "care")
        counts.append([queries(client, f"/customers/{address}/") for address in addresses])

    assert counts[0] == counts[2]


def test_own_fields_that_differ_are_chosen_on_the_page(
    organisation: Organisation, ana: Member, now: datetime, signed_in: SignedIn
):
    define_field("account", "Contract", "text", ana, at=now)
    one, two = (add_account(f"Saaleblick {n}", ana, at=now, custom={"contract": f"N-{n}"}) for n in (1, 2))
    url = reverse("customers:merge-two", args=["account", one.pk, two.pk])
    page = signed_in(ana).get(url).content.decode()
    assert [each in page for each in ("Contract", "N-1", "N-2")] == [True] * 3

    refused = signed_in(ana).post(url, {"custom.contract": "neither"})
    assert (refused.status_code, "is no choice for Contract" in refused.content.decode()) == (200, True)
    signed_in(ana).post(url, {"custom.contract": "gone"})
    one.refresh_from_db()
    assert one.custom == {"contract": "N-2"}
