"""Ways to reach people and accounts, and for whom they speak."""

from datetime import datetime, timedelta

import pytest

from wellheard.core.actors import Public
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, Site, TrailEntry
from wellheard.customers.actions import (
    add_account,
    add_person,
    affiliate,
    change_account,
    change_affiliation,
    change_contact_point,
    change_person,
    drop_address,
    drop_contact_point,
    end_affiliation,
    note_address,
    note_contact_point,
    person_for,
)
from wellheard.customers.models import Account, Address, Affiliation, ContactPoint, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def katrin(ana: Member, leipzig: Site, now: datetime) -> Person:
    account = add_account("Holzapfel", ana, at=now, site=leipzig, country="DE")
    return add_person("Katrin Holzapfel", ana, at=now, email="katrin@holzapfel.example", account=account)


def points(owner: Account | Person) -> list[tuple[str, str, bool, bool]]:
    rows = owner.contact_points.order_by("pk")
    return [(each.what, each.value, each.is_main, each.is_former) for each in rows]


def test_the_first_of_its_sort_is_the_main_one_and_stands_on_the_person(ana: Member, now: datetime, katrin: Person):
    note_contact_point(katrin, "phone", "0341 1234567 ext. 12", ana, at=now, use="work")
    note_contact_point(katrin, "email", "k.holzapfel@home.example", ana, at=now, use="home")

    katrin.refresh_from_db()
    phone = katrin.contact_points.get(what="phone")
    assert (phone.key, phone.extension, phone.value, phone.use) == (
        "+493411234567",
        "12",
        "0341 1234567 ext. 12",
        "work",
    )
    assert (katrin.phone, katrin.email) == ("0341 1234567 ext. 12", "katrin@holzapfel.example")
    assert points(katrin)[-1] == ("email", "k.holzapfel@home.example", False, False)


def test_another_becomes_the_main_one(ana: Member, now: datetime, katrin: Person):
    note_contact_point(katrin, "email", "k@home.example", ana, at=now, is_main=True)

    katrin.refresh_from_db()
    assert katrin.email == "k@home.example"
    assert points(katrin) == [
        ("email", "katrin@holzapfel.example", False, False),
        ("email", "k@home.example", True, False),
    ]


def test_noted_again_it_is_one(ana: Member, now: datetime, katrin: Person):
    first = note_contact_point(katrin, "phone", "0341 1234567", ana, at=now)
    again = note_contact_point(katrin, "phone", "+49 (341) 123 45 67", ana, at=now, use="work")

    assert (first.pk, again.use) == (again.pk, "work")
    assert katrin.contact_points.filter(what="phone").count() == 1


def test_what_is_dropped_is_former_and_still_finds_its_person(ana: Member, now: datetime, katrin: Person):
    note_contact_point(katrin, "email", "k@home.example", ana, at=now)

    drop_contact_point(katrin.contact_points.get(key="katrin@holzapfel.example"), ana, at=now)

    katrin.refresh_from_db()
    assert katrin.email == "k@home.example"
    assert points(katrin)[0] == ("email", "katrin@holzapfel.example", False, True)
    assert person_for("Katrin@holzapfel.example", "K.", Public(), at=now) == katrin


def test_a_former_one_noted_again_is_in_use(ana: Member, now: datetime, katrin: Person):
    point = note_contact_point(katrin, "phone", "0341 1", ana, at=now)
    drop_contact_point(point, ana, at=now)

    note_contact_point(katrin, "phone", "0341 1", ana, at=now)

    katrin.refresh_from_db()
    assert (katrin.phone, katrin.contact_points.get(what="phone").is_former) == ("0341 1", False)


def test_whoever_is_known_by_an_address_alone_keeps_it(ana: Member, now: datetime):
    nameless = add_person("", ana, at=now, email="someone@customer.example")

    with pytest.raises(Refusal, match="write their name first"):
        drop_contact_point(nameless.contact_points.get(), ana, at=now)

    assert nameless.contact_points.get().is_former is False


@pytest.mark.parametrize("number", ["111-222-3333", "026185", "call the workshop", "+49", "4.93E+11"])
def test_a_number_that_is_none_is_kept_and_marked(number: str, ana: Member, now: datetime, katrin: Person):
    point = note_contact_point(katrin, "phone", number, ana, at=now)

    assert (point.value, point.is_valid) == (number, False)


def test_a_national_number_is_read_in_the_country_of_the_site(ana: Member, lyon: Site, now: datetime):
    person = add_person("Chloé", ana, at=now, site=lyon, phone="04 72 00 00 01")

    assert person.contact_points.get().key == (
        "+33472000001" if lyon.country == "FR" else person.contact_points.get().key
    )


