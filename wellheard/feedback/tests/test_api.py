from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from wellheard.core.models import Member, Site
from wellheard.customers.models import Account, Person
from wellheard.feedback.models import Statement
from wellheard.feedback.tests.conftest import Hearing

pytestmark = [pytest.mark.pages, pytest.mark.django_db]

SignedIn = Callable[[Member], Client]
ADDRESS = "/api/v1/feedback/statements"
SENT = {
    "key": "crm-17",
    "verbatim": " Too late. ",
    "source": "chat",
    "heard_at": "2024-11-16T16:30:00+01:00",
    "rating": 3,
    "rating_scale": "nps",
    "account": "ACC-2026-0001",
    "name": "Cleo",
    "email": "cleo@holzapfel.example",
}


def post(client: Client, **changes: Any) -> Any:
    return client.post(ADDRESS, SENT | changes, content_type="application/json")


def test_a_program_tells_what_was_said_and_is_heard_once(
    ana: Member, holzapfel: Account, cleo: Person, leipzig: Site, signed_in: SignedIn
):
    client = signed_in(ana)

    first, again = post(client), post(client, verbatim="Something else.")

    statement = Statement.objects.get()
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert (statement.person, statement.heard_at) == (cleo, datetime(2024, 11, 16, 15, 30, tzinfo=UTC))
    assert first.json() | {"typed_at": ""} == {
        "id": statement.pk,
        "reference": f"STA-{statement.typed_at.year}-0001",
        "verbatim": " Too late. ",
        "language": "de",
        "source": "chat",
        "heard_at": "2024-11-16T15:30:00Z",
        "typed_at": "",
        "rating": 3,
        "rating_scale": "nps",
        "account": "ACC-2026-0001",
        "segment": "Landscapers",
        "site": leipzig.pk,
        "status": "new",
    }


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"heard_at": "2024-11-16T16:30:00"}, 409, "heard_at"),
        ({"heard_at": "2999-01-01T00:00:00Z"}, 409, "heard_at"),
        ({"rating": 30}, 409, "rating"),
        ({"source": "telepathy"}, 409, "source"),
        ({"account": "ACC-2026-0009"}, 404, None),
        ({"key": ""}, 422, None),
        ({"email": "not an address"}, 409, "email"),
        ({"verbatim": " ", "rating": None}, 409, "verbatim"),
    ],
)
def test_what_makes_no_sense_is_refused(
    changes: dict[str, Any], status: int, field: str | None, ana: Member, holzapfel: Account, signed_in: SignedIn
):
    response = post(signed_in(ana), **changes)

    assert (response.status_code, response.json().get("field")) == (status, field)
    assert not Statement.objects.exists()
    assert not Person.objects.exists()


def test_a_key_of_another_site_gives_nothing_away(
    ana: Member, ben: Member, lyon: Site, holzapfel: Account, signed_in: SignedIn
):
    post(signed_in(ana), account="", name="", email="", site=lyon.pk)

    response = post(signed_in(ben))

    assert response.status_code == 403
    assert "Too late" not in response.content.decode()


def test_the_list_pages_backwards_without_overlap(heard: Hearing, ben: Member, lyon: Site, signed_in: SignedIn):
    kept = [heard(f"Number {number}.", source="chat").pk for number in range(3)]
    heard(site=lyon)
    heard(source="mail")
    client = signed_in(ben)

    first = client.get(f"{ADDRESS}?limit=2&source=chat").json()
    second = client.get(f"{ADDRESS}?limit=2&source=chat&before={first['next']}").json()

    assert [each["id"] for each in first["statements"]] == [kept[2], kept[1]]
    assert ([each["id"] for each in second["statements"]], second["next"]) == ([kept[0]], None)


def test_one_statement_is_read_by_those_who_may(
    heard: Hearing, ana: Member, ben: Member, dan: Member, lyon: Site, signed_in: SignedIn
):
    statement = heard(site=lyon)

    found = [signed_in(member).get(f"{ADDRESS}/{statement.pk}").status_code for member in (ana, ben, dan)]

    assert found == [200, 404, 404]


def test_an_auditor_sends_nothing(auditor: Member, holzapfel: Account, signed_in: SignedIn):
    assert post(signed_in(auditor)).status_code == 403


def test_what_no_database_keeps_is_marked_and_nothing_is_lost(ana: Member, holzapfel: Account, signed_in: SignedIn):
    response = post(signed_in(ana), key="a\x00b", verbatim="Too\x00late", name="Cl\x00eo", account="")

    statement = Statement.objects.get()
    assert (response.status_code, statement.verbatim, statement.key) == (201, "Too\ufffdlate", "api:a\ufffdb")
    assert statement.person is not None
    assert statement.person.name == "Cl\ufffdeo"
    assert post(signed_in(ana), key="a\x00b").status_code == 200
    assert signed_in(ana).get(ADDRESS, {"source": "\x00x"}).status_code == 409  # no such source
    assert len(signed_in(ana).get(ADDRESS, {"before": 10**30}).json()["statements"]) == 1


def test_half_a_character_is_refused_or_marked_but_breaks_nothing(ana: Member, holzapfel: Account, signed_in: SignedIn):
    body = '{"key": "half", "source": "chat", "verbatim": "Too \\ud83d late"}'

    response = signed_in(ana).post(ADDRESS, body, content_type="application/json")

    assert response.status_code in (201, 422)
    assert [each.verbatim for each in Statement.objects.all()] in ([], ["Too \ufffd late"])
