"""Reading contacts from files: every row has a verdict, nothing known is lost, all of it can be taken back."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.imports import HasQuestions, report
from wellheard.core.models import ImportBatch, Member, Site
from wellheard.customers.actions import add_account, add_person
from wellheard.customers.models import Account, Address, ContactPoint, ExternalId, ImportedChange, ImportSource, Person
from wellheard.customers.tests.importing import Bring, bringing, counts, look, shared


@pytest.fixture
def bring(ana: Member, now: datetime) -> Bring:
    return bringing(ana, now)


def test_a_table_that_nobody_knows_is_read_by_its_headers(bring: Bring, leipzig: Site) -> None:
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
def test_quoted_headers_and_nordic_letters_in_every_encoding(bring: Bring, encoding: str) -> None:
    bring('"Name";"E-mail"\r\n"Bjørn Åkesson";"b@x.example"\r\n"Zoë Æble";"z@x.example"\r\n'.encode(encoding))

    assert sorted(Person.objects.values_list("name", flat=True)) == ["Bjørn Åkesson", "Zoë Æble"]


def test_people_with_a_number_or_a_name_alone_are_fine(bring: Bring) -> None:
    batch = bring("First name,Last name,Phone\nAnn,,\n,,+33 4 72 00 00 00\n,,\n ,Bee,\n")

    assert batch.verdicts == {"created": 3, "changed": 0, "same": 0, "rejected": 0}
    assert batch.rows == 3
    assert list(Person.objects.order_by("pk").values_list("name", "phone")) == [
        ("Ann", ""),
        ("+33 4 72 00 00 00", "+33 4 72 00 00 00"),
        ("Bee", ""),
    ]


def test_what_a_spreadsheet_did_to_numbers(bring: Bring) -> None:
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


def test_every_row_has_one_verdict_and_they_add_up(bring: Bring, ana: Member, now: datetime) -> None:
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


def test_a_dry_run_is_the_same_and_saves_nothing(ana: Member, now: datetime, bring: Bring) -> None:
    data = "Name,Email,Company\nAnn,ann@x.example,Acme\nBad,nonsense,\n"

    found = look(data, ana, now)

    assert counts() == (0, 0, 0, 0, 0, 0)
    assert (ImportBatch.objects.count(), ImportSource.objects.count()) == (0, 0)
    done = bring(data)
    assert (found.verdicts, found.rejected, found.created) == (done.verdicts, done.rejected, done.created)


def test_a_blank_cell_erases_nothing_unless_asked_to(bring: Bring, ana: Member, now: datetime) -> None:
    add_person("Ann", ana, at=now, email="ann@x.example", phone="+33472000000", language="fr")
    data = "Name,Email,Phone,Language\nAnn,ann@x.example,,\n"

    assert bring(data).verdicts["same"] == 1
    assert Person.objects.get().language == "fr"

    again = bring(data, blanks="erase")
    assert (again.verdicts["changed"], Person.objects.get().language) == (1, "")
    assert Person.objects.get().phone == "+33472000000"


def test_the_second_import_of_a_file_changes_nothing(bring: Bring) -> None:
    for name in ("salesforce_Account.csv", "salesforce_Contact.csv", "odoo_res.partner.csv", "mailing_list.csv"):
        bring(*shared(name))
        before = counts()

        batch = bring(*shared(name))

        assert batch.verdicts == {"created": 0, "changed": 0, "same": batch.rows, "rejected": 0}, name
        assert counts() == before, name


def test_the_number_of_the_source_finds_somebody_whose_address_changed(bring: Bring) -> None:
    bring("Customer ID,Name,Email\n7,Ann,ann@old.example\n", source="shop")

    batch = bring("Customer ID,Name,Email\n7,Ann Bee,ann@new.example\n", source="shop")

    person = Person.objects.get()
    assert batch.verdicts["changed"] == 1
    assert (person.name, person.email) == ("Ann Bee", "ann@new.example")
    assert sorted(person.contact_points.values_list("key", flat=True)) == ["ann@new.example", "ann@old.example"]


def test_two_numbers_with_one_address_are_not_made_one(bring: Bring) -> None:
    batch = bring("Customer ID,Name,Email\n7,Ann,info@x.example\n8,Bee,info@x.example\n")

    assert batch.verdicts == {"created": 1, "changed": 0, "same": 0, "rejected": 1}
    assert "is Ann already" in batch.rejected[0]["reason"]


def test_a_further_address_that_is_somebody_elses_is_left_out_and_said(
    bring: Bring, ana: Member, now: datetime
) -> None:
    add_person("Cy", ana, at=now, email="cy@x.example")

    batch = bring("Name,Email,Secondary email\nAnn,ann@x.example,cy@x.example\n")

    assert batch.verdicts["created"] == 1
    assert "cy@x.example already belongs to someone else" in ImportedChange.objects.get().note


def test_customers_whom_the_member_may_not_see_are_neither_changed_nor_named(
    bring: Bring, ana: Member, now: datetime, lyon: Site, leipzig: Site
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


def test_those_who_may_not_note_customers_import_none(bring: Bring, dan: Member, auditor: Member) -> None:
    for who in (dan, auditor):
        with pytest.raises(NotAllowed):
            bring("Name,Email\nAnn,a@x.example\n", by=who)


def test_names_that_could_be_anyones_are_asked_for(bring: Bring) -> None:
    with pytest.raises(HasQuestions) as asked:
        bring("Name\nPaul\n")

    assert asked.value.result.questions[0].name == "rows_are"
    assert bring("Name\nPaul\n", rows_are="people").created == {"people": 1}


def test_the_order_of_day_and_month_is_asked_for(bring: Bring) -> None:
    data = "Name,Email,Customer since\nAnn,a@x.example,03/04/2020\n"

    with pytest.raises(HasQuestions) as asked:
        bring(data)

    assert [each.name for each in asked.value.result.questions] == ["day_month_order"]
    bring(data, day_month_order="dmy")
    assert str(Person.objects.values_list("noted_at__date", flat=True).get()) == "2020-04-03"


def test_a_mapping_is_remembered_by_its_header_and_can_be_corrected(bring: Bring) -> None:
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
def test_what_is_said_wrongly_is_refused(bring: Bring, said: dict[str, str], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        bring("Name,Email\nAnn,a@x.example\n", **said)
    assert Person.objects.count() == 0


@pytest.mark.parametrize(
    ("cell", "field"),
    [("x" * 201, "Name"), ("A" * 5000, "Name")],
)
def test_what_no_record_holds_rejects_its_row_alone(bring: Bring, cell: str, field: str) -> None:
    batch = bring(f"Name,Email\n{cell},a@x.example\nBee,b@x.example\n")

    assert (batch.verdicts["created"], batch.rejected[0]["field"]) == (1, field)


def test_unreadable_characters_are_marked_and_markup_stays_text(bring: Bring) -> None:
    bring("Name,Email\n<script>alert(1)</script>,a@x.example\n東京太郎,b@x.example\n")

    assert sorted(Person.objects.values_list("name", flat=True)) == ["<script>alert(1)</script>", "東京太郎"]


def test_one_nul_byte_is_marked_in_its_cell_and_refuses_no_file(bring: Bring) -> None:
    batch = bring(b"Name,Email\nAnn\x00,a@x.example\nBee,b@x.example\n")

    assert batch.verdicts["created"] == 2
    assert sorted(Person.objects.values_list("name", flat=True)) == ["Ann\ufffd", "Bee"]
    assert batch.guessed["broken_characters"] == {"rows": 1, "first": [2]}
    with pytest.raises(Refusal, match="many NUL bytes"):
        bring("Name,Email\nAnn,a@x.example\n".encode("utf-16-le"))


def test_two_organisations_of_one_name_are_no_guess(bring: Bring, ana: Member, now: datetime) -> None:
    add_account("Acme", ana, at=now)
    add_account("ACME", ana, at=now)

    bring("Name,Email,Company\nAnn,ann@x.example,acme\n")

    assert Person.objects.get().account is None
    assert "several organisations are called acme" in ImportedChange.objects.get().note


def test_groups_may_stand_anywhere_in_the_file(bring: Bring) -> None:
    bring("Id,Name,BillingCity,ParentId\n1,Child,Lyon,2\n2,Group,Paris,\n")

    assert Account.objects.get(name="Child").parent == Account.objects.get(name="Group")


def test_queries_do_not_grow_with_the_rows(bring: Bring) -> None:
    counted = []
    for rows in (3, 300):
        data = "".join(f"P{n},p{rows}-{n}@x.example,C{n % 7}\n" for n in range(rows))
        with CaptureQueriesContext(connection) as queries:
            batch = bring(f"Name,Email,Company\n{data}")
        assert batch.verdicts["created"] == rows
        counted.append(len(queries))

    few, many = counted
    assert many - few < 30, (
        "a statement holds a bounded number of rows, so there are some more of them, and not one a row"
    )
    assert many <= 120


def test_remarks_are_counted_in_whole_sentences(bring: Bring) -> None:
    rows = b"Company,City,Country\nOrichalc,Poseidonis,Atlantis\nStone Heads,Hill,Lemuria\n"
    summary = bring(rows, rows_are="accounts").summary

    assert "2 \u00d7 no country is called “…”; it stays in the address." in summary
    assert (
        "1 \u00d7 the whole name is “…”, the last name “…”; both are kept."
        in bring(*shared("salesforce_Contact.csv")).summary
    )


def test_an_unknown_country_is_said_of_people_too(bring: Bring) -> None:
    bring("Name,Email,City,Country\nAnn,a@x.example,Poseidonis,Atlantis\nBee,b@x.example,,Lemuria\n")

    assert list(ImportedChange.objects.values_list("note", flat=True)) == [
        "no country is called “Atlantis”; it stays in the address",
        "no country is called “Lemuria”; without an address it was left out",
    ]
    assert Address.objects.get().country == "Atlantis"