@pytest.mark.parametrize(
    ("what", "value", "words"),
    [
        ("email", "katrin at home", "is no e-mail address"),
        ("email", "", "nothing to note"),
        ("phone", "   ", "nothing to note"),
        ("website", "javascript:alert(1)", "begins with https"),
        ("pigeon", "grey", "no way to reach"),
        ("email", "x" * 400 + "@customer.example", "no e-mail address"),
        ("phone", "1\x00", "NUL"),
        ("website", "w" * 400, "400 characters"),
    ],
)
def test_what_can_not_be_is_refused(what: str, value: str, words: str, ana: Member, now: datetime, katrin: Person):
    with pytest.raises(Refusal, match=words):
        note_contact_point(katrin, what, value, ana, at=now)

    assert katrin.contact_points.count() == 1


def test_an_address_of_somebody_else_is_refused_until_several_read_it(ana: Member, now: datetime, katrin: Person):
    marc = add_person("Marc", ana, at=now)

    with pytest.raises(Refusal, match="several people read it"):
        note_contact_point(marc, "email", "KATRIN@holzapfel.example", ana, at=now)
    note_contact_point(marc, "email", "katrin@holzapfel.example", ana, at=now, is_shared=True)

    assert set(ContactPoint.objects.values_list("is_shared", flat=True)) == {True}


def test_a_shared_address_finds_the_one_of_that_name(ana: Member, now: datetime):
    first = add_person("Cleo", ana, at=now, email="info@holzapfel.example", is_shared=True)
    second = add_person("Marc", ana, at=now, email="INFO@holzapfel.example", is_shared=True)

    assert person_for("info@holzapfel.example", " marc ", Public(), at=now) == second
    assert person_for("info@holzapfel.example", "Cleo", Public(), at=now) == first
    new = person_for("info@holzapfel.example", "Anton", Public(), at=now)
    assert (new.name, new.contact_points.get().is_shared) == ("Anton", True)
    nameless = person_for("info@holzapfel.example", "", Public(), at=now)
    assert person_for("info@holzapfel.example", "", Public(), at=now) == nameless


def test_whoever_takes_an_address_that_several_read_shares_it(ana: Member, now: datetime):
    add_person("Cleo", ana, at=now, email="info@holzapfel.example", is_shared=True)

    marc = add_person("Marc", ana, at=now, email="info@holzapfel.example")

    assert marc.contact_points.get().is_shared is True


def test_an_address_is_corrected(ana: Member, now: datetime, katrin: Person):
    point = katrin.contact_points.get()

    change_contact_point(point, ana, at=now, value="katrin@gaertnerei.example", use="work")

    katrin.refresh_from_db()
    assert (katrin.email, katrin.contact_points.get().key) == ("katrin@gaertnerei.example", "katrin@gaertnerei.example")


def test_two_of_one_value_are_refused(ana: Member, now: datetime, katrin: Person):
    note_contact_point(katrin, "phone", "0341 1234567", ana, at=now)
    other = note_contact_point(katrin, "phone", "0341 7654321", ana, at=now)

    with pytest.raises(Refusal, match="noted here already"):
        change_contact_point(other, ana, at=now, value="+49 341 1234567")


def test_accounts_are_reached_too(ana: Member, now: datetime, katrin: Person):
    account = Account.objects.get()
    note_contact_point(account, "phone", "0341 99", ana, at=now, use="switchboard")
    note_contact_point(account, "email", "katrin@holzapfel.example", ana, at=now)
    note_contact_point(account, "website", "https://www.Holzapfel.example/", ana, at=now)

    assert points(account) == [
        ("phone", "0341 99", True, False),
        ("email", "katrin@holzapfel.example", True, False),
        ("website", "https://www.Holzapfel.example/", True, False),
    ]
    assert account.contact_points.get(what="website").key == "holzapfel.example"


def test_addresses_are_noted_once_and_dropped(ana: Member, now: datetime, katrin: Person):
    first = note_address(katrin, ana, at=now, lines="Hauptstr. 1\n\n  Hinterhaus ", postcode="06108", city="Halle")
    again = note_address(
        katrin, ana, at=now, lines="Hauptstr. 1\nHinterhaus", postcode="06108", city="Halle", use="home"
    )

    assert (first.pk, str(again), again.use) == (again.pk, "Hauptstr. 1, Hinterhaus, 06108 Halle", "home")
    with pytest.raises(Refusal, match="says no place"):
        note_address(katrin, ana, at=now, use="home")
    drop_address(again, ana, at=now)
    assert not Address.objects.exists()


