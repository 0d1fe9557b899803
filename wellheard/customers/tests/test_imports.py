"""Reading contacts from files: every row has a verdict, nothing known is lost, all of it can be taken back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.imports import HasQuestions, Options, Result, report, run_import, try_import, undo_import
from wellheard.core.models import ImportBatch, Member, Site
from wellheard.core.models.trail import TrailEntry
from wellheard.customers.actions import add_account, add_person, change_person, note_contact_point
from wellheard.customers.models import (
    Account,
    Address,
    Affiliation,
    ContactPoint,
    ExternalId,
    ImportedChange,
    ImportSource,
    Person,
)
from wellheard.ground.tests.shared_data import shared_file

CRM = "crm-customers"


@pytest.fixture
def bring(ana: Member, now: datetime) -> Callable[..., ImportBatch]:
    """`bring(data, name)`: import as Ana; keywords answer questions and name columns."""

    def run(
        data: bytes | str,
        file: str = "contacts.csv",
        /,
        *,
        yes: bool = False,
        by: Member = ana,
        at: datetime = now,
        **said: str,
    ) -> ImportBatch:
        content = data.encode() if isinstance(data, str) else data
        return run_import("contacts", file, content, by, at=at, options=options(said, yes=yes))

    return run


def options(said: dict[str, str], *, yes: bool = False) -> Options:
    form = said.pop("as_", "")
    return Options(mapping=said, answers=said, accept_guesses=yes, format=form)


def shared(name: str) -> tuple[bytes, str]:
    return shared_file(f"{CRM}/{name}").read_bytes(), name


def look(data: bytes | str, by: Member, at: datetime, name: str = "contacts.csv", **said: str) -> Result:
    content = data.encode() if isinstance(data, str) else data
    return try_import("contacts", name, content, by, at=at, options=options(said))


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Account, Person, ContactPoint, Address, Affiliation, ExternalId))


# ---- the exports of other programs ----


def test_accounts_and_contacts_of_salesforce(bring: Callable[..., ImportBatch]) -> None:
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


def test_remarks_are_counted_in_whole_sentences(bring: Callable[..., ImportBatch]) -> None:
    rows = b"Company,City,Country\nOrichalc,Poseidonis,Atlantis\nStone Heads,Hill,Lemuria\n"
    summary = bring(rows, rows_are="accounts").summary

    assert "2 \u00d7 no country is called “…”; it stays in the address." in summary
    assert (
        "1 \u00d7 the whole name is “…”, the last name “…”; both are kept."
        in bring(*shared("salesforce_Contact.csv")).summary
    )


def test_an_unknown_country_is_said_of_people_too(bring: Callable[..., ImportBatch]) -> None:
    bring("Name,Email,City,Country\nAnn,a@x.example,Poseidonis,Atlantis\nBee,b@x.example,,Lemuria\n")

    assert list(ImportedChange.objects.values_list("note", flat=True)) == [
        "no country is called “Atlantis”; it stays in the address",
        "no country is called “Lemuria”; without an address it was left out",
    ]
    assert Address.objects.get().country == "Atlantis"


def test_contacts_before_their_accounts_are_kept_and_joined_later(bring: Callable[..., ImportBatch]) -> None:
    first = bring(*shared("salesforce_Contact.csv"))
    assert Person.objects.exclude(account=None).count() == 0
    assert ImportedChange.objects.filter(batch=first, note__contains="import the organisations first").count() == 4

    bring(*shared("salesforce_Account.csv"))
    again = bring(*shared("salesforce_Contact.csv"))

    assert again.verdicts == {"created": 0, "changed": 4, "same": 0, "rejected": 0}
    assert Person.objects.filter(account=None).count() == 0


def test_partners_of_odoo(bring: Callable[..., ImportBatch]) -> None:
    batch = bring(*shared("odoo_res.partner.csv"))

    assert (batch.format, batch.rows, batch.created) == ("odoo-partners", 6, {"accounts": 2, "people": 4})
    assert sorted(Account.objects.values_list("name", flat=True)) == ["Agrolait", "Grocery Outlet"]
    outlet = Account.objects.get(name="Grocery Outlet")
    assert sorted(outlet.people.values_list("name", flat=True)) == ["Accounting dep.", "Bill", "Bob", "Warehouse"]
    assert outlet.contact_points.get(what="phone").value == "123456789"
    assert str(outlet.addresses.get()) == "51 Federal Street, #401, 94107 San Francisco, California, US"
    assert Person.objects.get(name="Warehouse").email == "bill@odoo.com"
    assert Person.objects.get(name="Bill").addresses.get().use == "Other address"


def test_child_contacts_of_odoo(bring: Callable[..., ImportBatch]) -> None:
    batch = bring(*shared("odoo_o2m_customers_contacts.csv"))

    assert (batch.rows, batch.created) == (8, {"accounts": 3, "people": 5})
    assert Account.objects.get(name="Aurora Shelves").city == "San José"
    assert list(Person.objects.filter(account=None).values_list("name", flat=True)) == ["Michael Mason"]


def test_tags_of_odoo(bring: Callable[..., ImportBatch]) -> None:
    batch = bring(*shared("odoo_m2m_customers_tags.csv"))

    assert (batch.rows, batch.created) == (5, {"accounts": 5})
    assert Account.objects.get(name="Hydra Supplies").tags == ["Manufacturer", "Retailer"]
    assert ExternalId.objects.get(value="18").account == Account.objects.get(name="National Parts & Supplies")


def test_a_mailing_list_is_people_with_nothing_but_an_address(bring: Callable[..., ImportBatch]) -> None:
    batch = bring(*shared("mailing_list.csv"))

    assert (batch.rows, batch.created) == (200, {"people": 200})
    moments = [str(each) for each in Person.objects.order_by("noted_at").values_list("noted_at__date", flat=True)]
    assert (moments[0], moments[199]) == ("2016-01-10", "2018-12-26")
    assert batch.guessed["columns_not_read"] == ["Liquid", "Bar"]


def test_shifted_columns_are_a_question_and_never_a_guess(
    bring: Callable[..., ImportBatch], ana: Member, now: datetime
) -> None:
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
def test_google_contacts_of_both_generations(bring: Callable[..., ImportBatch], header: str, row: str) -> None:
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


def test_hubspot_and_outlook(bring: Callable[..., ImportBatch]) -> None:
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


# ---- vCards ----


@pytest.mark.parametrize(
    ("name", "created", "first"),
    [
        ("John_Doe_ANDROID.vcf", {"people": 6, "accounts": 2}, "john.doe@company.com"),
        ("John_Doe_BLACK_BERRY.vcf", {"people": 1, "accounts": 1}, "John Doe"),
        ("John_Doe_LOTUS_NOTES.vcf", {"people": 1, "accounts": 1}, "Mr. Doe John I Johny"),
        ("John_Doe_MS_OUTLOOK.vcf", {"people": 1, "accounts": 1}, "Mr. John Richter James Doe Sr."),
        ("gmail-single2.vcf", {"people": 1, "accounts": 1}, "VCard Test"),
        ("outlook-2003.vcf", {"people": 1, "accounts": 1}, "John Doe III"),
        ("rfc6350-example.vcf", {"people": 1, "accounts": 1}, "Simon Perreault"),
    ],
)
def test_cards_of_real_programs(
    bring: Callable[..., ImportBatch], name: str, created: dict[str, int], first: str
) -> None:
    batch = bring(shared_file(f"vcards/{name}").read_bytes(), name)

    assert (batch.format, batch.created, batch.rejected) == ("vcard", created, [])
    assert str(Person.objects.order_by("pk").first()) == first


def test_what_a_card_holds_is_kept_and_its_photo_said(bring: Callable[..., ImportBatch]) -> None:
    bring(shared_file("vcards/gmail-single2.vcf").read_bytes(), "a.vcf")
    lotus = bring(shared_file("vcards/John_Doe_LOTUS_NOTES.vcf").read_bytes(), "b.vcf")

    test = Person.objects.get(name="VCard Test")
    assert test.contact_points.filter(what="phone").count() == 11
    assert test.contact_points.get(key="customcategory@example.com").use == "CustomEmailCategory"
    assert (test.addresses.count(), test.contact_points.filter(what="website").count()) == (5, 6)
    assert lotus.left_out["photo, on a card"] == 1
    assert lotus.left_out["birthday, on a card"] == 1


def test_bad_cards_are_named_and_the_good_ones_kept(bring: Callable[..., ImportBatch]) -> None:
    good = "BEGIN:VCARD\nVERSION:3.0\nFN:Good\nEND:VCARD\n"

    batch = bring(good + "BEGIN:VCARD\nVERSION:3.0\nNOTE:nobody\nEND:VCARD\n" + "BEGIN:VCARD\nFN:Half\n", "c.vcf")

    assert batch.verdicts == {"created": 1, "changed": 0, "same": 0, "rejected": 2}
    assert batch.rejected == [
        {
            "row": 2,
            "field": "FN",
            "reason": "Nobody is named on this card: there is no name, no address and no number.",
        },
        {
            "row": 3,
            "field": "END",
            "reason": "Line 9: The file ends before the card does: it was cut off. (the card of Half)",
        },
    ]


# ---- any table ----


def test_a_table_that_nobody_knows_is_read_by_its_headers(bring: Callable[..., ImportBatch], leipzig: Site) -> None:
    data = (
        "\ufeffKundennr;Vorname;Nachname;Firma;E-Mail;Telefon;Straße;PLZ;Ort;Land\r\n"
        'K1;Jürgen;Šťastný;"Müller; Söhne";J@x.example;0341 123456;Weg 1;04109;Leipzig;Deutschland\r\n'
    ).encode()

    batch = bring(data, site_of_all="Leipzig")

    person = Person.objects.get()
    assert (person.name, str(person.account), person.email) == ("Jürgen Šťastný", "Müller; Söhne", "J@x.example")
    assert (person.site, person.contact_points.get(what="phone").key) == (leipzig, "+49341123456")
    assert person.addresses.get().country == "DE"
    assert ExternalId.objects.get().value == "K1"
    assert (batch.guessed["email"], batch.guessed["rows_are"]) == ("E-Mail", "people")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_quoted_headers_and_nordic_letters_in_every_encoding(bring: Callable[..., ImportBatch], encoding: str) -> None:
    bring('"Name";"E-mail"\r\n"Bjørn Åkesson";"b@x.example"\r\n"Zoë Æble";"z@x.example"\r\n'.encode(encoding))

    assert sorted(Person.objects.values_list("name", flat=True)) == ["Bjørn Åkesson", "Zoë Æble"]


def test_people_with_a_number_or_a_name_alone_are_fine(bring: Callable[..., ImportBatch]) -> None:
    batch = bring("First name,Last name,Phone\nAnn,,\n,,+33 4 72 00 00 00\n,,\n ,Bee,\n")

    assert batch.verdicts == {"created": 3, "changed": 0, "same": 0, "rejected": 0}
    assert batch.rows == 3
    assert list(Person.objects.order_by("pk").values_list("name", "phone")) == [
        ("Ann", ""),
        ("+33 4 72 00 00 00", "+33 4 72 00 00 00"),
        ("Bee", ""),
    ]


def test_what_a_spreadsheet_did_to_numbers(bring: Callable[..., ImportBatch]) -> None:
    bring('Name,Phone\nAnn,=+1 212 555 0100\nBee,"=""+49 341 123456"""\nCy,4.93E+11\nDee,111-222-3333\n')

    points = ContactPoint.objects.order_by("person__name")
    assert [(each.value, each.is_valid) for each in points] == [
        ("+1 212 555 0100", True),
        ("+49 341 123456", True),
        ("4.93E+11", False),
        ("111-222-3333", False),
    ]
    assert ImportedChange.objects.get(row=4).note == (
        "“4.93E+11”: a spreadsheet turned this number into another one; its last digits are lost"
    )


