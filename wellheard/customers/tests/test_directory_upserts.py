"""Customers as another program knows them."""

from datetime import datetime

import pytest

from wellheard.conftest import Arranging
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, Site, TrailEntry
from wellheard.customers.actions import (
    add_account,
    add_person,
    by_external_id,
    change_account,
    change_person,
    define_field,
    left_over,
    person_for,
    put_back,
    remember_external_id,
    set_lifecycle,
    set_tags,
    upsert_account,
    upsert_person,
)
from wellheard.customers.models import Account, ContactPoint, ExternalId, Person

pytestmark = pytest.mark.django_db

ACME = {
    "name": "Acme GmbH",
    "city": "Halle",
    "country": "Germany",
    "industry": "Gardens",
    "segment": "Landscapers",
    "tags": ["key", "Key", "north"],
    "phones": ["0345 1234567"],
    "websites": [{"value": "https://acme.example"}],
    "addresses": [{"lines": "Hauptstr. 1", "postcode": "06108", "city": "Halle", "use": "billing"}],
}


def test_a_customer_sent_three_times_is_there_once(ana: Member, now: datetime):
    first = upsert_account("Salesforce", "001A", ACME, ana, at=now)
    entries = TrailEntry.objects.count()
    again = upsert_account("salesforce", " 001A ", ACME, ana, at=now)

    assert (first.verdict, again.verdict, first.record) == ("created", "same", again.record)
    assert TrailEntry.objects.count() == entries
    account = Account.objects.get()
    assert (account.country, account.tags, str(account.segment)) == ("DE", ["key", "north"], "Landscapers")
    assert {kind: len(pks) for kind, pks in first.added.items()} == {
        "customers.contactpoint": 2,
        "customers.address": 1,
        "customers.externalid": 1,
    }


def test_what_changed_is_said_and_what_is_not_given_stays(ana: Member, now: datetime):
    upsert_account("crm", "1", ACME, ana, at=now)

    changed = upsert_account("crm", "1", {"city": "Leipzig", "phones": ["0345 999"], "add_tags": "new"}, ana, at=now)

    assert changed.verdict == "changed"
    assert changed.before == {"city": "Halle", "tags": ["key", "north"]}
    assert changed.after == {"city": "Leipzig", "tags": ["key", "new", "north"]}
    assert list(changed.added) == ["customers.contactpoint"]
    assert Account.objects.get().industry == "Gardens"


def test_given_empty_it_is_erased(ana: Member, now: datetime):
    upsert_account("crm", "1", ACME, ana, at=now)

    upsert_account("crm", "1", {"industry": "", "segment": "", "tags": []}, ana, at=now)

    account = Account.objects.get()
    assert (account.industry, account.segment, account.tags, account.city) == ("", None, [], "Halle")


def test_a_person_is_found_by_id_then_by_address(ana: Member, now: datetime):
    known = add_person("Jane Zed", ana, at=now, email="jane@acme.example")

    first = upsert_person("crm", "p1", {"name": "Jane Zed", "emails": ["JANE@acme.example"]}, ana, at=now)
    second = upsert_person("crm", "p1", {"name": "Jane Zed-Smith", "email": "jz@acme.example"}, ana, at=now)

    assert (first.record, first.verdict, second.record, second.verdict) == (known, "changed", known, "changed")
    assert second.before["email"] == "jane@acme.example"
    assert person_for("jane@acme.example", "", ana, at=now) == known


def test_two_of_one_program_who_share_an_address_stay_two(ana: Member, now: datetime):
    upsert_person("crm", "p1", {"name": "Jane", "email": "info@acme.example"}, ana, at=now)

    with pytest.raises(Refusal, match="several people read it"):
        upsert_person("crm", "p2", {"name": "Carol", "email": "info@acme.example"}, ana, at=now)
    shared = {"name": "Carol", "emails": [{"value": "info@acme.example", "is_shared": True}]}
    upsert_person("crm", "p2", shared, ana, at=now)

    assert sorted(Person.objects.values_list("name", "email")) == [
        ("Carol", "info@acme.example"),
        ("Jane", "info@acme.example"),
    ]
    assert upsert_person("crm", "p2", shared, ana, at=now).verdict == "same"


