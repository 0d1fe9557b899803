"""The register as pages, and as evidence."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wellheard.core.models import Member, Organisation, Site
from wellheard.customers.actions import add_segment
from wellheard.customers.actions.parties import (
    add_need,
    add_party,
    change_need,
    change_party,
    decide_climate,
    review_party,
    watch_need,
)
from wellheard.customers.models import InterestedParty, PartyNeed, PartyReview
from wellheard.evidence.collectors import items_of, rules_of
from wellheard.measures import catalogue

pytestmark = [pytest.mark.pages, pytest.mark.django_db]

SignedIn = Callable[[Member], Client]


@pytest.fixture
def landscapers(ana: Member, organisation: Organisation, now: datetime) -> InterestedParty:
    add_segment("Landscapers", ana, at=now)
    return InterestedParty.objects.get()


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_an_empty_register_offers_a_set_to_begin_with(ana: Member, organisation: Organisation, signed_in: SignedIn):
    client = signed_in(ana)
    empty = client.get("/customers/parties/").content.decode()
    offered = client.get("/customers/parties/starters/").content.decode()

    client.post("/customers/parties/starters/", {"starter": ["users", "staff", "nonsense"]})
    again = client.get("/customers/parties/starters/").content.decode()

    assert ("Begin with a starter set" in empty, "End users" in offered, "End users" in again) == (True, True, False)
    assert list(InterestedParty.objects.order_by("name").values_list("name", flat=True)) == [
        "End users",
        "The people who work here",
    ]
    assert PartyNeed.objects.count() == 5


def test_the_list_asks_as_much_for_one_party_as_for_three(
    ana: Member, landscapers: InterestedParty, lyon: Site, signed_in: SignedIn, now: datetime
):
    client = signed_in(ana)
    one = queries(client, "/customers/parties/")
    for name in ("Owners", "Neighbours"):
        add_need(add_party(name, ana, at=now, owner=ana, site=lyon), "Peace", ana, at=now)

    assert queries(client, "/customers/parties/") == one


def test_a_partys_page_asks_as_much_for_one_need_and_review_as_for_three(
    ana: Member, ben: Member, landscapers: InterestedParty, signed_in: SignedIn, now: datetime
):
    client = signed_in(ana)
    add_need(landscapers, "Spare parts in a week", ana, at=now)
    review_party(landscapers, ana, at=now, conclusion="Fine.")
    one = queries(client, landscapers.get_absolute_url())
    for number in range(2):
        need = add_need(landscapers, f"Need {number}", ana, at=now)
        change_need(need, ana, at=now, owner=ben)
        review_party(landscapers, ana, at=now, conclusion="Fine again.")

    assert queries(client, landscapers.get_absolute_url()) == one


def test_an_auditors_trace_of_a_segment_is_one_page(
    ana: Member, auditor: Member, landscapers: InterestedParty, signed_in: SignedIn, now: datetime
):
    need = add_need(landscapers, "Spare parts in a week", ana, at=now, monitored_by="Delivery notes", through="yes")
    add_need(landscapers, "A human on the phone", ana, at=now)
    change_need(need, ana, at=now, addressed_by="Process 7, stock")
    watch_need(need, ana, at=now, indicator="customers.party_reviews_in_time", target=Decimal("0.9"))
    PartyNeed.objects.get(pk=need.pk)
    reading = {
        "words": "83 %", "between": "between 61 % and 94 %", "base": "15 of 18 deliveries", "months": "October 2026",
        "target": "90 %", "indicator": "Deliveries in time",
    }  # fmt: skip
    need.met, need.reading = "unclear", reading
    need.save(update_fields=["met", "reading"])
    review_party(landscapers, ana, at=now, conclusion="We keep one more pallet of valves in Halle.")
    need.reading = reading
    need.save(update_fields=["reading"])

    page = signed_in(auditor).get(landscapers.get_absolute_url()).content.decode()

    for words in (
        "Landscapers",
        "Spare parts in a week",
        "Process 7, stock",
        "Delivery notes",
        "83 %",
        "between 61 % and 94 %, 15 of 18 deliveries, October 2026",
        "wanted: 90\u00a0%",
        "We keep one more pallet of valves in Halle.",
        "Ana Brandt",
    ):
        assert words in page
    assert "Write it down" not in page  # an auditor changes nothing


def test_a_need_is_added_decided_and_measured_on_pages(
    ana: Member, landscapers: InterestedParty, signed_in: SignedIn, now: datetime
):
    client, here = signed_in(ana), landscapers.get_absolute_url()
    client.post(f"{here}needs/", {"words": "Spare parts in a week"})
    need = PartyNeed.objects.get()
    decided = client.post(
        need.get_own_url(),
        {
            "words": need.words, "standing": "contract", "is_relevant": "on", "through": "yes", "relevance_reason": "",
            "through_reason": "", "addressed_by": "Process 7", "monitored_by": "Delivery notes",
        },
    )  # fmt: skip
    choosing = client.get(f"{need.get_own_url()}measure/?indicator=customers.needs_met").content.decode()
    client.post(f"{need.get_own_url()}measure/", {"indicator": "customers.needs_met", "target": "80"})

    need.refresh_from_db()
    assert decided.status_code == 302
    assert "It is met with at least" in choosing
    assert (need.through, need.standing, need.indicator, need.target) == (
        "yes",
        "contract",
        "customers.needs_met",
        Decimal("0.8"),
    )
    shown = client.get(f"{need.get_own_url()}measure/").content.decode()
    assert 'value="80"' in shown
    client.post(f"{need.get_own_url()}measure/", {"indicator": ""})
    need.refresh_from_db()
    assert (need.indicator, need.target) == ("", None)


def test_what_can_not_be_kept_is_said_and_what_was_typed_stays(
    ana: Member, landscapers: InterestedParty, signed_in: SignedIn, now: datetime
):
    client, here = signed_in(ana), landscapers.get_absolute_url()
    need = add_need(landscapers, "Reports", ana, at=now)
    answers = {
        "need": client.post(f"{here}needs/", {"words": "\x00" * 3}),
        "climate": client.post(f"{here}climate/", {"climate": "relevant", "climate_reason": " "}),
        "retire": client.post(f"{here}retired/", {"reason": ""}),
        "review": client.post(f"{here}review/", {"conclusion": "Fine.", "next_review_on": "1999-01-01"}),
        "decision": client.post(
            need.get_own_url(), {"words": "Reports", "standing": "law", "through": "no", "is_relevant": "on"}
        ),
        "measure": client.post(
            f"{need.get_own_url()}measure/", {"indicator": "customers.needs_met", "target": "a lot"}
        ),
    }

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "need": 422,
        "climate": 422,
        "retire": 422,
        "review": 200,
        "decision": 200,
        "measure": 422,
    }
    assert all("not right yet" in answer.content.decode() for answer in answers.values())
    gone = client.post(f"{need.get_own_url()}measure/", {"indicator": "no.such"})
    assert gone.status_code == 409
    assert (PartyNeed.objects.count(), PartyReview.objects.count()) == (1, 0)


def test_a_review_is_held_on_its_page(ana: Member, landscapers: InterestedParty, signed_in: SignedIn, now: datetime):
    need = add_need(landscapers, "Reports", ana, at=now)
    client, address = signed_in(ana), f"{landscapers.get_absolute_url()}review/"
    asked = client.get(address).content.decode()

    answer = client.post(
        address, {"conclusion": "We write monthly now.", f"judged_{need.pk}": "met", "next_review_on": date(2030, 1, 1)}
    )

    need.refresh_from_db()
    landscapers.refresh_from_db()
    assert ("“Reports”" in asked, answer.status_code, need.met) == (True, 302, "met")
    assert landscapers.next_review_on == date(2030, 1, 1)
    assert "what they need is met" in client.get(landscapers.get_absolute_url()).content.decode()


def test_the_picture_says_who_matters_most_and_what_is_undecided(
    ana: Member, landscapers: InterestedParty, signed_in: SignedIn, now: datetime
):
    client = signed_in(ana)
    add_party("Owners", ana, at=now, influence=5, interest=4)
    add_party("Neighbours", ana, at=now, influence=1, interest=1)
    one = queries(client, "/customers/parties/picture/")
    decide_climate(landscapers, ana, at=now, climate="relevant", reason="They ask for repairs rather than new valves.")
    page = client.get("/customers/parties/picture/").content.decode()

    assert "One party has much influence and much interest: Owners." in page
    assert "Decided for one of three parties. One of them asks for something because of climate change." in page
    assert "They ask for repairs rather than new valves." in page
    add_party("Lenders", ana, at=now, influence=5, interest=5)
    assert queries(client, "/customers/parties/picture/") == one


def test_a_review_that_is_late_is_found(
    ana: Member, landscapers: InterestedParty, signed_in: SignedIn, arranging: Any, now: datetime
):
    with arranging():
        landscapers.next_review_on = date(2020, 1, 1)
        landscapers.save()
    client = signed_in(ana)

    assert "Landscapers" in client.get("/customers/parties/?review=overdue&state=current").content.decode()
    assert "Landscapers" not in client.get("/customers/parties/?review=soon").content.decode()
    assert "review overdue" in client.get(landscapers.get_absolute_url()).content.decode()


QUERIES = [
    "met=not_met", "met=met", "met=none", "review=never", "owner=none", "climate=relevant", "sort=-needs", "q=Land",
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_the_list_is_narrowed(query: str, ana: Member, landscapers: InterestedParty, signed_in: SignedIn):
    assert signed_in(ana).get(f"/customers/parties/?{query}").status_code == 200


def test_a_stranger_and_another_site_find_nothing(
    ben: Member, dan: Member, ana: Member, lyon: Site, organisation: Organisation, signed_in: SignedIn, now: datetime
):
    party = add_party("Owners of Lyon", ana, at=now, site=lyon)
    need = add_need(party, "Peace", ana, at=now)
    addresses = [party.get_absolute_url(), f"{party.get_absolute_url()}edit/", need.get_own_url()]

    for member in (ben, dan):
        client = signed_in(member)
        assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
        assert client.post(f"{party.get_absolute_url()}needs/", {"words": "Mine"}).status_code == 404
    assert signed_in(dan).get("/customers/parties/picture/").status_code == 404


# ---- evidence and indicators --------------------------------------------------------------------------------------


def gaps(slug: str, name: str, actor: Member, last: date) -> list[str]:
    (rule,) = [each for each in rules_of(slug) if each.id == name]
    return [gap.sentence for gap in rule.find(date(2026, 1, 1), last, actor)]


def test_what_is_missing_in_the_register_is_named(
    ana: Member, landscapers: InterestedParty, arranging: Any, now: datetime
):
    bare = gaps("parties.needs", "G4.2-2", ana, date(2026, 12, 31))
    need = add_need(landscapers, "Reports", ana, at=now - timedelta(days=60))
    with arranging():
        landscapers.next_review_on = date(2026, 1, 1)
        landscapers.save()
        from wellheard.customers.models import Segment

        Segment(name="Municipalities").save()
    last = date(2026, 11, 20)

    assert bare == ["Nothing is written down that Landscapers need or expect, so nobody can watch it."]
    assert gaps("parties.needs", "G4.2-2", ana, last) == []
    assert gaps("parties.needs", "G4.2-1", ana, last) == [
        "Landscapers should have been reviewed by 1 January 2026. What they need may have changed."
    ]
    assert len(gaps("parties.needs", "G4.2-2b", ana, last)) == 1
    assert gaps("parties.needs", "G4.2-3", ana, last) == [
        "Municipalities are customers of ours and no interested party: one entry “customers” is not enough."
    ]
    assert len(gaps("parties.needs", "G4.2-4", ana, last)) == 1
    assert len(gaps("parties.climate", "G4.2-climate", ana, last)) == 1
    change_need(need, ana, at=now, through="yes", addressed_by="Process 7")
    decide_climate(landscapers, ana, at=now, climate="not_relevant", reason="None.")
    assert gaps("parties.needs", "G4.2-2b", ana, last) == gaps("parties.needs", "G4.2-4", ana, last) == []
    assert gaps("parties.climate", "G4.2-climate", ana, last) == []


def test_the_newer_edition_asks_for_the_decision_that_the_older_one_only_likes():
    (rule,) = [each for each in rules_of("parties.needs") if each.id == "G4.2-4"]

    assert (rule.in_edition("2015").basis, rule.in_edition("2026").basis) == ("good practice", "requirement")


def test_the_register_shows_what_was_done(ana: Member, dan: Member, landscapers: InterestedParty, now: datetime):
    add_need(landscapers, "Reports", ana, at=now)
    review_party(landscapers, ana, at=now, conclusion="Fine.")
    decide_climate(landscapers, ana, at=now, climate="not_relevant", reason="None.")
    month = (date(2026, 11, 1), date(2026, 11, 30))

    assert [item.label for item in items_of("parties.needs", *month, ana)] == [
        "Landscapers: Reports",
        "Landscapers, reviewed",
    ]
    assert [item.label for item in items_of("parties.climate", *month, ana)] == ["Landscapers has none that concern us"]
    assert [*items_of("parties.needs", *month, dan)] == []
    assert [*items_of("parties.needs", date(2025, 1, 1), date(2025, 12, 31), ana)] == []


def test_the_register_is_measured(ana: Member, landscapers: InterestedParty, now: datetime):
    needs = [add_need(landscapers, words, ana, at=now) for words in ("Reports", "Peace", "Parts")]
    judged = {needs[0].pk: "met", needs[1].pk: "not_met", needs[2].pk: "unclear"}
    review_party(landscapers, ana, at=now, conclusion="Fine.", judged=judged)
    change_party(landscapers, ana, at=now, review_every_months=1)
    review_party(landscapers, ana, at=now + timedelta(days=90), conclusion="Late.", judged={needs[1].pk: "met"})
    span = (date(2026, 1, 1), date(2027, 12, 31))

    met = catalogue.get("customers.needs_met").series({}, *span)
    in_time = catalogue.get("customers.party_reviews_in_time").series({"sort": "segment"}, *span)

    assert [(each.period, each.count, each.exposure) for each in met] == [
        (date(2026, 11, 1), 1, 2),
        (date(2027, 2, 1), 2, 2),
    ]
    assert [(each.period, each.count, each.exposure) for each in in_time] == [
        (date(2026, 11, 1), 1, 1),
        (date(2027, 2, 1), 0, 1),
    ]
    assert catalogue.get("customers.needs_met").series({"sort": "owner"}, *span) == []