def test_every_row_has_one_verdict_and_they_add_up(
    bring: Callable[..., ImportBatch], ana: Member, now: datetime
) -> None:
    add_person("Known", ana, at=now, email="known@x.example")
    add_person("Old", ana, at=now, email="old@x.example", language="de")
    data = (
        "Name,Email,Language\nNew,new@x.example,en\nKnown,known@x.example,\nOld,OLD@x.example,fr\n"
        "New,new@x.example,en\nBad,nonsense,\nToo,many@x.example,en,cells\n"
    )

    batch = bring(data)

    assert batch.verdicts == {"created": 1, "changed": 1, "same": 2, "rejected": 2}
    assert (batch.rows, batch.accepted) == (6, 4)
    assert [(each["row"], each["field"], each["reason"][:32]) for each in batch.rejected] == [
        (6, "Email", "“nonsense” is no e-mail address."),
        (7, "Language", "There is more in this row than t"),
    ]
    changed = ImportedChange.objects.get(verdict="changed")
    assert (changed.row, changed.before, changed.after["fields"]) == (4, {"language": "de"}, {"language": "fr"})
    assert report(batch)["verdicts"] == batch.verdicts


def test_a_dry_run_is_the_same_and_saves_nothing(ana: Member, now: datetime, bring: Callable[..., ImportBatch]) -> None:
    data = "Name,Email,Company\nAnn,ann@x.example,Acme\nBad,nonsense,\n"

    found = look(data, ana, now)

    assert counts() == (0, 0, 0, 0, 0, 0)
    assert (ImportBatch.objects.count(), ImportSource.objects.count()) == (0, 0)
    done = bring(data)
    assert (found.verdicts, found.rejected, found.created) == (done.verdicts, done.rejected, done.created)