def test_a_person_without_address_has_affiliations_and_everything(ana: Member, now: datetime):
    account = upsert_account("crm", "1", ACME, ana, at=now).record
    values = {
        "given_name": "Carol",
        "family_name": "Smythe",
        "phones": [{"value": "0345 5550100 ext 7", "use": "work"}],
        "affiliations": [{"account": account, "roles": ["decision_maker", "buyer"], "job_title": "Head"}],
        "channel": "phone",
        "do_not_ask": True,
        "lifecycle": "prospect",
    }

    made = upsert_person("crm", "p2", values, ana, at=now)

    carol = Person.objects.get()
    assert (carol.name, carol.email, carol.account, carol.phone) == (
        "Carol Smythe",
        None,
        account,
        "0345 5550100 ext 7",
    )
    assert (carol.channel, carol.do_not_ask, carol.lifecycle) == ("phone", True, "prospect")
    assert carol.affiliations.get().roles == ["buyer", "decision_maker"]
    assert ContactPoint.objects.get(person=carol).extension == "7"
    assert (made.verdict, upsert_person("crm", "p2", values, ana, at=now).verdict) == ("created", "same")


def test_an_own_field_finds_customers(ana: Member, now: datetime):
    define_field("account", "Customer number", "text", ana, at=now)
    first = upsert_account(
        "", "", {"name": "Acme", "custom": {"customer-number": "4711"}}, ana, at=now, key="customer-number"
    )
    again = upsert_account(
        "", "", {"name": "Acme AG", "custom": {"customer-number": "4711"}}, ana, at=now, key="customer-number"
    )

    assert (again.record, again.verdict, again.after) == (first.record, "changed", {"name": "Acme AG"})
    with pytest.raises(Refusal, match="no field “vat”"):
        upsert_account("", "", {"name": "Acme"}, ana, at=now, key="vat")


def test_a_name_that_two_bear_is_no_key(ana: Member, now: datetime):
    add_account("Acme", ana, at=now)
    assert upsert_account("", "", {"name": "acme"}, ana, at=now, key="name").record == Account.objects.get()
    add_account("Acme", ana, at=now)

    with pytest.raises(Refusal, match="Several customers"):
        upsert_account("", "", {"name": "Acme"}, ana, at=now, key="name")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "A", "emails": ["not an address"]}, "emails"),
        ({"name": "A", "country": "Atlantis"}, "country"),
        ({"name": "A", "language": "German, mostly"}, "language"),
        ({"name": "A", "lifecycle": "lost"}, "reason"),
        ({"name": "A", "custom": {"nothing": 1}}, "custom"),
        ({"name": "A", "tags": ["x" * 100]}, "tags"),
        ({"name": "A", "nickname": "B"}, "nickname"),
        ({"name": "A\x00"}, "name"),
        ({"name": "A" * 300}, "name"),
        ({"name": "A", "addresses": [{"use": "home"}]}, "city"),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_kept(values: dict[str, object], field: str, ana: Member, now: datetime):
    with pytest.raises(Refusal) as refused:
        upsert_account("crm", "1", values, ana, at=now)

    assert refused.value.field == field
    assert not Account.objects.exists()
    assert not ExternalId.objects.exists()
    assert not TrailEntry.objects.filter(action__startswith="customers.").exists()


def test_what_was_changed_is_put_back_unless_somebody_changed_it_since(ana: Member, now: datetime):
    define_field("account", "Lorries", "number", ana, at=now)
    upsert_account("crm", "1", ACME, ana, at=now)
    values = {
        "city": "Leipzig",
        "industry": "Trees",
        "custom": {"lorries": "2.5"},
        "phones": ["0345 99"],
        "since": None,
    }
    done = upsert_account("crm", "1", values, ana, at=now)
    account = done.record
    change_account(account, ana, at=now, industry="Parks")

    assert left_over(account, done.after) == ["industry"]
    put_back(account, ana, at=now, before=done.before, after=done.after, added=done.added)

    account = Account.objects.get()
    assert (account.city, account.industry, account.custom) == ("Halle", "Parks", {})
    assert list(account.contact_points.filter(what="phone").values_list("value", flat=True)) == ["0345 1234567"]


