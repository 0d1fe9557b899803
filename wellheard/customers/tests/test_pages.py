from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wellheard.core.models import Member, Organisation, Site
from wellheard.customers.actions import add_account, add_person, add_segment
from wellheard.customers.models import Account, Person, Segment

pytestmark = [pytest.mark.pages, pytest.mark.django_db]

SignedIn = Callable[[Member], Client]


@pytest.fixture
def holzapfel(ana: Member, ben: Member, leipzig: Site, organisation: Organisation, now: datetime) -> Account:
    landscapers = add_segment("Landscapers", ana, at=now)
    return add_account(
        "Gärtnerei Holzapfel",
        ana,
        at=now,
        site=leipzig,
        owner=ben,
        segment=landscapers,
        city="Halle",
        notes="Ring twice.",
    )


@pytest.fixture
def cleo(ana: Member, holzapfel: Account, now: datetime) -> Person:
    return add_person("Cleo Holzapfel", ana, at=now, email="cleo@holzapfel.example", account=holzapfel, language="de")


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_asks_as_much_for_one_customer_as_for_three(
    ana: Member, holzapfel: Account, lyon: Site, signed_in: SignedIn, now: datetime
):
    client = signed_in(ana)
    one = queries(client, "/customers/")
    for name in ("Jardins du Rhône", "Stadt Halle"):
        segment = add_segment(f"Segment of {name}", ana, at=now)
        add_account(name, ana, at=now, site=lyon, owner=ana, segment=segment)

    assert queries(client, "/customers/") == one


def test_the_list_is_narrowed_and_searched(
    ana: Member, holzapfel: Account, lyon: Site, signed_in: SignedIn, now: datetime
):
    add_account("Jardins du Rhône", ana, at=now, site=lyon)

    everything = signed_in(ana).get("/customers/").content.decode()
    nobody = signed_in(ana).get("/customers/?owner=none").content.decode()
    searched = signed_in(ana).get("/customers/?q=holz").content.decode()

    assert "Two customers" in everything
    assert ("Jardins du Rhône" in nobody, "Gärtnerei Holzapfel" in nobody) == (True, False)
    assert ("Jardins du Rhône" in searched, "Gärtnerei Holzapfel" in searched) == (False, True)


def test_an_empty_list_teaches(ana: Member, organisation: Organisation, signed_in: SignedIn):
    page = signed_in(ana).get("/customers/").content.decode()

    assert "No customers yet" in page
    assert "Add the first customer" in page


def test_a_customer_is_one_page(ben: Member, holzapfel: Account, cleo: Person, signed_in: SignedIn):
    page = signed_in(ben).get(f"/customers/{holzapfel.pk}/").content.decode()

    for words in (
        "Gärtnerei Holzapfel",
        "ACC-2026-0001",
        "Landscapers, in Halle, looked after by Ben Okafor. Nothing is open.",
        "Cleo Holzapfel",
        "German, by mail",
        "Ring twice.",
    ):
        assert words in page


def test_a_customers_page_asks_as_much_for_one_person_as_for_three(
    ana: Member, holzapfel: Account, cleo: Person, signed_in: SignedIn, now: datetime
):
    client, address = signed_in(ana), f"/customers/{holzapfel.pk}/"
    one = queries(client, address)
    for name in ("Marc", "Chloé"):
        add_person(name, ana, at=now, account=holzapfel)

    assert queries(client, address) == one


@pytest.mark.parametrize(
    "address",
    [
        "/customers/",
        "/customers/{account}/",
        "/customers/{account}/edit/",
        "/customers/people/{person}/",
        "/customers/new/",
        "/customers/people/new/",
    ],
)
def test_a_stranger_finds_nothing(address: str, dan: Member, holzapfel: Account, cleo: Person, signed_in: SignedIn):
    response = signed_in(dan).get(address.format(account=holzapfel.pk, person=cleo.pk))

    assert response.status_code == 404


def test_the_front_line_of_another_site_finds_nothing(
    ben: Member, ana: Member, lyon: Site, organisation: Organisation, signed_in: SignedIn, now: datetime
):
    there = add_account("Jardins du Rhône", ana, at=now, site=lyon)
    chloe = add_person("Chloé", ana, at=now, account=there)

    assert signed_in(ben).get(there.get_absolute_url()).status_code == 404
    assert signed_in(ben).get(chloe.get_absolute_url()).status_code == 404


def test_an_auditor_reads_everything_and_changes_nothing(
    auditor: Member, holzapfel: Account, cleo: Person, signed_in: SignedIn
):
    client = signed_in(auditor)

    account_page = client.get(holzapfel.get_absolute_url()).content.decode()
    person_page = client.get(cleo.get_absolute_url()).content.decode()

    assert "Change it" not in account_page
    assert ("cleo@holzapfel.example" in person_page, "Save it" in person_page) == (True, False)
    assert "Change" not in person_page.partition("How to reach")[2]
    assert client.get("/customers/new/").status_code == 403
    assert client.post("/customers/new/", {"name": "X"}).status_code == 403
    assert client.post(f"{cleo.get_absolute_url()}edit/", {"name": "X"}).status_code == 403


def test_a_customer_is_added_with_a_new_segment(
    ana: Member, leipzig: Site, organisation: Organisation, signed_in: SignedIn
):
    response = signed_in(ana).post(
        "/customers/new/",
        {
            "name": "Stadt Halle",
            "segment": "Municipalities",
            "site": leipzig.pk,
            "since": "2019-03-01",
            "city": "Halle",
        },
    )

    made = Account.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/customers/{made.pk}/")
    assert (made.name, made.segment, made.site, made.city) == ("Stadt Halle", Segment.objects.get(), leipzig, "Halle")


