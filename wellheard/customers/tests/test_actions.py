from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from wellheard.conftest import Arranging
from wellheard.core.actors import Public, System
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, Site, TrailEntry
from wellheard.customers.actions import (
    add_account,
    add_person,
    add_segment,
    change_account,
    change_person,
    person_for,
    stop_mail,
)
from wellheard.customers.actions.reaching import keep_reachable
from wellheard.customers.models import Account, Person

pytestmark = pytest.mark.django_db


def trail() -> list[str]:
    return list(
        TrailEntry.objects.filter(action__startswith="customers.").order_by("pk").values_list("action", flat=True)
    )


def test_an_account_gets_its_reference_and_leaves_a_trail(ana: Member, leipzig: Site, now: datetime):
    landscapers = add_segment("Landscapers", ana, at=now)

    account = add_account(
        "Gärtnerei Holzapfel", ana, at=now, segment=landscapers, site=leipzig, owner=ana, since=date(2019, 3, 1)
    )

    assert (account.reference, str(account), account.segment, account.owner) == (
        "ACC-2026-0001",
        "Gärtnerei Holzapfel",
        landscapers,
        ana,
    )
    assert {"customers.add_segment", "customers.add_account"} <= {*trail()}


def test_the_same_segment_is_added_once(ana: Member, now: datetime):
    assert add_segment("Landscapers", ana, at=now) == add_segment(" Landscapers ", ana, at=now)


def test_an_account_without_a_name_is_refused(ana: Member, now: datetime):
    with pytest.raises(Refusal, match="needs a name"):
        add_account("  ", ana, at=now)

    assert not Account.objects.exists()


@pytest.mark.parametrize("stranger", ["dan", "auditor"])
def test_strangers_and_auditors_change_nothing(
    stranger: str, ana: Member, leipzig: Site, now: datetime, request: pytest.FixtureRequest
):
    account = add_account("Holzapfel", ana, at=now, site=leipzig)
    person = add_person("Katrin Holzapfel", ana, at=now, account=account)
    member = request.getfixturevalue(stranger)

    for attempt in (
        lambda: add_segment("Towns", member, at=now),
        lambda: add_account("Other", member, at=now),
        lambda: change_account(account, member, at=now, city="Halle"),
        lambda: add_person("Other", member, at=now),
        lambda: change_person(person, member, at=now, phone="1"),
        lambda: stop_mail(person, member, at=now),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_the_front_line_changes_accounts_of_its_site_alone(
    ana: Member, ben: Member, leipzig: Site, lyon: Site, now: datetime
):
    here = add_account("Holzapfel", ana, at=now, site=leipzig)
    there = add_account("Jardins du Rhône", ana, at=now, site=lyon)

    change_account(here, ben, at=now, city="Halle")

    with pytest.raises(NotAllowed):
        change_account(there, ben, at=now, city="Lyon")
    assert list(Account.objects.visible_to(ben)) == [here]


def test_an_address_belongs_to_one_person_whatever_its_case(ana: Member, now: datetime):
    add_person("Katrin Holzapfel", ana, at=now, email="Katrin@holzapfel.example")

    with pytest.raises(Refusal, match="already belongs to Katrin Holzapfel"):
        add_person("Someone", ana, at=now, email="katrin@HOLZAPFEL.example")


def test_the_database_itself_refuses_a_second_owner_of_an_address(ana: Member, now: datetime, arranging: Arranging):
    add_person("Katrin", ana, at=now, email="katrin@holzapfel.example")

    with pytest.raises(IntegrityError), transaction.atomic(), arranging():
        someone = Person(name="Someone", email="KATRIN@holzapfel.example")
        someone.save()
        keep_reachable(someone)


def test_any_number_of_people_have_no_address(ana: Member, now: datetime):
    first, second = add_person("Katrin", ana, at=now, email=""), add_person("Marc", ana, at=now)

    assert (first.email, second.email) == (None, None)


def test_a_person_belongs_to_the_site_of_the_account(ana: Member, lyon: Site, now: datetime):
    account = add_account("Jardins du Rhône", ana, at=now, site=lyon)

    assert add_person("Chloé Martin", ana, at=now, account=account).site == lyon


def test_a_person_with_neither_name_nor_address_is_refused(ana: Member, now: datetime):
    with pytest.raises(Refusal, match="a name or an address"):
        add_person(" ", ana, at=now, email=" ")


def test_preferences_change_and_the_trail_holds_no_personal_value(ana: Member, now: datetime):
    person = add_person("Katrin", ana, at=now, email="katrin@holzapfel.example")

    change_person(person, ana, at=now, phone="+49 345 1", language="de", wants_no_mail=True, email="")

    assert (person.email, person.language, person.wants_no_mail) == (None, "de", True)
    bodies = "".join(TrailEntry.objects.filter(action__startswith="customers.").values_list("body", flat=True))
    assert "Katrin" not in bodies
    assert "+49" not in bodies


def test_an_unknown_change_is_a_programmers_mistake(ana: Member, now: datetime):
    person = add_person("Katrin", ana, at=now)

    with pytest.raises(TypeError, match="nickname"):
        change_person(person, ana, at=now, nickname="K")


def test_a_customer_may_stop_mails_and_change_nothing_else(ana: Member, now: datetime):
    person = add_person("Katrin", ana, at=now, email="katrin@holzapfel.example")
    customer = Public(f"person:{person.pk}")

    stop_mail(person, customer, at=now)

    assert Person.objects.get().wants_no_mail is True
    with pytest.raises(NotAllowed):
        change_person(person, customer, at=now, name="Someone")


def test_person_for_finds_by_address_and_leaves_what_is_known(ana: Member, now: datetime):
    katrin = add_person("Katrin Holzapfel", ana, at=now, email="katrin@holzapfel.example", language="de")

    found = person_for(" KATRIN@holzapfel.example ", "K. H.", System("import"), at=now, language="en")

    assert found == katrin
    assert (Person.objects.get().name, Person.objects.get().language) == ("Katrin Holzapfel", "de")


def test_person_for_adds_whom_it_does_not_know(leipzig: Site, now: datetime):
    added = person_for("new@customer.example", "Cleo", Public(), at=now, site=leipzig, language="fr")

    assert (added.name, added.email, added.site, added.language) == ("Cleo", "new@customer.example", leipzig, "fr")


def test_person_for_without_an_address_knows_people_of_the_account_by_name(ana: Member, now: datetime):
    account = add_account("Holzapfel", ana, at=now)
    katrin = person_for("", "Katrin", ana, at=now, account=account)

    assert person_for("", "Katrin", ana, at=now, account=account) == katrin
    assert person_for("", "Katrin", ana, at=now) != katrin


def test_nobody_is_left_without_a_name(ana: Member, now: datetime):
    account = add_account("Gärtnerei Holzapfel", ana, at=now)
    person = add_person("Cleo", ana, at=now, email="cleo@holzapfel.example")

    for change in (
        lambda: change_account(account, ana, at=now, name="  "),
        lambda: change_person(person, ana, at=now, name=" ", email=""),
    ):
        with pytest.raises(Refusal, match="name"):
            change()

    assert (Account.objects.get().name, Person.objects.get().name) == ("Gärtnerei Holzapfel", "Cleo")