def test_people_speak_for_several_accounts_in_several_roles(ana: Member, now: datetime, katrin: Person):
    town = add_account("Stadt Halle", ana, at=now)

    made = affiliate(katrin, town, ana, at=now, roles=["payer", "buyer", "buyer"], job_title="Treasurer")

    katrin.refresh_from_db()
    assert (made.roles, made.job_title, made.is_main) == (["buyer", "payer"], "Treasurer", False)
    assert katrin.account == Account.objects.get(name="Holzapfel")
    affiliate(katrin, town, ana, at=now, is_main=True)
    katrin.refresh_from_db()
    assert (katrin.account, katrin.affiliations.filter(until__isnull=True).count()) == (town, 2)
    assert Affiliation.objects.get(account=town).roles == ["buyer", "payer"]


def test_an_affiliation_ends_and_another_becomes_the_main_one(ana: Member, now: datetime, katrin: Person):
    town = add_account("Stadt Halle", ana, at=now)
    affiliate(katrin, town, ana, at=now)

    end_affiliation(katrin.affiliations.get(is_main=True), ana, at=now)

    katrin.refresh_from_db()
    ended = katrin.affiliations.get(until__isnull=False)
    assert (katrin.account, ended.is_main, str(ended.account)) == (town, False, "Holzapfel")


def test_an_affiliation_is_corrected(ana: Member, now: datetime, katrin: Person):
    made = katrin.affiliations.get()

    change_affiliation(made, ana, at=now, roles=["user"], job_title="Head gardener")

    assert (made.roles, made.job_title) == (["user"], "Head gardener")
    with pytest.raises(Refusal, match="no role “king”"):
        change_affiliation(made, ana, at=now, roles=["king"])


def test_an_account_on_the_person_is_the_main_affiliation(ana: Member, now: datetime, katrin: Person):
    town = add_account("Stadt Halle", ana, at=now)

    change_person(katrin, ana, at=now, account=town)
    change_person(katrin, ana, at=now + timedelta(minutes=1), account=Account.objects.get(name="Holzapfel"))

    assert [(str(each.account), each.until is None) for each in katrin.affiliations.order_by("pk")] == [
        ("Holzapfel", True),
        ("Stadt Halle", False),
    ]


def test_what_belongs_to_an_account_moves_to_its_new_site(ana: Member, lyon: Site, now: datetime, katrin: Person):
    account = Account.objects.get()
    note_contact_point(account, "phone", "1", ana, at=now)
    note_address(account, ana, at=now, city="Halle")

    change_account(account, ana, at=now, site=lyon)

    assert {account.contact_points.get().site, account.addresses.get().site, account.affiliations.get().site} == {lyon}


@pytest.mark.parametrize("stranger", ["dan", "auditor"])
def test_strangers_and_auditors_note_nothing(
    stranger: str, ana: Member, now: datetime, katrin: Person, request: pytest.FixtureRequest
):
    member = request.getfixturevalue(stranger)
    point, town = katrin.contact_points.get(), Account.objects.get()

    for attempt in (
        lambda: note_contact_point(katrin, "phone", "1", member, at=now),
        lambda: change_contact_point(point, member, at=now, use="work"),
        lambda: drop_contact_point(point, member, at=now),
        lambda: note_address(katrin, member, at=now, city="Halle"),
        lambda: affiliate(katrin, town, member, at=now),
        lambda: end_affiliation(katrin.affiliations.get(), member, at=now),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_the_front_line_changes_people_of_its_site_alone(
    ana: Member, ben: Member, lyon: Site, now: datetime, katrin: Person
):
    chloe = add_person("Chloé", ana, at=now, site=lyon, phone="1")

    note_contact_point(katrin, "phone", "1", ben, at=now)

    with pytest.raises(NotAllowed):
        note_contact_point(chloe, "phone", "2", ben, at=now)
    with pytest.raises(NotAllowed):
        drop_contact_point(chloe.contact_points.get(), ben, at=now)


def test_the_trail_holds_no_number_and_no_street(ana: Member, now: datetime, katrin: Person):
    note_contact_point(katrin, "phone", "0341 1234567", ana, at=now)
    note_address(katrin, ana, at=now, lines="Hauptstr. 1", city="Halle")

    bodies = "".join(TrailEntry.objects.values_list("body", flat=True))
    assert not [words for words in ("1234567", "Hauptstr", "Halle", "holzapfel.example") if words in bodies]