def test_a_person_is_put_back_with_address_and_account(ana: Member, now: datetime):
    one, other = add_account("One", ana, at=now), add_account("Other", ana, at=now)
    jane = add_person("Jane", ana, at=now, email="jane@one.example", account=one)
    remember_external_id(jane, "crm", "p1", ana, at=now)

    done = upsert_person("crm", "p1", {"email": "jane@other.example", "account": other}, ana, at=now)
    put_back(done.record, ana, at=now, before=done.before, after=done.after, added=done.added)

    jane = Person.objects.get()
    assert (jane.email, jane.account, jane.contact_points.get().is_former) == ("jane@one.example", one, False)
    assert [(str(each.account), each.is_main, each.until) for each in jane.affiliations.all()] == [("One", True, None)]


def test_ids_lead_to_the_one_who_stands_for_a_merged_one(ana: Member, now: datetime, arranging: Arranging):
    kept, gone = add_account("Acme", ana, at=now), add_account("ACME", ana, at=now)
    remember_external_id(gone, "crm", "9", ana, at=now)
    with arranging():
        gone.merged_into = kept
        gone.save()

    assert by_external_id(Account, "CRM", "9") == kept
    assert upsert_account("crm", "9", {"city": "Halle"}, ana, at=now).record == kept
    for attempt in (
        lambda: change_account(gone, ana, at=now, city="X"),
        lambda: set_tags(gone, "x", ana, at=now),
        lambda: remember_external_id(gone, "crm", "10", ana, at=now),
    ):
        with pytest.raises(Refusal, match="was merged into Acme"):
            attempt()


def test_an_erased_person_is_not_filled_again(ana: Member, now: datetime, arranging: Arranging):
    jane = add_person("Jane", ana, at=now)
    remember_external_id(jane, "crm", "1", ana, at=now)
    with arranging():
        jane.erased_at = now
        jane.save()

    with pytest.raises(Refusal, match="was erased"):
        upsert_person("crm", "1", {"name": "Jane"}, ana, at=now)
    with pytest.raises(Refusal, match="was erased"):
        change_person(jane, ana, at=now, name="Jane")


def test_an_id_means_one_record(ana: Member, now: datetime):
    one, other = add_account("One", ana, at=now), add_account("Other", ana, at=now)
    person = add_person("Jane", ana, at=now)
    first = remember_external_id(one, "crm", "1", ana, at=now)

    assert remember_external_id(one, "CRM", "1", ana, at=now) == first
    assert remember_external_id(person, "crm", "1", ana, at=now) != first
    with pytest.raises(Refusal, match="somebody else’s id"):
        remember_external_id(other, "crm", "1", ana, at=now)
    with pytest.raises(Refusal, match="needs the program"):
        remember_external_id(other, "crm", " ", ana, at=now)


def test_other_sites_customers_are_not_changed(ana: Member, ben: Member, lyon: Site, now: datetime):
    there = upsert_account("crm", "1", {"name": "Jardins", "site": lyon}, ana, at=now).record

    with pytest.raises(NotAllowed):
        upsert_account("crm", "1", {"city": "Lyon"}, ben, at=now)
    assert Account.objects.get(pk=there.pk).city == ""


def test_standing_needs_a_reason_where_it_matters(ana: Member, now: datetime):
    account = add_account("Acme", ana, at=now)

    with pytest.raises(Refusal, match="needs a reason"):
        set_lifecycle(account, "at_risk", ana, at=now)
    set_lifecycle(account, "at_risk", ana, at=now, reason="Ordered nothing since May.")

    account.refresh_from_db()
    assert (account.lifecycle, account.lifecycle_reason, account.lifecycle_since) == (
        "at_risk",
        "Ordered nothing since May.",
        now,
    )
    with pytest.raises(Refusal, match="no such standing"):
        set_lifecycle(account, "happy", ana, at=now)
    set_lifecycle(account, "active", ana, at=now)
    assert Account.objects.get().lifecycle_reason == ""


def test_no_account_stands_above_itself(ana: Member, now: datetime):
    top = add_account("Group", ana, at=now)
    middle = add_account("Middle", ana, at=now, parent=top)

    with pytest.raises(Refusal, match="can’t stand above"):
        change_account(top, ana, at=now, parent=middle)
