"""Whoever was erased is found nowhere, and doesn't come back unnoticed."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from wellheard.core.errors import Refusal
from wellheard.core.imports import Options, run_import
from wellheard.core.models import Member, Organisation, TrailEntry
from wellheard.core.search import find
from wellheard.customers.actions import add_account, add_person, change_person, upsert_person
from wellheard.customers.actions.privacy import check_identity, erase, erase_on, receive_request, take_access_file
from wellheard.customers.matching.likely import likely_same
from wellheard.customers.matching.scanning import scan
from wellheard.customers.models import Person
from wellheard.ground.text.removing import REMOVED

pytestmark = pytest.mark.django_db
ROWS = "Name,E-mail\nCleo Winter,cleo@winter.example\nFinn Sommer,finn@sommer.example\n"


@pytest.fixture
def gone(organisation: Organisation, ana: Member, now: datetime) -> Person:
    person = add_person("Cleo Winter", ana, at=now, email="cleo@winter.example", phone="+49 341 2345678")
    change_person(person, ana, at=now, notes="Likes frost.")
    request = check_identity(receive_request(person, "erasure", ana, at=now), "By phone.", ana, at=now)
    erase_on(erase(request, ana, at=now), at=now)
    person.refresh_from_db()
    return person


def test_no_file_is_made_of_what_names_nobody(gone: Person, ana: Member, now: datetime):
    request = check_identity(receive_request(gone, "access", ana, at=now), "By phone.", ana, at=now)

    with pytest.raises(Refusal, match="was erased on 16 November 2026"):
        take_access_file(request, ana, at=now)


@pytest.mark.parametrize("words", ["Cleo", "Winter", "cleo@winter.example", "2345678", "frost"])
def test_the_search_finds_nothing(words: str, gone: Person, ana: Member):
    assert find(words, ana) == []


def test_no_duplicate_of_them_is_seen(gone: Person, ana: Member, now: datetime):
    double = add_person("Cleo Winter", ana, at=now, phone="+49 341 2345678")

    assert [pair for pair in scan("person") if gone.pk in (pair.first, pair.second)] == []
    assert [
        each.record for each in likely_same("person", {"name": "Cleo Winter", "phone": "+49 341 2345678"}, ana)
    ] == [double]


def test_an_import_doesnt_bring_them_back_and_says_so(gone: Person, ana: Member, now: datetime):
    batch = run_import("contacts", "contacts.csv", ROWS.encode(), ana, at=now, options=Options(accept_guesses=True))

    assert [(each["row"], "was erased on request" in each["reason"]) for each in batch.rejected] == [(2, True)]
    assert list(Person.objects.filter(erased_at=None).values_list("name", flat=True)) == ["Finn Sommer"]


def test_another_program_doesnt_bring_them_back(gone: Person, ana: Member, now: datetime):
    with pytest.raises(Refusal, match="erase them in your program too") as refused:
        upsert_person("crm", "7", {"name": "Cleo Winter", "email": "Cleo@Winter.example"}, ana, at=now)

    assert refused.value.code == "erased"


def test_who_was_added_by_hand_again_is_a_customer_like_any(gone: Person, ana: Member, now: datetime):
    again = add_person("Cleo Winter", ana, at=now, email="cleo@winter.example")

    assert upsert_person("crm", "7", {"name": "Cleo W.", "email": "cleo@winter.example"}, ana, at=now).record == again
    batch = run_import("contacts", "contacts.csv", ROWS.encode(), ana, at=now, options=Options(accept_guesses=True))
    assert batch.rejected == []


def test_notes_of_their_organisation_no_longer_name_them(ana: Member, now: datetime):
    account = add_account("Gärtnerei Holzapfel", ana, at=now, notes="Ask for Cleo Winter, 0341 2345678. Pays late.")
    cleo = add_person("Cleo Winter", ana, at=now, phone="+49 341 2345678", account=account)
    request = check_identity(receive_request(cleo, "erasure", ana, at=now), "By phone.", ana, at=now)

    erase_on(erase(request, ana, at=now), at=now)

    account.refresh_from_db()
    assert account.notes == f"Ask for {REMOVED}, {REMOVED}. Pays late."
    assert account.name == "Gärtnerei Holzapfel"
    assert find("Winter", ana) == []


@pytest.mark.pages
def test_pages_exports_programs_and_the_trail_show_nothing_of_them(
    gone: Person, ana: Member, signed_in: Callable[[Member], Client]
):
    client = signed_in(ana)
    pages = [
        f"{reverse('customers:people')}?q=Cleo",
        f"{reverse('customers:people')}?format=csv",
        gone.get_absolute_url(),
        f"{reverse('search')}?q=winter",
        reverse("evidence:record_trail", args=["customers.person", gone.pk]),
        reverse("evidence:trail"),
        "/api/v1/customers/people",
        "/api/v1/customers/changes?after=0",
    ]
    for page in pages:
        answer = client.get(page)
        content = answer.getvalue().decode()
        content = content.replace('value="Cleo"', "").replace('value="winter"', "")
        assert answer.status_code == 200, page
        assert [word for word in ("cleo@winter", "Cleo Winter", "2345678", "frost") if word in content] == [], page
    told = client.get("/api/v1/customers/changes?after=0").json()["changes"]
    assert [each["verb"] for each in told if each["id"] == gone.pk][-1] == "erased"
    assert TrailEntry.objects.filter(kind="customers.person", object_id=gone.pk).exists()