def test_a_blank_cell_erases_nothing_unless_asked_to(
    bring: Callable[..., ImportBatch], ana: Member, now: datetime
) -> None:
    add_person("Ann", ana, at=now, email="ann@x.example", phone="+33472000000", language="fr")
    data = "Name,Email,Phone,Language\nAnn,ann@x.example,,\n"

    assert bring(data).verdicts["same"] == 1
    assert Person.objects.get().language == "fr"

    again = bring(data, blanks="erase")
    assert (again.verdicts["changed"], Person.objects.get().language) == (1, "")
    assert Person.objects.get().phone == "+33472000000"


def test_the_second_import_of_a_file_changes_nothing(bring: Callable[..., ImportBatch]) -> None:
    for name in ("salesforce_Account.csv", "salesforce_Contact.csv", "odoo_res.partner.csv", "mailing_list.csv"):
        bring(*shared(name))
        before = counts()

        batch = bring(*shared(name))

        assert batch.verdicts == {"created": 0, "changed": 0, "same": batch.rows, "rejected": 0}, name
        assert counts() == before, name


@pytest.mark.parametrize("name", ["gmail-single2.vcf", "John_Doe_ANDROID.vcf", "outlook-2003.vcf"])
def test_the_second_import_of_cards_changes_nothing(
    now: datetime, bring: Callable[..., ImportBatch], name: str
) -> None:
    data = shared_file(f"vcards/{name}").read_bytes()
    bring(data, name)
    before = counts()

    batch = bring(data, name, at=now + timedelta(minutes=1))

    assert (batch.verdicts["created"], batch.verdicts["changed"], counts()) == (0, 0, before)
    assert not TrailEntry.objects.filter(kind="customers.person", at__gt=now).exists()


