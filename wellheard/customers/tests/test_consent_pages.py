"""Members see and note what customers agreed to, word purposes, and look up addresses that get nothing."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wellheard.conftest import SETUP, Arranging
from wellheard.core.models import Member, Organisation, Site
from wellheard.customers.actions import add_person, set_up_purposes, suppress, unsubscribe
from wellheard.customers.models import Consent, ConsentText, Person, Purpose, Suppression

pytestmark = [pytest.mark.pages, pytest.mark.django_db]
SignedIn = Callable[[Member], Client]


@pytest.fixture
def cleo(organisation: Organisation, ana: Member, leipzig: Site, now: datetime) -> Person:
    set_up_purposes(SETUP, at=now)
    return add_person("Cleo Holzapfel", ana, at=now, email="cleo@holzapfel.example", site=leipzig)


def said(**changes: str) -> dict[str, str]:
    offers = str(Purpose.objects.get(key="offers").pk)
    return {"purpose": offers, "decision": "given", "source": "said", "evidence": "on the phone"} | changes


def test_a_decision_said_on_the_phone_is_noted_with_what_shows_it(cleo: Person, ben: Member, signed_in: SignedIn):
    client = signed_in(ben)
    answer = client.post(f"/customers/people/{cleo.pk}/consents/", said(decided_on="2026-03-01"))

    (kept,) = Consent.objects.order_by("pk")
    assert answer.status_code == 302
    assert (kept.purpose.key, kept.decision, kept.source, kept.evidence) == ("offers", "given", "said", "on the phone")
    assert (kept.at.date().isoformat(), kept.text) == ("2026-03-01", ConsentText.objects.get(purpose__key="offers"))
    page = client.get(f"/customers/people/{cleo.pk}/consents/").content.decode()
    assert "Offers: agreed (said to one of us, wording 1): on the phone" in page
    card = client.get(f"/customers/people/{cleo.pk}/").content.decode()
    assert "What we may send" in card
    assert "agreed 1 March, said to one of us" in card


@pytest.mark.parametrize(
    "changes",
    [
        {"evidence": ""},
        {"decision": "x"},
        {"purpose": "99"},
        {"decided_on": "2999-01-01"},
        {"evidence": "x" * 501},
        {"source": "centre"},
    ],
)
def test_a_mistake_stands_at_its_field_and_keeps_nothing(
    cleo: Person, ben: Member, signed_in: SignedIn, changes: dict[str, str]
):
    answer = signed_in(ben).post(f"/customers/people/{cleo.pk}/consents/", said(**changes))

    assert (answer.status_code, Consent.objects.count()) == (200, 0)
    assert "error-summary" in answer.content.decode()


def test_readers_see_and_strangers_do_not(
    cleo: Person, ben: Member, dan: Member, auditor: Member, lyon: Site, signed_in: SignedIn, arranging: Arranging
):
    address = f"/customers/people/{cleo.pk}/consents/"

    assert signed_in(dan).get(address).status_code == 404
    seen = signed_in(auditor).get(address).content.decode()
    assert ("Note a decision" in seen, "/m/" in seen) == (False, False)
    assert signed_in(auditor).post(address, said()).status_code == 403
    with arranging():
        cleo.site = lyon
        cleo.save()
    assert signed_in(ben).get(address).status_code == 404


def test_the_pages_cost_the_same_whatever_was_decided(cleo: Person, ana: Member, now: datetime, signed_in, arranging):
    client = signed_in(ana)

    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    addresses = (
        f"/customers/people/{cleo.pk}/consents/",
        f"/customers/people/{cleo.pk}/",
        "/customers/mailings/purposes/",
    )
    unsubscribe(cleo, "news", ana, at=now)
    one = [queries(address) for address in addresses]
    with arranging():
        for purpose in Purpose.objects.exclude(key="service").order_by("pk"):
            for decision in ("given", "withdrawn", "given"):
                Consent(person=cleo, purpose=purpose, decision=decision, at=now, source="said", evidence="x").save()

    assert [queries(address) for address in addresses] == one


def test_new_words_to_agree_to_are_a_new_version(cleo: Person, ana: Member, signed_in: SignedIn):
    offers = Purpose.objects.get(key="offers")
    client = signed_in(ana)
    data = {"ground": "consent", "name_en": "Deals", "about_en": "Deals of the week.", "agreed_en": "Write to me."}

    answer = client.post(f"/customers/mailings/purposes/{offers.pk}/", data)

    offers.refresh_from_db()
    assert (answer.status_code, offers.name, offers.ground) == (302, {"en": "Deals"}, "consent")
    assert offers.texts.order_by("-version").values_list("version", "texts")[0] == (2, {"en": "Write to me."})
    assert "wording 2" in client.get("/customers/mailings/purposes/").content.decode()


@pytest.mark.parametrize("changes", [{"ground": "service"}, {"name_en": ""}, {"agreed_en": ""}, {"about_en": ""}])
def test_a_purpose_without_words_or_with_a_false_ground_is_refused(
    cleo: Person, ana: Member, signed_in: SignedIn, changes: dict[str, str]
):
    offers = Purpose.objects.get(key="offers")
    data = {"ground": "consent", "name_en": "Deals", "about_en": "Deals.", "agreed_en": "Write to me."} | changes

    answer = signed_in(ana).post(f"/customers/mailings/purposes/{offers.pk}/", data)

    offers.refresh_from_db()
    assert (answer.status_code, offers.name["en"], offers.texts.count()) == (200, "Offers", 1)


def test_the_front_line_reads_purposes_and_changes_none(cleo: Person, ben: Member, signed_in: SignedIn):
    offers = Purpose.objects.get(key="offers")

    assert signed_in(ben).get("/customers/mailings/purposes/").status_code == 200
    assert signed_in(ben).get(f"/customers/mailings/purposes/{offers.pk}/").status_code == 403


def test_an_address_is_looked_up_lifted_and_put_on_the_list(
    cleo: Person, ana: Member, now: datetime, signed_in: SignedIn
):
    suppress("cleo@holzapfel.example", ana, at=now, reason="bounced")
    client = signed_in(ana)

    found = client.post("/customers/mailings/suppressions/", {"address": "CLEO@holzapfel.example"}).content.decode()
    nothing = client.post("/customers/mailings/suppressions/", {"address": "ben@x.example"}).content.decode()
    lifted = client.post(
        f"/customers/mailings/suppressions/{Suppression.objects.get().pk}/lift/", {"address": "cleo@holzapfel.example"}
    )
    added = client.post("/customers/mailings/suppressions/add/", {"address": "ben@x.example", "reason": "complained"})

    assert "Nothing is sent: the address does not exist" in found
    assert "every mail, answers too" in found
    assert "Mail is sent to this address" in nothing
    assert (lifted.status_code, added.status_code) == (302, 302)
    rows = [(each.reason, each.lifted_at is None) for each in Suppression.objects.order_by("pk")]
    assert rows == [("bounced", False), ("complained", True)]


@pytest.mark.parametrize("address", ["", "nobody", "a\x00b@x.example", "x" * 400 + "@x.example"])
def test_what_is_no_address_is_not_looked_up_nor_added(cleo: Person, ana: Member, signed_in: SignedIn, address: str):
    client = signed_in(ana)

    assert client.post("/customers/mailings/suppressions/", {"address": address}).status_code == 200
    assert (
        client.post("/customers/mailings/suppressions/add/", {"address": address, "reason": "hand"}).status_code == 409
    )
    assert Suppression.objects.count() == 0


def test_the_list_of_addresses_is_the_stewards(
    cleo: Person, ben: Member, auditor: Member, signed_in: SignedIn, now, ana
):
    made = suppress("x@y.example", ana, at=now)
    for member in (ben, auditor):
        client = signed_in(member)
        assert client.get("/customers/mailings/suppressions/").status_code == 404
        assert client.post(f"/customers/mailings/suppressions/{made.pk}/lift/").status_code == 403
        assert (
            client.post(
                "/customers/mailings/suppressions/add/", {"address": "a@b.example", "reason": "hand"}
            ).status_code
            == 403
        )
