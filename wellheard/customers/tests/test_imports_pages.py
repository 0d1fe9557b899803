"""Importing customers in the browser: look, correct, import, take back; and deciding about lists of names."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from wellheard.core.imports import Options, run_import
from wellheard.core.models import ImportBatch, Member, Site
from wellheard.customers.actions import add_person
from wellheard.customers.models import Account, ImportSource, Person, UnsubscribeRequest

pytestmark = pytest.mark.pages
SignedIn = Callable[[Member], Client]
TABLE = b"Name,Email,Phone,Town\nAnn,ann@x.example,+33 4 72 00 00 00,Lyon\nBee,bee@x.example,,Paris\nBad,nonsense,,\n"


def look(client: Client, data: bytes = TABLE, name: str = "people.csv", kind: str = "contacts", **more: str) -> Any:
    return client.post(reverse("customers:import", args=[kind]), {"file": SimpleUploadedFile(name, data), **more})


def decide(client: Client, page: Any, kind: str = "contacts", **more: str) -> Any:
    sent = {"token": page.context["token"], "into": page.context["into"]}
    for field in page.context["fields"]:
        sent |= {f"field-{field['name']}": field["chosen"], f"shown-{field['name']}": field["chosen"]}
    for choice in page.context["choices"]:
        sent |= {f"answer-{choice['name']}": "", f"shown-{choice['name']}": ""}
    return client.post(reverse("customers:import", args=[kind]), sent | more)


def imported(client: Client, data: bytes = TABLE, kind: str = "contacts") -> ImportBatch:
    decide(client, look(client, data, kind=kind), kind, **{"import": "yes"})
    return ImportBatch.objects.get()


def test_looking_saves_nothing_and_shows_columns_samples_and_verdicts(ana: Member, signed_in: SignedIn) -> None:
    page = look(signed_in(ana))

    text = page.content.decode()
    assert page.context["heading"] == "2 rows can be imported, 1 row can’t"
    assert "2 new, 0 changed, 0 known already, 1 rejected." in text
    assert "“nonsense” is no e-mail address." in text
    fields = {field["name"]: (field["chosen"], field["samples"]) for field in page.context["fields"]}
    assert fields["city"] == ("Town", "Lyon, Paris")
    assert fields["salutation"] == ("", "")
    assert (Person.objects.count(), ImportBatch.objects.count(), ImportSource.objects.count()) == (0, 0, 0)


def test_importing_gives_what_the_look_showed(ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)

    batch = imported(client)

    page = client.get(reverse("customers:import-batch", args=["contacts", batch.reference])).content.decode()
    assert batch.verdicts == {"created": 2, "changed": 0, "same": 0, "rejected": 1}
    assert "2 rows imported, 1 row rejected" in page
    assert "Take it back" in page
    listed = client.get(reverse("customers:imports")).content.decode()
    assert "people.csv" in listed
    rows = client.get(reverse("customers:import-rows", args=[batch.reference])).content.decode()
    assert "row 2" in rows


def test_a_column_can_be_corrected_and_blanks_may_erase(ana: Member, signed_in: SignedIn, now: datetime) -> None:
    add_person("Ann", ana, at=now, email="ann@x.example", language="fr")
    client = signed_in(ana)
    data = b"Name,Email,Language\nAnn,ann@x.example,\n"

    again = decide(
        client, look(client, data), **{"answer-blanks": "erase", "field-salutation": "Language", "look": "yes"}
    )
    assert again.context["said"] == {"salutation": "Language", "blanks": "erase"}
    back = decide(client, again, **{"answer-blanks": "", "field-salutation": "", "look": "yes"})
    assert back.context["said"] == {"salutation": ""}


def test_cards_are_looked_into_without_columns(ana: Member, signed_in: SignedIn) -> None:
    page = look(signed_in(ana), b"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nPHOTO;ENCODING=b:QUJD\nEND:VCARD\n", "a.vcf")

    assert page.context["heading"] == "All 1 row can be imported"
    assert (page.context["fields"], page.context["left_out"]) == ([], ["1 (photo, on a card)"])


def test_shifted_columns_are_answered_on_the_page(ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)
    data = b"First Name,Last Name\nAnn Bee,ann@x.example\nCy Dee,cy@x.example\n"
    page = look(client, data)
    assert [each["name"] for each in page.context["questions"]] == ["columns_shifted"]

    stopped = decide(client, page, **{"import": "yes"})
    assert (stopped.status_code, Person.objects.count()) == (422, 0)
    decide(client, stopped, **{"import": "yes", "answer-columns_shifted": "by_values"})

    assert sorted(Person.objects.values_list("name", "email")) == [
        ("Ann Bee", "ann@x.example"),
        ("Cy Dee", "cy@x.example"),
    ]


def test_new_customers_may_be_given_a_site(ana: Member, signed_in: SignedIn, leipzig: Site) -> None:
    client = signed_in(ana)

    decide(client, look(client), **{"import": "yes", "answer-site_of_all": str(leipzig.pk)})

    assert {each.site for each in Person.objects.all()} == {leipzig}


def test_rejected_rows_come_back_with_reasons_and_no_formulas(ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)
    batch = imported(client, b'Name,Email\n"=HYPERLINK(""http://evil.example"")",nonsense\nAnn,ann@x.example\n')

    answer = client.get(reverse("customers:import-rejected", args=[batch.reference]))

    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text == (
        "Name,Email,Row,Column,Why it was rejected\r\n"
        '"\'=HYPERLINK(""http://evil.example"")",nonsense,2,Email,“nonsense” is no e-mail address.\r\n'
    )


def test_an_import_is_taken_back_after_one_more_look(ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)
    batch = imported(client, b"Name,Email,Company\nAnn,ann@x.example,Acme\n")
    url = reverse("customers:undo-import", args=["contacts", batch.reference])

    assert "Take 1 row back?" in client.get(url).content.decode()
    assert Person.objects.count() == 1
    client.post(url)

    assert (Person.objects.count(), Account.objects.count()) == (0, 0)
    page = client.get(reverse("customers:import-batch", args=["contacts", batch.reference])).content.decode()
    assert "This import was taken back" in page
    assert client.post(url).status_code == 409


def test_pressing_import_twice_imports_once(ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)
    page = look(client)

    first, second = (decide(client, page, **{"import": "yes"}) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert ImportBatch.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.csv", b"", "is empty"),
        ("report.pdf", b"%PDF-1.7", "is a PDF, not a table"),
        ("broken.xlsx", b"PK\x03\x04 no archive", "damaged"),
        ("<i>.csv", b"<script>,<b>\n1,2\n", "columns"),
    ],
)
def test_a_bad_file_says_what_is_wrong(ana: Member, signed_in: SignedIn, name: str, data: bytes, words: str) -> None:
    page = look(signed_in(ana), data, name)

    text = page.content.decode()
    assert words in text or "No column looks like a name" in text
    assert "<script>,<b>" not in text
    assert "<i>.csv" not in text
    assert ImportBatch.objects.count() == 0


def test_a_forged_ticket_saves_nothing(ana: Member, signed_in: SignedIn) -> None:
    page = signed_in(ana).post(reverse("customers:import", args=["contacts"]), {"token": "forged", "import": "yes"})

    assert (page.status_code, Person.objects.count()) == (409, 0)


def test_strangers_and_auditors_import_nothing(dan: Member, ben: Member, auditor: Member, signed_in: SignedIn) -> None:
    assert [look(signed_in(who)).status_code for who in (dan, ben, auditor)] == [403, 403, 403]
    assert signed_in(dan).get(reverse("customers:imports")).status_code == 404
    assert signed_in(ben).get(reverse("customers:unsubscribes")).status_code == 404
    assert Person.objects.count() == 0


def test_unknown_kinds_and_references_are_404(ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)

    for url in ("imports/shoes/", "imports/contacts/IMP-1/", "imports/contacts/IMP-1/undo/", "imports/rejected/IMP-1/"):
        assert client.get(f"/customers/{url}").status_code == 404, url


# ---- lists of people who want no mail ----


@pytest.fixture
def listed(ana: Member, now: datetime) -> list[UnsubscribeRequest]:
    add_person("", ana, at=now, email="dmalone@x.example")
    add_person("Ann Bee", ana, at=now, email="ann@x.example")
    data = b"first_name,last_name,Date\nDonielle,Malone,23.04.2018\nAnn,Bee,24.04.2018\nNo,Body,25.04.2018\n"
    run_import("unsubscribes", "list.csv", data, ana, at=now, options=Options())
    return list(UnsubscribeRequest.objects.order_by("row"))


def test_proposals_are_shown_with_reasons_and_nothing_is_chosen(
    ana: Member, signed_in: SignedIn, listed: list[UnsubscribeRequest]
) -> None:
    page = signed_in(ana).get(reverse("customers:unsubscribes"))

    text = page.content.decode()
    assert page.context["heading"] == "3 people want no more mail: who is it?"
    assert "their address dmalone@x.example begins with the initial and the last name" in text
    assert "We know nobody who could be meant." in text
    assert not any(each["is_marked"] for each in page.context["requests"])
    marked = signed_in(ana).get(reverse("customers:unsubscribes"), {"mark": "sure"})
    assert [each["is_marked"] for each in marked.context["requests"]] == [True, True, False]
    assert Person.objects.filter(wants_no_mail=True).count() == 0


def test_many_are_confirmed_at_once_and_others_wait(
    ana: Member, signed_in: SignedIn, listed: list[UnsubscribeRequest]
) -> None:
    client = signed_in(ana)
    malone, bee, nobody = listed
    sent = {f"pick-{malone.pk}": malone.candidates[0]["person"], f"pick-{bee.pk}": "", f"pick-{nobody.pk}": "nobody"}

    client.post(reverse("customers:unsubscribes"), sent)

    assert list(UnsubscribeRequest.objects.order_by("row").values_list("status", flat=True)) == [
        "confirmed",
        "open",
        "dismissed",
    ]
    assert list(Person.objects.filter(wants_no_mail=True).values_list("email", flat=True)) == ["dmalone@x.example"]


def test_a_button_looks_up_anew_whom_the_open_requests_mean(
    ana: Member, ben: Member, auditor: Member, signed_in: SignedIn, listed: list[UnsubscribeRequest], now: datetime
) -> None:
    person = add_person("No Body", ana, at=now)
    url = reverse("customers:look-up-unsubscribes")
    assert f'action="{url}"' in signed_in(ana).get(reverse("customers:unsubscribes")).content.decode()

    assert signed_in(ana).get(url).status_code == 405
    assert [signed_in(who).post(url).status_code for who in (ben, auditor)] == [404, 403]
    assert UnsubscribeRequest.objects.get(name="No Body").candidates == []
    page = signed_in(ana).post(url, {"batch": listed[0].batch.reference}, follow=True)

    assert page.redirect_chain[0][0].endswith(f"?batch={listed[0].batch.reference}")
    assert "1 request has a new proposal. Nobody’s mail has stopped by this." in page.content.decode()
    assert [each["person"] for each in UnsubscribeRequest.objects.get(name="No Body").candidates] == [person.pk]


@pytest.mark.parametrize("value", ["999999", "x", "", "1" * 40])
def test_hostile_choices_change_nobody(
    ana: Member, signed_in: SignedIn, listed: list[UnsubscribeRequest], value: str
) -> None:
    signed_in(ana).post(
        reverse("customers:unsubscribes"), {f"pick-{listed[0].pk}": value, "pick-\x00": "1", "batch": "\x00"}
    )

    assert Person.objects.filter(wants_no_mail=True).count() == 0
    assert UnsubscribeRequest.objects.filter(status="open").count() == 3


def test_pages_ask_the_database_the_same_number_of_questions(
    ana: Member, signed_in: SignedIn, now: datetime, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(ana)
    urls = [reverse("customers:unsubscribes"), reverse("customers:imports"), reverse("customers:import-sources")]
    counted = []
    for names in (["Ann Bee"], ["Cy Dee", "Eve Fox", "Gil Hay"]):
        for name in names:
            add_person(name, ana, at=now)
            run_import("unsubscribes", "list.csv", f"Name\n{name}\n".encode(), ana, at=now, options=Options())
            data = f"Name,Email,{name}\nX,{name[0]}@x.example,\n".encode()
            run_import("contacts", f"{name}.csv", data, ana, at=now, options=Options())
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            counted.append(len(queries))

    assert counted[:3] == counted[3:]


# ---- sources ----


def test_a_source_is_shown_and_forgotten(ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)
    imported(client)
    source = ImportSource.objects.get()

    page = client.get(reverse("customers:import-source", args=[source.pk])).content.decode()
    assert "How “people” is read" in page
    assert "Town" in page
    client.post(reverse("customers:forget-source", args=[source.pk]))

    assert ImportSource.objects.count() == 0
    assert Person.objects.count() == 2