def test_the_number_of_the_source_finds_somebody_whose_address_changed(bring: Callable[..., ImportBatch]) -> None:
    bring("Customer ID,Name,Email\n7,Ann,ann@old.example\n", source="shop")

    batch = bring("Customer ID,Name,Email\n7,Ann Bee,ann@new.example\n", source="shop")

    person = Person.objects.get()
    assert batch.verdicts["changed"] == 1
    assert (person.name, person.email) == ("Ann Bee", "ann@new.example")
    assert sorted(person.contact_points.values_list("key", flat=True)) == ["ann@new.example", "ann@old.example"]


def test_two_numbers_with_one_address_are_not_made_one(bring: Callable[..., ImportBatch]) -> None:
    batch = bring("Customer ID,Name,Email\n7,Ann,info@x.example\n8,Bee,info@x.example\n")

    assert batch.verdicts == {"created": 1, "changed": 0, "same": 0, "rejected": 1}
    assert "is Ann already" in batch.rejected[0]["reason"]


def test_a_further_address_that_is_somebody_elses_is_left_out_and_said(
    bring: Callable[..., ImportBatch], ana: Member, now: datetime
) -> None:
    add_person("Cy", ana, at=now, email="cy@x.example")

    batch = bring("Name,Email,Secondary email\nAnn,ann@x.example,cy@x.example\n")

    assert batch.verdicts["created"] == 1
    assert "cy@x.example already belongs to someone else" in ImportedChange.objects.get().note


