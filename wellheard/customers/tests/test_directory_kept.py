"""What is known of customers is kept: nothing is overwritten by something like it, and no number is guessed."""

from datetime import datetime
from typing import Any

import pytest

from wellheard.core.errors import Refusal
from wellheard.core.models import Member
from wellheard.customers.actions import (
    add_account,
    add_person,
    change_account,
    change_contact_point,
    change_person,
    define_field,
    note_contact_point,
    remember_external_id,
    upserting,
)
from wellheard.customers.actions.upserting import upsert_account, upsert_person
from wellheard.customers.models import Account, ExternalId, Person

pytestmark = pytest.mark.django_db

SWITCHBOARD = "+49 345 2101234"


def numbers(owner: Account | Person) -> list[tuple[str, str, bool]]:
    return list(
        owner.contact_points.filter(what="phone").order_by("pk").values_list("value", "extension", "is_main"),
    )


def test_two_extensions_of_one_switchboard_are_two_numbers(ana: Member, now: datetime):
    firm = add_account("Saaleblick GmbH", ana, at=now)
    note_contact_point(firm, "phone", f"{SWITCHBOARD} ext. 12", ana, at=now)
    note_contact_point(firm, "phone", f"{SWITCHBOARD} ext. 34", ana, at=now)
    note_contact_point(firm, "phone", f"{SWITCHBOARD} ext. 12", ana, at=now)

    assert [(ext, main) for _, ext, main in numbers(firm)] == [("12", True), ("34", False)]


def test_a_number_without_its_extension_does_not_take_the_extension_away(ana: Member, now: datetime):
    jo = add_person("Jo Kern", ana, at=now, phone=f"{SWITCHBOARD} ext. 12")
    note_contact_point(jo, "phone", SWITCHBOARD, ana, at=now)
    assert [ext for _, ext, _ in numbers(jo)] == ["12"]

    lu = add_person("Lu Kern", ana, at=now, phone=SWITCHBOARD)
    note_contact_point(lu, "phone", f"{SWITCHBOARD} ext. 12", ana, at=now)
    assert [ext for _, ext, _ in numbers(lu)] == ["12"]


def test_another_main_extension_leaves_the_first_one_as_a_former_number(ana: Member, now: datetime):
    jo = add_person("Jo Kern", ana, at=now, phone=f"{SWITCHBOARD} ext. 12")
    change_person(jo, ana, at=now, phone=f"{SWITCHBOARD} ext. 34")

    assert [(ext, main) for _, ext, main in numbers(jo)] == [("12", False), ("34", True)]
    first, second = jo.contact_points.order_by("pk")
    assert (first.is_former, second.is_former) == (True, False)
    change_contact_point(first, ana, at=now, use="work")  # nothing is noted twice


@pytest.mark.parametrize("words", ["1,500", "12,500", "-999,000"])
def test_a_comma_that_may_part_thousands_is_asked_about(words: str, ana: Member, now: datetime):
    define_field("account", "Seats", "number", ana, at=now)
    firm = add_account("Saaleblick GmbH", ana, at=now)
    with pytest.raises(Refusal, match="which a comma does not tell"):
        change_account(firm, ana, at=now, custom={"seats": words})


@pytest.mark.parametrize(("words", "number"), [("12,5", 12.5), ("0,125", 0.125), ("1500", 1500), ("1500,25", 1500.25)])
def test_a_comma_that_can_only_part_decimals_does(words: str, number: Any, ana: Member, now: datetime):
    define_field("account", "Seats", "number", ana, at=now)
    firm = add_account("Saaleblick GmbH", ana, at=now)
    change_account(firm, ana, at=now, custom={"seats": words})
    assert firm.custom == {"seats": number}


@pytest.mark.parametrize("name", ["Range", "Contains", "In", "isnull", "Has key", "Exact"])
def test_a_field_may_be_called_as_databases_call_a_comparison(name: str, ana: Member, now: datetime):
    field = define_field("account", name, "text", ana, at=now)
    first = upsert_account("", "", {"name": "One", "custom": {field.key: "blue"}}, ana, at=now, key=field.key)
    again = upsert_account("", "", {"name": "One", "custom": {field.key: "blue"}}, ana, at=now, key=field.key)
    assert (first.verdict, again.verdict, again.record.pk) == ("created", "same", first.record.pk)


def test_names_stand_on_one_line(ana: Member, now: datetime):
    jo = upsert_person("crm", "1", {"name": "Jo\r\nBcc: all@example.org", "salutation": "Mrs\nDr."}, ana, at=now).record
    firm = add_account("Saaleblick\n GmbH", ana, at=now, city="Halle\r(Saale)", industry="Rail\nways")
    assert (jo.name, jo.salutation) == ("Jo Bcc: all@example.org", "Mrs Dr.")
    assert (firm.name, firm.city, firm.industry) == ("Saaleblick GmbH", "Halle (Saale)", "Rail ways")


@pytest.mark.parametrize("upsert", [upsert_account, upsert_person])
def test_two_who_send_the_same_customer_at_once_make_one(
    upsert: Any, ana: Member, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    values = {"name": "Saaleblick"}
    first = upsert("crm", "17", values, ana, at=now)
    looked: list[Any] = []
    really = upserting._found

    def not_yet_there(*args: Any) -> Any:
        """The first look was before the other's transaction ended."""
        looked.append(args)
        return None if len(looked) == 1 else really(*args)

    monkeypatch.setattr(upserting, "_found", not_yet_there)
    noted = remember_external_id

    def noted_by_both(record: Any, source: str, value: str, by: Member, *, at: datetime) -> Any:
        if len(looked) > 1:
            return noted(record, source, value, by, at=at)
        about = "account" if isinstance(record, Account) else "person"
        return ExternalId(source=source, value=value, **{about: record}).save()

    monkeypatch.setattr(upserting, "remember_external_id", noted_by_both)
    again = upsert("crm", "17", values, ana, at=now)
    assert (again.verdict, again.record.pk, len(looked)) == ("same", first.record.pk, 2)
