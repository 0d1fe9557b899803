"""Customers for programs: brought up to date by their own ids, listed by cursor, and nothing of other sites."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wellheard.core.models import Member, Organisation, Site
from wellheard.customers.actions import add_account, add_person, add_segment
from wellheard.customers.actions.consent import set_up_purposes
from wellheard.customers.actions.parties import add_need, add_party, retire_need, review_party
from wellheard.customers.models import Account, Consent, Conversation, InterestedParty, Order, Person, Segment

pytestmark = [pytest.mark.pages, pytest.mark.django_db]

SignedIn = Callable[[Member], Client]
API = "/api/v1/customers"


@pytest.fixture
def client(ana: Member, organisation: Organisation, signed_in: SignedIn) -> Client:
    return signed_in(ana)


def send(client: Client, verb: str, path: str, body: Any) -> Any:
    return getattr(client, verb)(f"{API}{path}", body, content_type="application/json")


def queries(client: Client, path: str) -> int:
    client.get(f"{API}{path}")
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"{API}{path}").status_code == 200
    return len(captured)


# ---- accounts and people ------------------------------------------------------------------------------------------


def test_an_account_is_kept_by_the_id_of_another_program(client: Client, leipzig: Site):
    body = {
        "name": "Gärtnerei Holzapfel", "site": leipzig.pk, "segment": "Landscapers", "city": "Halle", "country": "DE",
        "tags": ["green"], "emails": ["info@holzapfel.example"], "phones": [{"value": "0345 123456", "use": "work"}],
        "addresses": [{"lines": "Am Markt 1", "postcode": "06108", "city": "Halle"}],
    }  # fmt: skip
    first = send(client, "put", "/accounts/by/crm/A%2F1", body)
    again = send(client, "put", "/accounts/by/CRM/A%2F1", body)
    changed = send(client, "put", "/accounts/by/crm/A%2F1", {"city": "Leipzig"})

    assert [each.status_code for each in (first, again, changed)] == [201, 200, 200]
    assert [each.json()["verdict"] for each in (first, again, changed)] == ["created", "same", "changed"]
    account = changed.json()["account"]
    assert (account["name"], account["city"], account["segment"], account["site"]) == (
        "Gärtnerei Holzapfel",
        "Leipzig",
        "Landscapers",
        leipzig.pk,
    )
    assert account["external_ids"] == [{"source": "crm", "value": "A/1"}]
    assert [point["key"] for point in account["contact_points"] if point["what"] == "phone"] == ["+49345123456"]
    assert client.get(f"{API}/accounts/by/crm/A%2F1").json()["id"] == account["id"]
    assert Account.objects.count() == 1


def test_a_person_is_kept_with_whom_they_speak_for(client: Client):
    send(client, "put", "/accounts/by/crm/A1", {"name": "Holzapfel"})
    body = {
        "name": "Cleo Holzapfel", "email": "cleo@holzapfel.example", "language": "de",
        "affiliations": [{"external_id": "A1", "roles": ["buyer", "payer"], "is_main": True}],
    }  # fmt: skip
    first = send(client, "put", "/people/by/crm/P1", body)
    again = send(client, "put", "/people/by/crm/P1", body)

    person = again.json()["person"]
    assert (first.status_code, again.json()["verdict"], len(person["affiliations"])) == (201, "same", 1)
    assert person["affiliations"][0]["roles"] == ["buyer", "payer"]
    assert person["account"] == Account.objects.get().pk
    found = client.get(f"{API}/people?email=CLEO@holzapfel.example").json()
    assert [each["id"] for each in found["items"]] == [person["id"]]
    assert client.get(f"{API}/people?account={person['account']}").json()["items"] == found["items"]


def test_a_person_without_an_address_is_kept_too(client: Client):
    made = send(client, "post", "/people", {"name": "Marc"}).json()
    pk = made["person"]["id"]
    renamed = send(client, "patch", f"/people/{pk}", {"name": "Marc Perrin", "do_not_ask": True}).json()

    assert (made["verdict"], renamed["verdict"], renamed["person"]["name"]) == ("created", "changed", "Marc Perrin")
    assert (renamed["person"]["do_not_ask"], renamed["person"]["email"]) == (True, None)


def test_contact_points_and_affiliations_are_added_and_ended(client: Client, ana: Member, now: datetime):
    person, account = add_person("Cleo", ana, at=now), add_account("Holzapfel", ana, at=now)

    point = send(client, "post", f"/people/{person.pk}/contact-points", {"what": "email", "value": "c@x.example"})
    speaks = send(client, "post", f"/people/{person.pk}/affiliations", {"account": account.pk, "roles": ["user"]})
    dropped = client.delete(f"{API}/contact-points/{point.json()['id']}")
    ended = client.delete(f"{API}/affiliations/{speaks.json()['id']}")

    assert [each.status_code for each in (point, speaks, dropped, ended)] == [201, 201, 200, 200]
    assert (dropped.json()["is_former"], ended.json()["until"] is not None) == (True, True)


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        ("/accounts/by/crm/A1", {"name": ""}, 409, "name"),
        ("/accounts/by/crm/A1", {}, 409, "name"),
        ("/accounts/by/crm/A1", {"name": "X", "country": "Atlantis"}, 409, "country"),
        ("/accounts/by/crm/A1", {"name": "X", "nonsense": 1}, 422, None),
        ("/accounts/by/crm/A1", {"name": "X", "lifecycle": "asleep"}, 422, None),
        ("/accounts/by/crm/A1", {"name": "X", "lifecycle": "lost"}, 409, "reason"),
        ("/accounts/by/crm/A1", {"name": "X", "site": 99_999}, 404, None),
        ("/accounts/by/crm/A1", {"name": "X", "custom": {"no_such": 1}}, 409, "custom"),
        ("/people/by/crm/P1", {"name": "X", "email": "nonsense"}, 409, "email"),
        ("/people/by/crm/P1", {"name": "X", "affiliations": [{"external_id": "nobody"}]}, 409, "affiliations"),
        ("/people/by/crm/P1", {"name": "X", "affiliations": [{"roles": ["king"]}]}, 422, None),
    ],
)
def test_what_makes_no_sense_is_refused_whole(
    path: str, body: dict[str, Any], status: int, field: str | None, client: Client
):
    answer = send(client, "put", path, body)

    assert (answer.status_code, answer["Content-Type"], answer.json().get("field")) == (
        status,
        "application/problem+json",
        field,
    )
    assert (Account.objects.count(), Person.objects.count()) == (0, 0)


def test_other_sites_are_neither_read_nor_written(
    ana: Member, ben: Member, lyon: Site, organisation: Organisation, signed_in: SignedIn, now: datetime
):
    theirs, person = add_account("Jardins", ana, at=now, site=lyon), add_person("Chloé", ana, at=now, site=lyon)
    by_id = send(signed_in(ana), "put", "/accounts/by/crm/A1", {"name": "Jardins du Nord", "site": lyon.pk})
    client = signed_in(ben)

    reads = [f"/accounts/{theirs.pk}", f"/people/{person.pk}", "/accounts/by/crm/A1"]
    assert [client.get(f"{API}{path}").status_code for path in reads] == [404, 404, 404]
    assert (client.get(f"{API}/accounts").json()["items"], client.get(f"{API}/people").json()["items"]) == ([], [])
    assert send(client, "patch", f"/accounts/{theirs.pk}", {"name": "Mine"}).status_code == 404
    assert send(client, "put", "/accounts/by/crm/A1", {"name": "Jardins du Nord"}).status_code == 403
    assert send(client, "put", "/accounts/by/crm/A1", {}).status_code == 403
    assert by_id.status_code == 201
    assert send(client, "put", "/accounts/by/crm/A2", {"name": "New", "site": lyon.pk}).status_code == 403
    assert sorted(Account.objects.values_list("name", flat=True)) == ["Jardins", "Jardins du Nord"]


def test_an_auditors_key_writes_nothing(auditor: Member, organisation: Organisation, signed_in: SignedIn):
    answer = send(signed_in(auditor), "put", "/accounts/by/crm/A1", {"name": "Mine"})

    assert (answer.status_code, Account.objects.count()) == (403, 0)


def test_a_list_is_walked_by_its_cursor_whatever_comes_meanwhile(client: Client, ana: Member, now: datetime):
    for number in range(5):
        add_account(f"Account {number}", ana, at=now)
    first = client.get(f"{API}/accounts?limit=2").json()
    add_account("Meanwhile", ana, at=now)
    second = client.get(f"{API}/accounts?limit=2&after={first['next']}").json()
    last = client.get(f"{API}/accounts?limit=2&after={second['next']}").json()

    names = [account["name"] for page in (first, second, last) for account in page["items"]]
    assert names == ["Account 0", "Account 1", "Account 2", "Account 3", "Account 4", "Meanwhile"]
    assert last["next"] is None


@pytest.mark.parametrize(
    "path",
    [
        "/accounts",
        "/people",
        "/conversations",
        "/consents",
        "/purposes",
        "/segments",
        "/parties",
        "/orders",
        "/duplicates",
        "/merges",
        "/changes",
    ],
)
def test_what_is_asked_for_and_not_understood_is_refused(path: str, client: Client):
    answers = [client.get(f"{API}{path}?{query}") for query in ("lifecyle=lost", "limit=0", "limit=many", "after=-1")]

    assert [(each.status_code, each["Content-Type"]) for each in answers] == [
        (409, "application/problem+json"),
        *[(422, "application/problem+json")] * 3,
    ]


@pytest.mark.parametrize(
    "query", ["/accounts?lifecycle=asleep", "/consents?decision=perhaps", "/conversations?how=telepathy"]
)
def test_a_value_that_no_filter_knows_is_refused(query: str, client: Client):
    assert client.get(f"{API}{query}").status_code == 422


def test_lists_ask_as_much_for_one_as_for_three(client: Client, ana: Member, now: datetime):
    def add(number: int) -> None:
        account = add_account(f"A{number}", ana, at=now, segment=add_segment(f"S{number}", ana, at=now))
        add_person(f"P{number}", ana, at=now, account=account, email=f"p{number}@x.example")
        body = {"key": f"k{number}", "account": account.pk, "notes": "Hello", "words": ["It drips.", "Still."]}
        assert send(client, "post", "/conversations", body).status_code == 201

    paths = ("/accounts", "/people", "/conversations", "/segments", "/parties", "/changes?limit=500")
    add(1)
    one = [queries(client, path) for path in paths]
    add(2)
    add(3)

    assert [queries(client, path) for path in paths] == one


# ---- everything else ----------------------------------------------------------------------------------------------


def test_a_conversation_is_logged_once(client: Client, ana: Member, now: datetime):
    person = add_person("Cleo", ana, at=now)
    body = {
        "key": "call-17", "how": "call", "person": person.pk, "notes": "About valves.", "words": ["It drips."],
        "happened_at": "2024-11-16T16:30:00+01:00",
    }  # fmt: skip
    first, again = (send(client, "post", "/conversations", body) for _ in range(2))
    more = send(client, "post", f"/conversations/{first.json()['id']}/words", {"words": "And it is loud."})

    assert (first.status_code, again.status_code, more.status_code) == (201, 200, 201)
    assert again.json()["id"] == first.json()["id"]
    shown = client.get(f"{API}/conversations/{first.json()['id']}").json()
    assert [each["words"] for each in shown["heard_words"]] == ["It drips.", "And it is loud."]
    assert (shown["happened_at"], shown["heard_by"]) == ("2024-11-16T15:30:00Z", ana.pk)
    later = send(client, "post", "/conversations", body | {"key": "call-18", "happened_at": "2999-01-01T00:00:00Z"})
    naive = send(client, "post", "/conversations", body | {"key": "call-19", "happened_at": "2024-01-01T00:00:00"})
    assert (later.status_code, naive.status_code, Conversation.objects.count()) == (409, 409, 1)


def test_a_decision_is_noted_and_asked_before_sending(client: Client, ana: Member, now: datetime):
    from wellheard.conftest import SETUP

    set_up_purposes(SETUP, at=now)
    person = add_person("Cleo", ana, at=now, email="cleo@x.example")
    before = client.get(f"{API}/people/{person.pk}/may-send?purpose=offers").json()
    decision = {"purpose": "offers", "decision": "given", "text_version": 1}
    noted = send(client, "post", f"/people/{person.pk}/consents", decision)
    after = client.get(f"{API}/people/{person.pk}/may-send?purpose=offers").json()

    assert (before["yes"], noted.status_code, after["yes"]) == (False, 201, True)
    assert (noted.json()["source"], noted.json()["text_version"]) == ("api", 1)
    assert [each["id"] for each in client.get(f"{API}/consents?person={person.pk}").json()["items"]] == [
        noted.json()["id"]
    ]
    wrong = [
        send(client, "post", f"/people/{person.pk}/consents", body).status_code
        for body in (
            {"purpose": "no-such", "decision": "given"},
            {"purpose": "offers", "decision": "given", "text_version": 99},
            {"purpose": "offers", "decision": "given", "decided_at": "2999-01-01T00:00:00Z"},
        )
    ]
    assert (wrong, Consent.objects.count()) == ([409, 409, 409], 1)
    assert client.get(f"{API}/people/{person.pk}/may-send?purpose=nonsense").status_code == 409


def test_a_segment_tells_who_was_in_it_when(client: Client, ana: Member, now: datetime):
    segment = add_segment("Landscapers", ana, at=now)
    account = add_account("Holzapfel", ana, at=now, segment=segment)

    members = client.get(f"{API}/segments/{segment.pk}/members").json()
    before = client.get(f"{API}/segments/{segment.pk}/members?on={(now - timedelta(days=5)).date()}").json()

    assert [each["id"] for each in members["items"]] == [account.pk]
    assert before["items"] == []
    assert client.get(f"{API}/segments/{segment.pk}").json()["party"] == InterestedParty.objects.get().pk
    made = send(client, "post", "/segments", {"name": "Municipalities", "needs": "Invoices on paper"})
    assert (made.status_code, Segment.objects.count()) == (201, 2)


def test_a_party_is_kept_watched_and_reviewed(client: Client):
    party = send(client, "post", "/parties", {"name": "Owners", "sort": "owner", "influence": 5}).json()
    need = send(client, "post", f"/parties/{party['id']}/needs", {"words": "Profit", "standing": "contract"}).json()
    decided = send(client, "patch", f"/needs/{need['id']}", {"through": "yes", "addressed_by": "Budget"}).json()
    watched = send(client, "put", f"/needs/{need['id']}/indicator", {"indicator": "customers.needs_met", "target": 0.8})
    send(client, "put", f"/needs/{need['id']}/indicator", {})
    climate = send(client, "post", f"/parties/{party['id']}/climate", {"climate": "not_relevant", "reason": "None."})
    review = send(
        client, "post", f"/parties/{party['id']}/reviews", {"conclusion": "Fine.", "judged": {str(need["id"]): "met"}}
    )

    assert (decided["through"], watched.json()["met"], climate.json()["climate"]) == ("yes", "unclear", "not_relevant")
    assert (review.status_code, review.json()["state"]["needs"][0]["met"]) == (201, "met")
    assert client.get(f"{API}/parties/{party['id']}").json()["needs"][0]["met"] == "met"
    assert len(client.get(f"{API}/parties/{party['id']}/reviews").json()["items"]) == 1
    assert [each["name"] for each in client.get(f"{API}/parties?sort=owner").json()["items"]] == ["Owners"]
    assert client.get(f"{API}/parties?overdue=true").json()["items"] == []
    wrong = send(client, "put", f"/needs/{need['id']}/indicator", {"indicator": "no.such"})
    assert (wrong.status_code, wrong.json()["field"]) == (409, "indicator")


def test_orders_are_stored_once(client: Client, ana: Member, now: datetime):
    send(client, "put", "/accounts/by/shop/C1", {"name": "Holzapfel"})
    body: dict[str, Any] = {
        "orders": [
            {
                "external_id": "1001",
                "customer": "C1",
                "ordered_on": "2026-01-15",
                "amount": "120.50",
                "currency": "EUR",
            },
            {
                "external_id": "1002",
                "customer": "C9",
                "ordered_on": "2026-01-16",
                "amount": "-20",
                "is_cancelled": True,
            },
        ]
    }
    first, again = (send(client, "post", "/orders/shop", body).json() for _ in range(2))
    body["orders"][0]["amount"] = "999"
    differing = send(client, "post", "/orders/shop", body).json()

    assert (first, again) == (
        {"stored": 2, "same": 0, "differing": []},
        {"stored": 0, "same": 2, "differing": []},
    )
    assert differing["differing"] == [{"external_id": "1001", "sent_amount": "999", "kept_amount": "120.50"}]
    listed = client.get(f"{API}/orders?account={Account.objects.get().pk}").json()["items"]
    assert [(each["external_id"], each["customer"]) for each in listed] == [("1001", "C1")]
    twice = {"orders": [body["orders"][0], body["orders"][0]]}
    assert send(client, "post", "/orders/shop", twice).status_code == 409
    assert send(client, "post", "/orders/shop", {"orders": []}).status_code == 422
    assert Order.objects.count() == 2


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v1/customers/nothing/17", "/api/v2/cases"]
)
def test_an_address_that_is_none_answers_with_a_problem(path: str, client: Client):
    answers = [client.get(path), Client().get(path), client.post(path, "{}", content_type="application/json")]

    assert [(each.status_code, each["Content-Type"]) for each in answers] == [(404, "application/problem+json")] * 3


def test_reviews_of_another_site_stay_there(
    ana: Member, ben: Member, lyon: Site, organisation: Organisation, signed_in: SignedIn, now: datetime
):
    from wellheard.customers.actions.parties import add_party

    party = add_party("Owners", ana, at=now, site=lyon)
    add_need(party, "Peace", ana, at=now)
    review_party(party, ana, at=now, conclusion="Fine.")

    assert signed_in(ben).get(f"{API}/parties/{party.pk}/reviews").status_code == 404


def test_a_decision_about_climate_answers_with_the_needs_of_now(client: Client, ana: Member, now: datetime):
    party = add_party("Market surveillance", ana, at=now, sort="regulator")
    retire_need(add_need(party, "Reports on paper", ana, at=now), ana, at=now)

    told = send(client, "post", f"/parties/{party.pk}/climate", {"climate": "not_relevant", "reason": "Never asked."})

    assert (told.status_code, told.json()["needs"]) == (200, [])


def test_customers_are_found_by_a_tag_in_any_letters(client: Client, ana: Member, now: datetime):
    add_account("Grün & Söhne", ana, at=now, tags=["größe l", 'the "best"'])
    add_account("Jardins", ana, at=now, tags=["l", "VIP"])

    found = [
        [each["name"] for each in client.get(f"{API}/accounts", {"tag": tag}).json()["items"]]
        for tag in ("größe l", "Größe L", 'the "best"', "l", "größe", "vip")
    ]

    assert found == [["Grün & Söhne"], ["Grün & Söhne"], ["Grün & Söhne"], ["Jardins"], [], ["Jardins"]]