def test_customers_whom_the_member_may_not_see_are_neither_changed_nor_named(
    bring: Callable[..., ImportBatch], ana: Member, now: datetime, lyon: Site, leipzig: Site
) -> None:
    from wellheard.conftest import SETUP
    from wellheard.core.actors import Role
    from wellheard.core.setup import add_member

    add_person("Secret", ana, at=now, email="s@x.example", site=lyon, phone="+33472000000")
    local = add_member(
        "Lia",
        "lia@rosetau.example",
        SETUP,
        at=now,
        roles=(Role.ANALYST,),
        site=leipzig,
        only_at_site=True,
        password="lia",
    )

    batch = bring("Name,Email,Phone\nOther,s@x.example,+33472999999\n", by=local)

    assert batch.verdicts["rejected"] == 1
    assert "Secret" not in str(batch.rejected)
    assert Person.objects.get().name == "Secret"


def test_those_who_may_not_note_customers_import_none(
    bring: Callable[..., ImportBatch], dan: Member, auditor: Member
) -> None:
    for who in (dan, auditor):
        with pytest.raises(NotAllowed):
            bring("Name,Email\nAnn,a@x.example\n", by=who)


def test_names_that_could_be_anyones_are_asked_for(bring: Callable[..., ImportBatch]) -> None:
    with pytest.raises(HasQuestions) as asked:
        bring("Name\nPaul\n")

    assert asked.value.result.questions[0].name == "rows_are"
    assert bring("Name\nPaul\n", rows_are="people").created == {"people": 1}


def test_the_order_of_day_and_month_is_asked_for(bring: Callable[..., ImportBatch]) -> None:
    data = "Name,Email,Customer since\nAnn,a@x.example,03/04/2020\n"

    with pytest.raises(HasQuestions) as asked:
        bring(data)

    assert [each.name for each in asked.value.result.questions] == ["day_month_order"]
    bring(data, day_month_order="dmy")
    assert str(Person.objects.values_list("noted_at__date", flat=True).get()) == "2020-04-03"


