"""Contacts from the exports of other programs: known by their headers, and read to the last column."""

from datetime import datetime

import pytest

from wellheard.core.errors import Refusal
from wellheard.core.imports import HasQuestions
from wellheard.core.models import Member
from wellheard.customers.models import Account, ContactPoint, ExternalId, ImportedChange, Person
from wellheard.customers.tests.importing import Bring, bringing, counts, shared


@pytest.fixture
def bring(ana: Member, now: datetime) -> Bring:
    return bringing(ana, now)


def test_accounts_and_contacts_of_salesforce(bring: Bring) -> None:
    accounts = bring(*shared("salesforce_Account.csv"))
    contacts = bring(*shared("salesforce_Contact.csv"))

    assert (accounts.format, accounts.rows, accounts.created) == ("salesforce-accounts", 7, {"accounts": 7})
    assert (contacts.format, contacts.rows, contacts.created) == ("salesforce-contacts", 4, {"people": 4})
    people = Person.objects.order_by("pk")
    assert [(each.name, str(each.account), each.email) for each in people] == [
        ("Tim Anderson", "Sandia Style Interiors", "tim@sandiastyles.com.example"),
        ("Carol Smythe", "High Desert Inc.", None),
        ("Jane Zen", "High Desert Inc.", "jane@highdesert.com.example"),
        ("Kim Nicias", "High Desert Inc.", "kim@highdesert.com.example"),
    ]
    jane = people[2]
    assert (jane.given_name, jane.family_name) == ("Jane", "Zed")
    assert ImportedChange.objects.get(record_id=jane.pk, record_kind="customers.person").note == (
        "the whole name is “Jane Zen”, the last name “Zed”; both are kept"
    )
    desert = Account.objects.get(name="High Desert Inc.")
    assert (desert.city, desert.country, str(desert.addresses.get())) == (
        "Santa Fe",
        "US",
        "555 N. Guadalupe St., 87501 Santa Fe, New Mexico, US",
    )
    assert ExternalId.objects.get(account=desert).source == "salesforce"


def test_contacts_before_their_accounts_are_kept_and_joined_later(bring: Bring) -> None:
    first = bring(*shared("salesforce_Contact.csv"))
    assert Person.objects.exclude(account=None).count() == 0
    assert ImportedChange.objects.filter(batch=first, note__contains="import the organisations first").count() == 4

    bring(*shared("salesforce_Account.csv"))
    again = bring(*shared("salesforce_Contact.csv"))

    assert again.verdicts == {"created": 0, "changed": 4, "same": 0, "rejected": 0}
    assert Person.objects.filter(account=None).count() == 0


def test_partners_of_odoo(bring: Bring) -> None:
    batch = bring(*shared("odoo_res.partner.csv"))

    assert (batch.format, batch.rows, batch.created) == ("odoo-partners", 6, {"accounts": 2, "people": 4})
    assert sorted(Account.objects.values_list("name", flat=True)) == ["Agrolait", "Grocery Outlet"]
    outlet = Account.objects.get(name="Grocery Outlet")
    assert sorted(outlet.people.values_list("name", flat=True)) == ["Accounting dep.", "Bill", "Bob", "Warehouse"]
    assert outlet.contact_points.get(what="phone").value == "123456789"
    assert str(outlet.addresses.get()) == "51 Federal Street, #401, 94107 San Francisco, California, US"
    assert Person.objects.get(name="Warehouse").email == "bill@odoo.com"
    assert Person.objects.get(name="Bill").addresses.get().use == "Other address"


def test_child_contacts_of_odoo(bring: Bring) -> None:
    batch = bring(*shared("odoo_o2m_customers_contacts.csv"))

    assert (batch.rows, batch.created) == (8, {"accounts": 3, "people": 5})
    assert Account.objects.get(name="Aurora Shelves").city == "San José"
    assert list(Person.objects.filter(account=None).values_list("name", flat=True)) == ["Michael Mason"]


def test_tags_of_odoo(bring: Bring) -> None:
    batch = bring(*shared("odoo_m2m_customers_tags.csv"))

    assert (batch.rows, batch.created) == (5, {"accounts": 5})
    assert Account.objects.get(name="Hydra Supplies").tags == ["Manufacturer", "Retailer"]
    assert ExternalId.objects.get(value="18").account == Account.objects.get(name="National Parts & Supplies")


