"""Cases for programs."""

from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client

from wellheard.cases.models import Case
from wellheard.cases.tests.conftest import WORDS
from wellheard.core.models import OutboxMessage

pytestmark = pytest.mark.pages


def post(client: Client, address: str, **given: Any) -> Any:
    return client.post(f"/api/v1/cases{address}", given, content_type="application/json")


def test_a_case_is_opened_once_for_each_key(organisation, ben, leipzig, holzapfel, signed_in):
    given = {"key": "shop-4711", "words": WORDS, "site": leipzig.pk, "account": holzapfel.reference, "channel": "mail"}

    first, second = (post(signed_in(ben), "", **given) for _ in range(2))

    case = Case.objects.get()
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["reference"] == case.reference
    assert (case.complaint_text, case.account, case.owner) == (WORDS, holzapfel, ben)


def test_a_moment_without_a_zone_is_refused(organisation, ben, leipzig, signed_in):
    answer = post(signed_in(ben), "", key="shop-4711", words="x", site=leipzig.pk, received_at="2026-11-16T16:30:00")

    assert (answer.status_code, answer.json()["field"]) == (409, "received_at")
    assert Case.objects.count() == 0


def test_a_case_is_handled_to_its_end(received, ben, signed_in):
    client = signed_in(ben)
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("acknowledgement", {"text": "Bis morgen."}, "acknowledged"),
        ("assessment", {"severity": 2}, "assessed"),
        ("investigation", {"cause_words": "Seals glued too cold"}, "investigating"),
        (
            "answer",
            {"finding": "upheld", "text": "Sie haben recht.", "remedies": [{"asked": "a", "decided": "b"}]},
            "answered",
        ),
        ("closing", {"outcome": "content"}, "closed"),
    ]

    statuses = [post(client, f"/{received.pk}/{address}", **given).json()["status"] for address, given, _ in steps]

    assert statuses == [status for _, _, status in steps]
    whole = client.get(f"/api/v1/cases/{received.pk}").json()
    assert (whole["words"], whole["answer_text"], whole["may"]) == (WORDS, "Sie haben recht.", ["reopen"])
    assert whole["remedies"] == [{"asked": "a", "decided": "b", "when": ""}]
    assert [entry["mail"] for entry in whole["entries"]] == [None, "waiting", None, None, "waiting", None]


def test_a_refusal_says_the_same_sentence_as_the_page(received, ben, signed_in):
    answer = post(signed_in(ben), f"/{received.pk}/closing", outcome="content")

    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("This can't be done now: it is “new, to be acknowledged”")


@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("withdrawal", {"reason": "Wrong company"}),
        ("note", {"text": "Called"}),
        ("message", {"text": "Welche Charge?"}),
    ],
)
def test_every_verb_is_there_for_handlers_and_not_for_readers(received, ben, auditor, signed_in, address, given):
    assert post(signed_in(ben), f"/{received.pk}/{address}", **given).status_code == 200
    assert post(signed_in(auditor), f"/{received.pk}/{address}", **given).status_code == 403


def test_a_closed_case_is_opened_again_and_handed_over(closed, ana, ben, signed_in):
    client = signed_in(ben)

    reopened = post(client, f"/{closed.pk}/reopening", reason="It drips again.").json()
    handed = post(client, f"/{closed.pk}/owner", owner=ana.pk).json()

    assert (reopened["status"], reopened["again_due"] is not None) == ("investigating", True)
    assert handed["owner"] == ana.pk


def test_the_list_comes_in_pages_and_shows_only_what_one_may_see(opened, ben, dan, signed_in):
    cases = [opened() for _ in range(3)]
    client = signed_in(ben)

    first = client.get("/api/v1/cases?limit=2").json()
    second = client.get(f"/api/v1/cases?limit=2&before={first['next']}").json()

    assert [each["id"] for each in first["cases"] + second["cases"]] == [case.pk for case in reversed(cases)]
    assert second["next"] is None
    assert signed_in(dan).get("/api/v1/cases").json() == {"cases": [], "next": None}
    assert signed_in(dan).get(f"/api/v1/cases/{cases[0].pk}").status_code == 404


def test_the_secret_of_the_customers_page_is_not_given_to_programs(received, ben, signed_in):
    assert received.secret not in signed_in(ben).get(f"/api/v1/cases/{received.pk}").content.decode()


def test_nothing_is_sent_by_reading(received, ben, signed_in):
    signed_in(ben).get("/api/v1/cases")

    assert OutboxMessage.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"channel": "pigeon"}, "channel"),
        ({"channel": "x" * 40}, "channel"),
        ({"contact_email": "cleo at winter"}, "contact_email"),
        ({"contact_email": "cleo@winter.example\nBcc: x@y.example"}, "contact_email"),
        ({"received_at": "0001-01-01T00:00:00Z"}, "received_at"),
    ],
)
def test_what_no_page_could_show_is_refused_at_its_field(organisation, ben, leipzig, signed_in, said, field):
    answer = post(signed_in(ben), "", **{"key": "shop-4711", "words": WORDS, "site": leipzig.pk} | said)

    assert (answer.status_code, answer.json()["field"]) == (409, field)
    assert Case.objects.count() == 0


def test_the_same_key_at_the_same_moment_opens_one_case(organisation, ben, leipzig, signed_in, monkeypatch):
    """The second call has looked before the first one was done."""
    given = {"key": "shop-4711", "words": WORDS, "site": leipzig.pk}
    first = post(signed_in(ben), "", **given)
    exists = QuerySet.exists
    asked: list[bool] = []

    def too_early(rows: QuerySet[Any]) -> bool:
        if rows.model is Case and not asked:
            asked.append(True)
            return False
        return exists(rows)

    monkeypatch.setattr(QuerySet, "exists", too_early)
    second = post(signed_in(ben), "", **given)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