def test_a_mapping_is_remembered_by_its_header_and_can_be_corrected(bring: Callable[..., ImportBatch]) -> None:
    first = "Wer,Wo erreichbar,Kram\nAnn,ann@x.example,blue\n"
    bring(first, name="Wer", email="Wo erreichbar", source="shop")

    batch = bring("Wer,Wo erreichbar,Kram\nBee,bee@x.example,red\n")

    assert sorted(Person.objects.values_list("name", flat=True)) == ["Ann", "Bee"]
    assert batch.guessed["source"] == "shop, as on 16 November 2026"
    bring("Wer,Wo erreichbar,Kram\nCy,cy@x.example,red\n", notes="Kram")
    assert Person.objects.get(name="Cy").notes == "red"
    assert ImportSource.objects.get().mapping["notes"] == "Kram"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"shoe": "Name"}, "no field “shoe”"),
        ({"email": "Nowhere"}, "no column “Nowhere”"),
        ({"same_by": "shoe"}, "known again by"),
        ({"site_of_all": "Atlantis"}, "no site “Atlantis”"),
        ({"header_row": "x"}, "no number of a row"),
        ({"as_": "fax"}, "can’t be read as “fax”"),
    ],
)
def test_what_is_said_wrongly_is_refused(bring: Callable[..., ImportBatch], said: dict[str, str], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        bring("Name,Email\nAnn,a@x.example\n", **said)
    assert Person.objects.count() == 0


@pytest.mark.parametrize(
    ("cell", "field"),
    [("x" * 201, "Name"), ("A" * 5000, "Name")],
)
def test_what_no_record_holds_rejects_its_row_alone(bring: Callable[..., ImportBatch], cell: str, field: str) -> None:
    batch = bring(f"Name,Email\n{cell},a@x.example\nBee,b@x.example\n")

    assert (batch.verdicts["created"], batch.rejected[0]["field"]) == (1, field)


def test_unreadable_characters_are_marked_and_markup_stays_text(bring: Callable[..., ImportBatch]) -> None:
    bring("Name,Email\n<script>alert(1)</script>,a@x.example\n東京太郎,b@x.example\n")

    assert sorted(Person.objects.values_list("name", flat=True)) == ["<script>alert(1)</script>", "東京太郎"]


def test_one_nul_byte_is_marked_in_its_cell_and_refuses_no_file(bring: Callable[..., ImportBatch]) -> None:
    batch = bring(b"Name,Email\nAnn\x00,a@x.example\nBee,b@x.example\n")

    assert batch.verdicts["created"] == 2
    assert sorted(Person.objects.values_list("name", flat=True)) == ["Ann\ufffd", "Bee"]
    assert batch.guessed["broken_characters"] == {"rows": 1, "first": [2]}
    with pytest.raises(Refusal, match="many NUL bytes"):
        bring("Name,Email\nAnn,a@x.example\n".encode("utf-16-le"))


def test_two_organisations_of_one_name_are_no_guess(
    bring: Callable[..., ImportBatch], ana: Member, now: datetime
) -> None:
    add_account("Acme", ana, at=now)
    add_account("ACME", ana, at=now)

    bring("Name,Email,Company\nAnn,ann@x.example,acme\n")

    assert Person.objects.get().account is None
    assert "several organisations are called acme" in ImportedChange.objects.get().note


def test_groups_may_stand_anywhere_in_the_file(bring: Callable[..., ImportBatch]) -> None:
    bring("Id,Name,BillingCity,ParentId\n1,Child,Lyon,2\n2,Group,Paris,\n")

    assert Account.objects.get(name="Child").parent == Account.objects.get(name="Group")


# ---- the way back ----


def test_taking_back_removes_what_came_and_nothing_else(
    bring: Callable[..., ImportBatch], ana: Member, now: datetime
) -> None:
    add_person("Cy", ana, at=now, email="cy@x.example")
    before = counts()
    batch = bring("Name,Email,Company,Phone,City\nAnn,ann@x.example,Acme,+33472000000,Lyon\nBee,bee@x.example,Acme,,\n")

    undo_import(batch, ana, at=now + timedelta(hours=1))

    assert counts() == before
    assert ImportBatch.objects.get().status == "undone"


def test_what_something_was_attached_to_since_stays_and_is_named(
    bring: Callable[..., ImportBatch], ana: Member, now: datetime
) -> None:
    batch = bring("Name,Email,Company\nAnn,ann@x.example,Acme\nBee,bee@x.example,Initech\n")
    ann = Person.objects.get(name="Ann")
    note_contact_point(ann, "phone", "+33472000000", ana, at=now + timedelta(minutes=5))

    undo_import(batch, ana, at=now + timedelta(hours=1))

    assert list(Person.objects.values_list("name", flat=True)) == ["Ann"]
    assert list(Account.objects.values_list("name", flat=True)) == ["Acme"]
    left = ImportedChange.objects.filter(is_left=True, record_kind="customers.person").get()
    assert (left.record_id, left.note) == (ann.pk, "stays: contact point was noted since")


def test_changes_go_back_unless_somebody_changed_them_since(
    bring: Callable[..., ImportBatch], ana: Member, now: datetime
) -> None:
    ann = add_person("Ann", ana, at=now, email="ann@x.example", language="de")
    bee = add_person("Bee", ana, at=now, email="bee@x.example", language="de")
    batch = bring("Name,Email,Language,Phone\nAnn,ann@x.example,fr,+33472000000\nBee,bee@x.example,fr,\n")
    change_person(bee, ana, at=now + timedelta(minutes=5), language="it")

    undo_import(batch, ana, at=now + timedelta(hours=1))

    ann.refresh_from_db()
    bee.refresh_from_db()
    assert (ann.language, ann.phone, bee.language) == ("de", "", "it")
    assert ann.contact_points.filter(what="phone").count() == 0
    assert ImportedChange.objects.get(is_left=True).note == "language changed since and stayed as it is"


def test_a_later_row_about_the_same_customer_is_a_change(
    bring: Callable[..., ImportBatch], ana: Member, now: datetime
) -> None:
    batch = bring("Name,Email,Phone\nAnn,ann@x.example,\nAnn,ann@x.example,+33472000000\n")

    assert batch.verdicts == {"created": 1, "changed": 1, "same": 0, "rejected": 0}
    undo_import(batch, ana, at=now + timedelta(hours=1))
    assert counts() == (0, 0, 0, 0, 0, 0)


def test_queries_do_not_grow_with_the_rows(
    bring: Callable[..., ImportBatch], django_assert_max_num_queries: Any
) -> None:
    rows = "".join(f"P{n},p{n}@x.example,C{n % 7}\n" for n in range(300))

    with django_assert_max_num_queries(120):
        bring(f"Name,Email,Company\n{rows}")