def test_a_mailing_list_is_people_with_nothing_but_an_address(bring: Bring) -> None:
    batch = bring(*shared("mailing_list.csv"))

    assert (batch.rows, batch.created) == (200, {"people": 200})
    moments = [str(each) for each in Person.objects.order_by("noted_at").values_list("noted_at__date", flat=True)]
    assert (moments[0], moments[199]) == ("2016-01-10", "2018-12-26")
    assert batch.guessed["columns_not_read"] == ["Liquid", "Bar"]


def test_shifted_columns_are_a_question_and_never_a_guess(bring: Bring, ana: Member, now: datetime) -> None:
    data, name = shared("customers_duplicates.csv")

    with pytest.raises(HasQuestions) as asked:
        bring(data, name)
    with pytest.raises(Refusal, match="can’t be guessed"):
        bring(data, name, yes=True)

    (question,) = asked.value.result.questions
    assert question.name == "columns_shifted"
    assert "Under “Last Name” stand e-mail addresses, as john.doe@example.com." in question.sentence
    assert "First Name is the whole name" in question.choices["by_values"]
    assert counts() == (0, 0, 0, 0, 0, 0)

    batch = bring(data, name, columns_shifted="by_values")

    assert batch.verdicts == {"created": 3, "changed": 0, "same": 2, "rejected": 0}
    assert list(ImportedChange.objects.filter(verdict="same").values_list("row", "note")) == [
        (4, "exactly the same as row 2"),
        (6, "exactly the same as row 3"),
    ]
    assert list(Person.objects.order_by("pk").values_list("name", "email", "phone")) == [
        ("John Doe", "john.doe@example.com", "123-456-7890123"),
        ("Jane Smith", "jane.smith@example.com", "234-567-8901456"),
        ("Alice Johnson", "alice.j@example.com", "345-678-9012789"),
    ]
    assert not ContactPoint.objects.filter(what="phone", is_valid=True).exists()


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "Name,Given Name,Additional Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,"
            "Phone 1 - Value,Organization 1 - Name,Organization 1 - Title",
            "Åsa Ek,Åsa,,Ek,* myContacts ::: Friends,Work,asa@ek.example ::: asa@home.example,Mobile,"
            "+46 8 123 456 78 ::: +46 70 123 45 67,Ek AB,Boss",
        ),
        (
            "First Name,Middle Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,"
            "Organization Name,Organization Title",
            "Åsa,,Ek,Friends ::: * myContacts,Work,asa@ek.example ::: asa@home.example,Mobile,"
            "+46 8 123 456 78 ::: +46 70 123 45 67,Ek AB,Boss",
        ),
    ],
)
def test_google_contacts_of_both_generations(bring: Bring, header: str, row: str) -> None:
    batch = bring(f"{header}\n{row}\n")

    person = Person.objects.get()
    assert batch.format == "google-contacts"
    assert (person.name, person.email, str(person.account), person.tags) == (
        "Åsa Ek",
        "asa@ek.example",
        "Ek AB",
        ["Friends"],
    )
    assert sorted(person.contact_points.values_list("key", flat=True)) == [
        "+46701234567",
        "+46812345678",
        "asa@ek.example",
        "asa@home.example",
    ]
    assert person.affiliations.get().job_title == "Boss"


def test_hubspot_and_outlook(bring: Bring) -> None:
    companies = bring(
        "Record ID,Company name,Company Domain Name,City,Country/Region\n77,Acme,acme.example,Lyon,France\n"
    )
    contacts = bring(
        "Record ID,First Name,Last Name,Email,Phone Number,Associated Company IDs,Associated Company,Lifecycle Stage\n"
        "5,Ann,Bee,ann@acme.example,+33 4 72 00 00 00,77,Acme,Lead\n"
    )
    outlook = bring(
        "Title,First Name,Last Name,Company,Job Title,E-mail Address,Business Phone,Mobile Phone,Categories\n"
        "Dr,Cy,Dee,Acme,Buyer,cy@acme.example,+33 4 72 00 00 01,,VIP;Press\n"
    )

    assert [each.format for each in (companies, contacts, outlook)] == [
        "hubspot-companies",
        "hubspot-contacts",
        "outlook-contacts",
    ]
    acme = Account.objects.get()
    ann, cy = acme.people.order_by("pk")
    assert (ann.lifecycle, cy.salutation, cy.tags) == ("prospect", "Dr", ["Press", "VIP"])
    assert acme.contact_points.get().value == "acme.example"
