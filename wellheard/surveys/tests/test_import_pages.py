"""Importing in the browser: look, correct, import, take back. Nothing is saved before the last button but one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from wellheard.core.models import ImportBatch, Member
from wellheard.surveys.models import Response, Survey
from wellheard.surveys.scores import by_segment, question_of, score

pytestmark = pytest.mark.pages
SignedIn = Callable[[Member], Client]
OWN = (Path(__file__).parent / "files" / "after-delivery.csv").read_bytes()
AMBIGUOUS = b"Date,NPS\n03/04/2026,9\n05/04/2026,2\n"


def look(client: Client, data: bytes = OWN, name: str = "after-delivery.csv", **more: Any) -> Any:
    return client.post(reverse("surveys:import"), {"file": SimpleUploadedFile(name, data), **more})


def decide(client: Client, page: Any, **more: str) -> Any:
    sent = {"token": page.context["token"], "into": page.context["into"]}
    for field in page.context["fields"]:
        sent |= {f"field-{field['name']}": field["chosen"], f"shown-{field['name']}": field["chosen"]}
    return client.post(reverse("surveys:import"), sent | more)


def test_looking_into_a_file_saves_nothing_and_says_everything(ana: Member, signed_in: SignedIn) -> None:
    page = look(signed_in(ana))

    text = page.content.decode()
    assert page.context["heading"] == "9 answers can be imported, 3 rows can’t"
    assert "Nothing is saved yet." in text
    assert "off the scale" in text
    assert "There is no date." in text
    assert "day before month: row 2 has 13 as first number" in text
    assert "Two pallets missing, nobody called back" in text
    assert (Survey.objects.count(), Response.objects.count(), ImportBatch.objects.count()) == (0, 0, 0)


def test_that_a_file_has_no_dates_is_said_before_all_of_it_is_dated_today(ana: Member, signed_in: SignedIn) -> None:
    page = look(signed_in(ana), b"NPS,Branch\n9,Lyon\n2,Lyon\n", "scores.csv")

    assert "the file has no dates, so the day of the import is used" in page.content.decode()


def test_a_file_with_nothing_but_names_of_columns_offers_nothing_to_import(ana: Member, signed_in: SignedIn) -> None:
    page = look(signed_in(ana), b"Date,NPS\n", "empty.csv")

    text = page.content.decode()
    assert page.context["heading"] == "The file has no rows under the names of its columns"
    assert ('name="import"' in text, "Next: choose another file" in text) == (False, True)


def test_importing_after_the_look_gives_what_it_showed(ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)

    done = decide(client, look(client), **{"import": "yes", "into": "Deliveries of April"})

    batch = ImportBatch.objects.get()
    assert done["Location"] == reverse("surveys:batch", args=[batch.reference])
    assert (batch.accepted, len(batch.rejected)) == (9, 3)
    survey = Survey.objects.get()
    assert (survey.title, score(survey).n) == ("Deliveries of April", 8)
    text = client.get(done["Location"]).content.decode()
    assert "9 answers imported, 3 rows rejected" in text
    assert "Take it back" in text


def test_a_column_can_be_corrected(ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)
    first = look(client)
    assert {field["name"]: field["chosen"] for field in first.context["fields"]}["segment"] == "Customer group"

    again = decide(client, first, **{"field-segment": "Language", "look": "yes"})
    decide(client, again, **{"import": "yes"})

    assert again.context["found"].guessed.get("segment") is None
    parts = by_segment(question_of(Survey.objects.get(), None))
    assert {part.name for part in parts} == {"en", "de", "fr"}


def test_what_the_file_cannot_tell_must_be_answered_first(ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)
    page = look(client, AMBIGUOUS)
    assert [question["name"] for question in page.context["questions"]] == ["day_month_order"]

    stopped = decide(client, page, **{"import": "yes"})
    assert stopped.status_code == 422
    assert "This has to be answered first" in stopped.content.decode()
    assert Response.objects.count() == 0
    decide(client, stopped, **{"import": "yes", "answer-day_month_order": "mdy"})

    assert [str(day) for day in Response.objects.order_by("row").values_list("answered_on", flat=True)] == [
        "2026-03-04",
        "2026-05-04",
    ]


def test_an_import_is_taken_back_after_one_more_look(ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)
    decide(client, look(client), **{"import": "yes"})
    batch = ImportBatch.objects.get()
    url = reverse("surveys:undo", args=[batch.reference])

    asked = client.get(url).content.decode()
    assert "Take 9 answers back?" in asked
    assert Response.objects.count() == 9
    client.post(url)

    assert (Response.objects.count(), Survey.objects.count()) == (0, 0)
    assert "This import was taken back" in client.get(reverse("surveys:batch", args=[batch.reference])).content.decode()
    assert client.post(url).status_code == 409


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.csv", b"", "is empty"),
        ("report.pdf", b"%PDF-1.7", "is a PDF, not a table"),
        ("broken.csv", b"NPS,Comment\n9,\xff\xfe\x00\x00\n", "NUL byte"),
        ("broken.xlsx", b"PK\x03\x04 no archive", "damaged"),
    ],
)
def test_a_bad_file_says_what_is_wrong_and_keeps_the_form(
    ana: Member, signed_in: SignedIn, name: str, data: bytes, words: str
) -> None:
    page = look(signed_in(ana), data, name, into="April")

    text = page.content.decode()
    assert page.status_code == 422
    assert words in text
    assert 'value="April"' in text
    assert ImportBatch.objects.count() == 0


def test_no_file_at_all_is_said(ana: Member, signed_in: SignedIn) -> None:
    page = signed_in(ana).post(reverse("surveys:import"), {"into": "April"})

    assert page.status_code == 422
    assert "No file was chosen" in page.content.decode()


def test_a_file_that_is_too_large_is_refused_while_it_arrives(ana: Member, signed_in: SignedIn, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 1024 * 1024

    page = look(signed_in(ana), b"NPS\n" + b"9\n" * 800_000)

    assert page.status_code == 413
    assert "larger than 1 MB" in page.content.decode()


def test_a_forged_or_forgotten_ticket_saves_nothing(ana: Member, signed_in: SignedIn) -> None:
    page = signed_in(ana).post(reverse("surveys:import"), {"token": "forged", "import": "yes"})

    assert page.status_code == 409
    assert "choose it again" in page.content.decode()


def test_a_wrong_mapping_on_the_way_is_said(ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)

    page = decide(client, look(client), **{"answer-time_zone": "Leipzig", "look": "yes"})

    assert page.status_code == 422
    assert "There is no time zone called “Leipzig”" in page.content.decode()


def test_what_stands_in_a_file_never_becomes_markup(ana: Member, signed_in: SignedIn) -> None:
    data = b"NPS,<script>alert(1)</script>\n9,<img src=x onerror=alert(1)>\n12,<b>x</b>\n"

    text = look(signed_in(ana), data, "<i>.csv").content.decode()

    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "<i>.csv" not in text


def test_strangers_and_auditors_import_nothing(dan: Member, ben: Member, auditor: Member, signed_in: SignedIn) -> None:
    statuses = [look(signed_in(who)).status_code for who in (dan, ben, auditor)]

    assert statuses == [403, 403, 403]
    assert signed_in(auditor).get(reverse("surveys:import")).status_code == 403
    assert Response.objects.count() == 0


def test_pressing_import_twice_imports_once(ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)
    page = look(client)

    first, second = (decide(client, page, **{"import": "yes"}) for _ in range(2))

    batch = ImportBatch.objects.get()
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"] == reverse("surveys:batch", args=[batch.reference])
    assert (Survey.objects.count(), Response.objects.count()) == (1, 9)


def test_the_same_file_can_be_looked_into_and_imported_again_after_it_was_taken_back(
    ana: Member, signed_in: SignedIn
) -> None:
    client = signed_in(ana)
    page = look(client)
    decide(client, page, **{"import": "yes"})
    client.post(reverse("surveys:undo", args=[ImportBatch.objects.get().reference]))

    decide(client, page, **{"import": "yes"})

    assert list(ImportBatch.objects.order_by("pk").values_list("status", flat=True)) == ["undone", "done"]
    assert Response.objects.count() == 9