def test_who_adds_no_segments_is_told_so_and_keeps_what_was_typed(
    ben: Member, organisation: Organisation, signed_in: SignedIn
):
    page = signed_in(ben).post("/customers/new/", {"name": "Stadt Halle", "segment": "Towns"}).content.decode()

    assert "There is no segment “Towns”" in page
    assert 'value="Stadt Halle"' in page
    assert not Account.objects.exists()


def test_a_customer_is_changed(ben: Member, holzapfel: Account, signed_in: SignedIn):
    address = f"/customers/{holzapfel.pk}/edit/"
    form = signed_in(ben).get(address).content.decode()

    signed_in(ben).post(address, {"name": "Holzapfel & Töchter", "segment": "landscapers", "site": holzapfel.site_id})

    changed = Account.objects.get()
    assert 'value="Gärtnerei Holzapfel"' in form
    assert (changed.name, str(changed.segment), changed.owner) == ("Holzapfel & Töchter", "Landscapers", None)


def test_a_person_is_changed_on_their_page(ben: Member, cleo: Person, signed_in: SignedIn):
    values = {
        "name": "Cleo H.",
        "email": "",
        "phone": "+49 345",
        "language": "fr",
        "wants_no_mail": "on",
        "account": "",
    }

    signed_in(ben).post(f"{cleo.get_absolute_url()}edit/", values)

    changed = Person.objects.get()
    assert (changed.name, changed.email, changed.phone) == ("Cleo H.", None, "+49 345")
    assert (changed.language, changed.wants_no_mail, changed.account) == ("fr", True, None)


def test_a_taken_address_is_explained_at_its_field(ana: Member, cleo: Person, signed_in: SignedIn, now: datetime):
    marc = add_person("Marc", ana, at=now)

    page = (
        signed_in(ana)
        .post(f"{marc.get_absolute_url()}edit/", {"name": "Marc", "email": "CLEO@holzapfel.example"})
        .content.decode()
    )

    assert "already belongs to Cleo Holzapfel" in page
    assert Person.objects.get(pk=marc.pk).email is None


@pytest.mark.parametrize("written", ["ACC-2026-0001", "Gärtnerei Holzapfel", "Gärtnerei"])
def test_a_person_is_added_to_a_customer_by_name_or_reference(
    written: str, ben: Member, holzapfel: Account, signed_in: SignedIn
):
    form = signed_in(ben).get(f"/customers/people/new/?account={holzapfel.pk}").content.decode()

    signed_in(ben).post("/customers/people/new/", {"name": "Marc", "account": written})

    assert 'value="ACC-2026-0001"' in form
    assert (Person.objects.get().account, Person.objects.get().site) == (holzapfel, holzapfel.site)


def test_an_unknown_customer_is_not_guessed(
    ben: Member, holzapfel: Account, signed_in: SignedIn, ana: Member, now: datetime
):
    add_account("Gärtnerei Anders", ana, at=now, city="Leipzig")

    unknown = signed_in(ben).post("/customers/people/new/", {"name": "Marc", "account": "Nobody"}).content.decode()
    several = signed_in(ben).post("/customers/people/new/", {"name": "Marc", "account": "Gärtnerei"}).content.decode()

    assert "No customer is called “Nobody”" in unknown
    assert "ACC-2026-0001, Halle" in several
    assert not Person.objects.exists()


def test_an_address_gives_away_nobody_of_another_site(
    ana: Member, ben: Member, lyon: Site, signed_in: SignedIn, now: datetime
):
    add_person("Marc Petit", ana, at=now, email="marc@jardins.example", site=lyon)

    page = signed_in(ben).post("/customers/people/new/", {"name": "M.", "email": "marc@jardins.example"})

    text = page.content.decode()
    assert ("already belongs to someone else" in text, "Marc Petit" in text) == (True, False)


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5000, "١٢", "-1", "x"])
def test_a_made_up_number_of_a_customer_is_no_customer(number: str, ana: Member, signed_in: SignedIn, leipzig: Site):
    page = signed_in(ana).get("/customers/people/new/", {"account": number})

    assert (page.status_code, page.context["account"]) == (200, None)


def test_the_list_counts_the_people_of_each_customer(
    ana: Member, holzapfel: Account, signed_in: SignedIn, now: datetime
):
    add_account("Stadt Halle", ana, at=now)
    for name in ("Cleo", "Marc"):
        add_person(name, ana, at=now, account=holzapfel)

    body = b"".join(signed_in(ana).get("/customers/?format=csv&sort=-people")).decode("utf-8-sig")

    header, *rows = [line.split(",") for line in body.splitlines()]
    place = header.index("People")
    assert [(row[0], row[place]) for row in rows] == [("Gärtnerei Holzapfel", "2"), ("Stadt Halle", "0")]


def test_two_who_change_a_person_at_once_do_not_undo_each_other(
    ana: Member, ben: Member, cleo: Person, signed_in: SignedIn
):
    first, second = signed_in(ana), signed_in(ben)
    url = f"{cleo.get_absolute_url()}edit/"
    opened = [client.get(url).context["form"] for client in (first, second)]
    one, other = ({name: form[name].value() or "" for name in form.fields} for form in opened)

    first.post(url, one | {"phone": "+49 345"})
    stopped = second.post(url, other | {"language": "fr"})

    cleo.refresh_from_db()
    assert (cleo.phone, cleo.language) == ("+49 345", "de")
    assert "Someone changed this while you were writing" in stopped.content.decode()
    again = stopped.context["form"]
    second.post(url, {name: again[name].value() or "" for name in again.fields})
    cleo.refresh_from_db()
    assert cleo.language == "fr"
