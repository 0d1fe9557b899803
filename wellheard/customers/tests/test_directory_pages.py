"""The pages on which people and accounts are described, found and reached."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wellheard.conftest import Arranging
from wellheard.core.models import Member, Organisation, Site
from wellheard.customers.actions import (
    add_account,
    add_person,
    affiliate,
    define_field,
    note_address,
    note_contact_point,
    remember_external_id,
    set_lifecycle,
)
from wellheard.customers.models import Account, Address, ContactPoint, CustomField, Person

pytestmark = [pytest.mark.pages, pytest.mark.django_db]

SignedIn = Callable[[Member], Client]


@pytest.fixture
def acme(ana: Member, leipzig: Site, organisation: Organisation, now: datetime) -> Account:
    return add_account("Acme GmbH", ana, at=now, site=leipzig, country="DE", tags="key, north")


@pytest.fixture
def cleo(ana: Member, acme: Account, now: datetime) -> Person:
    return add_person("Cleo Holzapfel", ana, at=now, account=acme, phone="0341 1234567 ext. 12")


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


# ---- lists --------------------------------------------------------------------------------------------------------
def test_people_without_an_address_stand_in_the_list(ana: Member, cleo: Person, signed_in: SignedIn, now: datetime):
    add_person("Marc", ana, at=now, email="marc@acme.example")

    everybody = text(signed_in(ana), "/customers/people/")
    without = text(signed_in(ana), "/customers/people/?reach=nomail")

    assert "Two people" in everybody
    assert ("Cleo Holzapfel" in without, "Marc" in without) == (True, False)


@pytest.mark.parametrize("address", ["/customers/", "/customers/people/"])
def test_lists_ask_as_much_for_one_as_for_three(
    address: str, ana: Member, cleo: Person, lyon: Site, signed_in: SignedIn, now: datetime
):
    client = signed_in(ana)
    one = queries(client, address)
    for name in ("Rhône", "Halle"):
        account = add_account(name, ana, at=now, site=lyon, owner=ana, tags=name)
        add_person(f"Somebody of {name}", ana, at=now, account=account, tags=[name], owner=ana)

    assert queries(client, address) == one


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("standing=at_risk", {"Rhône"}),
        ("standing=active", {"Acme GmbH"}),
        ("tag=north", {"Acme GmbH"}),
        ("tag=Größe", {"Rhône"}),
        ("own=class:gold", {"Rhône"}),
        ("own=contract:yes", {"Rhône"}),
        ("own=contract:no", set()),
        ("tag=nothing", {"Acme GmbH", "Rhône"}),
        ("own=x:y", {"Acme GmbH", "Rhône"}),
        ("q=rhone", {"Rhône"}),
        ("q=acc-2026-0001", {"Acme GmbH"}),
        ("q=info@rhone.example", {"Rhône"}),
        ("q=%27%22%5C%00", {"Acme GmbH", "Rhône"}),
    ],
)
def test_customers_are_filtered_and_found(
    query: str, found: set[str], ana: Member, acme: Account, signed_in: SignedIn, now: datetime
):
    define_field("account", "Class", "choice", ana, at=now, choices="gold\nsilver")
    define_field("account", "Contract", "yes_no", ana, at=now)
    other = add_account("Rhône", ana, at=now, tags=["Größe"], custom={"class": "gold", "contract": True})
    set_lifecycle(other, "at_risk", ana, at=now, reason="Silent since May.")
    note_contact_point(other, "email", "info@rhone.example", ana, at=now)

    rows = signed_in(ana).get(f"/customers/?{query}").context["shown"].object_list

    assert {str(row) for row in rows} == found


@pytest.mark.parametrize("words", ["0341 1234567", "+493411234567", "+49 341 1234567", "holzapfel", "cleo"])
def test_people_are_found_by_name_and_number(words: str, ana: Member, cleo: Person, signed_in: SignedIn, now: datetime):
    add_person("Marc", ana, at=now)

    rows = signed_in(ana).get("/customers/people/", {"q": words}).context["shown"].object_list

    assert [str(row) for row in rows] == ["Cleo Holzapfel"]


def test_merged_and_erased_ones_stand_in_no_list_and_no_choice(
    ana: Member, acme: Account, cleo: Person, signed_in: SignedIn, now: datetime, arranging: Arranging
):
    gone, erased = add_account("Acme AG", ana, at=now), add_person("Xerxes", ana, at=now)
    with arranging():
        gone.merged_into = acme
        gone.save()
        erased.erased_at = now
        erased.save()

    assert "Acme AG" not in text(signed_in(ana), "/customers/")
    assert "Xerxes" not in text(signed_in(ana), "/customers/people/")
    page = signed_in(ana).post("/customers/people/new/", {"name": "Marc", "account": "Acme AG"}).content.decode()
    assert "No customer is called “Acme AG”" in page


def test_an_export_has_everything_and_begins_so_that_spreadsheets_read_it(
    ana: Member, acme: Account, signed_in: SignedIn, now: datetime
):
    define_field("account", "Size", "text", ana, at=now)
    add_account("Zürich", ana, at=now, custom={"size": "=1+1"}, industry="=cmd()")

    body = b"".join(signed_in(ana).get("/customers/?format=csv"))

    assert body.startswith(b"\xef\xbb\xbf")
    lines = body.decode("utf-8-sig").splitlines()
    assert ("key, north" in lines[1], "Size: =1+1" in lines[2], "'=cmd()" in lines[2]) == (True, True, True)


def test_an_empty_list_of_people_teaches(ana: Member, organisation: Organisation, signed_in: SignedIn):
    assert "Nobody is known by name yet" in text(signed_in(ana), "/customers/people/")


def test_everybody_who_speaks_for_a_customer(
    ana: Member, ben: Member, lyon: Site, acme: Account, cleo: Person, signed_in: SignedIn, now: datetime
):
    for number in range(25):
        affiliate(add_person(f"Person {number:02}", ana, at=now), acme, ana, at=now)

    page = text(signed_in(ana), acme.get_absolute_url())

    assert f"/customers/{acme.pk}/people/" in page
    assert "26 people speak for this customer" in text(signed_in(ana), f"/customers/{acme.pk}/people/")
    there = add_account("Rhône", ana, at=now, site=lyon)
    assert signed_in(ben).get(f"/customers/{there.pk}/people/").status_code == 404


# ---- pages of records ---------------------------------------------------------------------------------------------
def test_pages_ask_as_much_whatever_is_known(
    ana: Member, acme: Account, cleo: Person, signed_in: SignedIn, now: datetime
):
    client = signed_in(ana)
    addresses = (acme.get_absolute_url(), cleo.get_absolute_url())
    define_field("account", "Size", "text", ana, at=now)
    define_field("person", "Size", "text", ana, at=now)
    Account.objects.get()
    for record in (acme, cleo):
        fill(record, ana, now, 1)
    few = [queries(client, address) for address in addresses]
    for record in (acme, cleo):
        for number in (2, 3):
            fill(record, ana, now, number)

    assert [queries(client, address) for address in addresses] == few


def fill(record: Account | Person, ana: Member, now: datetime, number: int) -> None:
    note_contact_point(record, "phone", f"0341 55{number}", ana, at=now)
    note_contact_point(record, "website", f"https://site{number}.example", ana, at=now)
    note_address(record, ana, at=now, city=f"Town {number}")
    remember_external_id(record, "crm", str(number), ana, at=now)
    if isinstance(record, Person):
        affiliate(record, add_account(f"Account {number}", ana, at=now), ana, at=now, roles=["buyer"])
    else:
        affiliate(add_person(f"Person {number}", ana, at=now), record, ana, at=now)


def test_a_person_shows_all_their_ways_and_whom_they_speak_for(
    ana: Member, acme: Account, cleo: Person, signed_in: SignedIn, now: datetime
):
    note_contact_point(cleo, "phone", "call the workshop", ana, at=now, use="work")
    note_contact_point(cleo, "website", "holzapfel.example", ana, at=now)
    note_address(cleo, ana, at=now, lines="Hauptstr. 1", city="Halle", use="home")
    affiliate(cleo, add_account("Stadt Halle", ana, at=now), ana, at=now, roles=["payer"], job_title="Treasurer")

    page = text(signed_in(ana), cleo.get_absolute_url())

    for words in (
        'href="tel:+493411234567"',
        "0341 1234567 ext. 12",
        "no number that could be dialled",
        'href="https://holzapfel.example"',
        "Hauptstr. 1, Halle",
        "Treasurer, payer",
        "Stadt Halle",
        "Acme GmbH",
    ):
        assert words in page


def test_a_way_is_added_changed_and_dropped_on_its_page(ben: Member, cleo: Person, signed_in: SignedIn):
    client = signed_in(ben)
    add = f"/customers/people/{cleo.pk}/reach/new/"
    assert "Another way to reach Cleo Holzapfel" in text(client, add)

    refused = client.post(add, {"what": "email", "value": "no address"}).content.decode()
    done = client.post(add, {"what": "email", "value": "cleo@acme.example", "use": "work", "is_main": "on"})

    assert ("is no e-mail address" in refused, 'value="no address"' in refused) == (True, True)
    assert done["Location"] == cleo.get_absolute_url()
    point = ContactPoint.objects.get(what="email")
    change = f"/customers/reach/{point.pk}/"
    assert 'value="cleo@acme.example"' in text(client, change)
    client.post(change, {"value": "c@acme.example", "use": ""})
    cleo.refresh_from_db()
    assert cleo.email == "c@acme.example"
    client.post(change, {"drop": "yes"})
    cleo.refresh_from_db()
    assert Person.objects.get().email is None
    assert ContactPoint.objects.get(pk=point.pk).is_former is True
    assert "No longer used" in text(client, cleo.get_absolute_url())
    client.post(change, {"value": "c@acme.example", "use": ""})
    assert ContactPoint.objects.get(pk=point.pk).is_former is False


def test_addresses_and_affiliations_have_their_pages(
    ana: Member, ben: Member, acme: Account, cleo: Person, signed_in: SignedIn, now: datetime
):
    client, town = signed_in(ben), add_account("Stadt Halle", ana, at=now)
    client.post(f"/customers/{acme.pk}/addresses/new/", {"lines": "Hauptstr. 1", "city": "Halle"})
    place = Address.objects.get()
    client.post(f"/customers/addresses/{place.pk}/", {"lines": "Hauptstr. 2", "city": "Halle"})
    assert str(Address.objects.get()) == "Hauptstr. 2, Halle"
    client.post(f"/customers/addresses/{place.pk}/", {"drop": "yes"})
    assert not Address.objects.exists()

    client.post(
        f"/customers/people/{cleo.pk}/affiliations/new/", {"account": town.reference, "roles": ["buyer", "user"]}
    )
    made = cleo.affiliations.get(account=town)
    client.post(f"/customers/affiliations/{made.pk}/", {"roles": ["user"], "job_title": "Mayor", "is_main": "on"})
    made.refresh_from_db()
    assert (made.roles, made.job_title, made.is_main) == (["user"], "Mayor", True)
    client.post(f"/customers/affiliations/{made.pk}/", {"drop": "yes"})
    cleo.refresh_from_db()
    assert cleo.account == acme


def test_standing_and_tags_are_set_from_the_page(ben: Member, acme: Account, cleo: Person, signed_in: SignedIn):
    client = signed_in(ben)

    refused = client.post(f"/customers/{acme.pk}/standing/", {"lifecycle": "lost", "reason": ""}).content.decode()
    client.post(f"/customers/{acme.pk}/standing/", {"lifecycle": "lost", "reason": "Went to Brunner."})
    client.post(f"/customers/people/{cleo.pk}/tags/", {"tags": "golf, VIP, vip"})

    acme.refresh_from_db()
    cleo.refresh_from_db()
    assert "needs a reason" in refused
    assert (acme.lifecycle, acme.lifecycle_reason, cleo.tags) == ("lost", "Went to Brunner.", ["golf", "VIP"])
    assert "Went to Brunner." in text(client, acme.get_absolute_url())
    assert client.get(f"/customers/{acme.pk}/tags/").status_code == 405


def test_an_address_of_somebody_else_asks_whether_several_read_it(
    ana: Member, cleo: Person, signed_in: SignedIn, now: datetime
):
    add_person("Marc", ana, at=now, email="info@acme.example")
    client, address = signed_in(ana), f"/customers/people/{cleo.pk}/edit/"
    assert "Several people read this address" not in text(client, address)

    asked = client.post(address, {"name": "Cleo", "email": "info@acme.example"}).content.decode()
    client.post(address, {"name": "Cleo", "email": "info@acme.example", "is_shared": "on"})

    assert ("already belongs to Marc" in asked, "Several people read this address" in asked) == (True, True)
    assert list(Person.objects.filter(email="info@acme.example").order_by("name").values_list("name", flat=True)) == [
        "Cleo",
        "Marc",
    ]


def test_own_fields_stand_on_the_forms_and_the_pages(ana: Member, acme: Account, signed_in: SignedIn, now: datetime):
    define_field("account", "Lorries", "number", ana, at=now, help_words="How many they have.")
    define_field("account", "Contract", "yes_no", ana, at=now)
    client, address = signed_in(ana), f"/customers/{acme.pk}/edit/"
    form = text(client, address)

    refused = client.post(address, {"name": "Acme", "custom_lorries": "many"}).content.decode()
    client.post(address, {"name": "Acme", "custom_lorries": "2,5", "custom_contract": "no", "country": "DE"})

    assert ("Lorries" in form, "How many they have." in form) == (True, True)
    assert "“Lorries” can’t be “many”" in refused
    acme.refresh_from_db()
    assert (acme.custom, acme.country, acme.tags) == ({"lorries": 2.5, "contract": False}, "DE", [])
    page = text(client, acme.get_absolute_url())
    assert ("Lorries" in page, "2.5" in page) == (True, True)


def test_fields_are_defined_changed_and_retired(
    ana: Member, ben: Member, organisation: Organisation, signed_in: SignedIn
):
    client = signed_in(ana)
    assert "No fields of our own yet" in text(client, "/customers/fields/")
    values = {"about": "person", "name": "Size", "value_type": "choice"}

    refused = client.post("/customers/fields/new/", values | {"choices": "S"}).content.decode()
    client.post("/customers/fields/new/", values | {"choices": "S\r\nM"})

    assert "two or more" in refused
    made = CustomField.objects.get()
    assert (made.choices, "Size" in text(client, "/customers/fields/")) == (["S", "M"], True)
    client.post(f"/customers/fields/{made.pk}/", {"name": "Height", "choices": "S\nM\nL", "position": ""})
    client.post(f"/customers/fields/{made.pk}/", {"retire": "yes"})
    made.refresh_from_db()
    assert (made.name, made.choices, made.retired_at is not None) == ("Height", ["S", "M", "L"], True)
    client.post(f"/customers/fields/{made.pk}/", {"again": "yes"})
    assert CustomField.objects.get().retired_at is None
    assert signed_in(ben).get("/customers/fields/new/").status_code == 403
    assert "Add the first field" not in text(signed_in(ben), "/customers/fields/")


@pytest.mark.parametrize(
    "address",
    [
        "/customers/people/",
        "/customers/people/{person}/edit/",
        "/customers/people/{person}/reach/new/",
        "/customers/people/{person}/affiliations/new/",
        "/customers/people/{person}/standing/",
        "/customers/{account}/reach/new/",
        "/customers/{account}/addresses/new/",
        "/customers/{account}/people/",
        "/customers/reach/{point}/",
        "/customers/fields/",
        "/customers/fields/new/",
    ],
)
def test_a_stranger_finds_nothing(address: str, dan: Member, acme: Account, cleo: Person, signed_in: SignedIn):
    point = ContactPoint.objects.get()

    response = signed_in(dan).get(address.format(account=acme.pk, person=cleo.pk, point=point.pk))

    assert response.status_code == 404


def test_the_front_line_of_another_site_finds_nothing(
    ana: Member, ben: Member, lyon: Site, acme: Account, signed_in: SignedIn, now: datetime
):
    chloe = add_person("Chloé", ana, at=now, site=lyon, phone="1")
    point = chloe.contact_points.get()
    client = signed_in(ben)

    for address in (f"/customers/people/{chloe.pk}/edit/", f"/customers/reach/{point.pk}/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"drop": "yes", "value": "2"}).status_code == 404
    point.refresh_from_db()
    assert (point.value, point.is_former) == ("1", False)


def test_an_auditor_reads_and_changes_nothing(auditor: Member, acme: Account, cleo: Person, signed_in: SignedIn):
    client, point = signed_in(auditor), ContactPoint.objects.get()

    assert "0341 1234567" in text(client, cleo.get_absolute_url())
    for address in (f"/customers/reach/{point.pk}/", f"/customers/{acme.pk}/standing/", f"/customers/{acme.pk}/tags/"):
        assert client.post(address, {"drop": "yes"}).status_code == 403
