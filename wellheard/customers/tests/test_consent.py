"""May we write to them? Purposes, decisions, preferences, suppressed addresses, for one and for many."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wellheard.conftest import SETUP, Arranging, Postbox
from wellheard.core.actors import Public, System
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, Organisation, OutboxMessage, Site, TrailEntry
from wellheard.core.outbox import post, send_waiting
from wellheard.customers import purposes
from wellheard.customers.actions import (
    add_person,
    change_person,
    lift_suppression,
    note_bounce,
    note_consent,
    set_preferences,
    set_up_purposes,
    suppress,
    suppress_person,
    unsubscribe,
    word_consent,
)
from wellheard.customers.consent import may_send, may_send_each
from wellheard.customers.models import Consent, ConsentText, ContactPoint, Person, Purpose, Suppression
from wellheard.customers.suppression import address_digest

pytestmark = pytest.mark.django_db

PREFERS: dict[str, Any] = {"channel": "", "language": "", "frequency": "", "wants_no_mail": False}


@pytest.fixture
def cleo(organisation: Organisation, ana: Member, leipzig: Site, now: datetime) -> Person:
    set_up_purposes(SETUP, at=now)
    return add_person("Cleo Holzapfel", ana, at=now, email="cleo@holzapfel.example", site=leipzig)


def mailed(to: str, at: datetime, *, purpose: str = "news", key: str = "n:1") -> OutboxMessage:
    return post(to, "News", "…", key=key, purpose=purpose, at=at)


def test_the_purposes_are_set_up_once_with_their_words_in_every_language(db: None, now: datetime):
    set_up_purposes(SETUP, at=now)
    set_up_purposes(SETUP, at=now)

    rows = list(Purpose.objects.order_by("position").values_list("key", "ground"))
    assert rows == [("service", "service"), ("surveys", "interest"), ("news", "interest"), ("offers", "consent")]
    assert {(each.version, *sorted(each.texts)) for each in ConsentText.objects.order_by("pk")} == {
        (1, "de", "en", "es", "fr", "it", "nl")
    }


@pytest.mark.parametrize(
    ("purpose", "expected"), [("service", ""), ("surveys", ""), ("news", ""), ("offers", "not agreed to this")]
)
def test_without_a_word_from_them_interest_is_enough_and_consent_is_not(
    cleo: Person, now: datetime, purpose: str, expected: str
):
    assert may_send(cleo, purpose, now).reason == expected
    assert may_send(cleo.email or "", purpose, now).reason == expected


@pytest.mark.parametrize(
    ("changes", "purpose", "expected"),
    [
        ({"wants_no_mail": True}, "news", "no news by mail wanted"),
        ({"wants_no_mail": True}, "surveys", "no news by mail wanted"),
        ({"wants_no_mail": True}, "service", ""),
        ({"do_not_ask": True}, "surveys", "no surveys wanted"),
        ({"do_not_ask": True}, "news", ""),
        ({"channel": "none"}, "news", "no contact wanted"),
        ({"channel": "phone"}, "news", "to be reached by phone"),
        ({"channel": "letter"}, "surveys", "to be reached by letter"),
        ({"channel": "none"}, "service", ""),
        ({"email": ""}, "news", "no e-mail address"),
        ({"email": ""}, "service", "no e-mail address"),
        ({"erased_at": datetime.fromisoformat("2026-01-01T00:00:00Z")}, "service", "erased"),
    ],
)
def test_what_they_prefer_counts_and_never_stops_an_answer(
    cleo: Person, arranging: Arranging, now: datetime, changes: dict[str, Any], purpose: str, expected: str
):
    with arranging():
        for name, value in changes.items():
            setattr(cleo, name, value)
        cleo.save()

    assert may_send(cleo, purpose, now).reason == expected


def test_the_latest_decision_counts_whatever_the_order_in_which_they_are_noted(
    cleo: Person, ben: Member, now: datetime
):
    note_consent(cleo, "offers", "given", ben, at=now, evidence="on the phone")
    assert may_send(cleo, "offers", now).yes

    note_consent(cleo, "offers", "withdrawn", ben, at=now, decided_at=now - timedelta(days=30))
    assert may_send(cleo, "offers", now).yes

    note_consent(cleo, "offers", "withdrawn", ben, at=now + timedelta(hours=1))
    answer = may_send(cleo, "offers", now + timedelta(hours=1))
    assert answer.words == "withdrew the agreement (16 November 2026, said to one of us)"
    assert Consent.objects.count() == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": "no-such"}, "purpose"),
        ({"purpose": "service"}, "purpose"),
        ({"decision": "maybe"}, "decision"),
        ({"source": "dream"}, "source"),
        ({"decided_at": datetime.fromisoformat("2027-01-01T00:00:00Z")}, "decided_at"),
        ({"evidence": "x" * 501}, "evidence"),
        ({"evidence": "a\x00b"}, "evidence"),
    ],
)
def test_a_decision_that_can_not_be_right_is_refused(cleo: Person, ana: Member, now: datetime, changes, field: str):
    details = {"purpose": "news", "decision": "given"} | changes

    with pytest.raises(Refusal) as refused:
        note_consent(cleo, by=ana, at=now, **details)

    assert (refused.value.field, Consent.objects.count()) == (field, 0)


def test_only_those_who_keep_customers_note_decisions_and_a_customer_only_refuses(
    cleo: Person,
    ana: Member,
    dan: Member,
    auditor: Member,
    now: datetime,
    lyon: Site,
    arranging: Arranging,
    ben: Member,
):
    customer = Public("person:1")
    for member in (dan, auditor, customer):
        with pytest.raises(NotAllowed):
            note_consent(cleo, "news", "given", member, at=now)
    for member in (dan, auditor):
        with pytest.raises(NotAllowed):
            unsubscribe(cleo, "news", member, at=now)
    with arranging():
        cleo.site = lyon
        cleo.save()
    with pytest.raises(NotAllowed):
        note_consent(cleo, "news", "given", ben, at=now)
    with pytest.raises(NotAllowed):
        suppress("x@y.example", ben, at=now)
    with pytest.raises(NotAllowed):
        note_bounce("x@y.example", "550", ben, at=now)

    unsubscribe(cleo, "news", customer, at=now)

    assert [each.source for each in Consent.objects.order_by("pk")] == ["unsubscribe"]


def test_unsubscribing_twice_notes_it_once(cleo: Person, now: datetime):
    for _ in range(3):
        unsubscribe(cleo, "news", Public("person:1"), at=now)

    assert [(each.decision, each.purpose.key) for each in Consent.objects.order_by("pk")] == [("withdrawn", "news")]
    assert (may_send(cleo, "news", now).reason, may_send(cleo, "surveys", now).yes) == ("objected to this", True)


def test_a_merged_person_is_answered_for_by_who_stands_for_them(
    cleo: Person, ana: Member, arranging: Arranging, now: datetime
):
    double = add_person("C. Holzapfel", ana, at=now, email="c@holzapfel.example")
    with arranging():
        double.merged_into = cleo
        double.save()
    unsubscribe(cleo, "news", Public("person:1"), at=now)

    assert may_send(double, "news", now).reason == "objected to this"
    assert may_send_each([double, cleo], "surveys", now).keys() == {double.pk, cleo.pk}


@pytest.mark.parametrize(("frequency", "days"), [("monthly", 30), ("quarterly", 91), ("yearly", 365)])
def test_how_often_counts_every_mail_that_they_could_have_refused(
    cleo: Person, arranging: Arranging, now: datetime, frequency: str, days: int
):
    with arranging():
        cleo.frequency = frequency
        cleo.save()
    mailed("cleo@holzapfel.example", now, purpose="answer", key="a:1")
    assert may_send(cleo, "news", now).yes

    mailed("Cleo@Holzapfel.example", now)

    assert may_send(cleo, "surveys", now + timedelta(days=days - 1)).reason == "has had enough mail for now"
    assert may_send(cleo, "surveys", now + timedelta(days=days, seconds=1)).yes
    assert may_send(cleo, "service", now).yes
    assert may_send(cleo, "surveys", now, counting=False).yes


def test_a_shared_address_may_be_written_to_as_long_as_one_reader_wants_it(
    cleo: Person, ana: Member, now: datetime, arranging
):
    with arranging():
        ContactPoint.objects.filter(person=cleo).first()
        for point in ContactPoint.objects.filter(person=cleo).order_by("pk"):
            point.is_shared = True
            point.save()
        other = Person(name="Ole", email="cleo@holzapfel.example")
        other.save()
        ContactPoint(
            person=other, what="email", value="cleo@holzapfel.example", key="cleo@holzapfel.example", is_shared=True
        ).save()
    unsubscribe(cleo, "news", Public("person:1"), at=now)

    assert may_send("cleo@holzapfel.example", "news", now).yes
    unsubscribe(other, "news", Public("person:2"), at=now)
    assert not may_send("cleo@holzapfel.example", "news", now).yes


def test_an_unknown_purpose_is_a_programmers_mistake(cleo: Person, now: datetime):
    with pytest.raises(ValueError, match="nonsense"):
        may_send(cleo, "nonsense", now)


def test_asking_for_a_hundred_costs_as_many_queries_as_for_one(
    cleo: Person, ana: Member, now: datetime, arranging: Arranging
):
    with arranging():
        many = []
        for number in range(30):
            each = Person(name=f"P{number}", email=f"p{number}@x.example", frequency="monthly" if number % 2 else "")
            each.save()
            many.append(each)
        Consent(
            person=many[0], purpose=Purpose.objects.get(key="news"), decision="refused", at=now, source="said"
        ).save()
    suppress("p3@x.example", ana, at=now)
    mailed("p5@x.example", now)

    def queries(people: list[Person]) -> int:
        with CaptureQueriesContext(connection) as captured:
            may_send_each(people, "news", now)
        return len(captured)

    assert queries(many[1:2]) == queries(many[:3]) == queries(many) <= 5
    refused = {pk: each.reason for pk, each in may_send_each(many, "news", now).items() if not each.yes}
    assert refused == {
        many[0].pk: "objected to this",
        many[3].pk: "nothing is sent to this address",
        many[5].pk: "has had enough mail for now",
    }


# ---- addresses that nothing is sent to ------------------------------------------------------------------------------
def test_a_suppressed_address_gets_answers_and_nothing_else_and_the_row_tells_nobody_the_address(
    cleo: Person, ana: Member, now: datetime
):
    made = suppress(" Cleo@Holzapfel.EXAMPLE ", ana, at=now, reason="complained")

    assert suppress("cleo@holzapfel.example", ana, at=now, reason="complained") == made
    assert may_send(cleo, "news", now).words == (
        "nothing is sent to this address (marked our mail as spam, since 16 November 2026)"
    )
    assert may_send(cleo, "service", now).yes
    assert (len(made.address_digest), "holzapfel" in str(made.values_for_trail())) == (64, False)


def test_for_one_purpose_alone(cleo: Person, ana: Member, now: datetime):
    suppress("cleo@holzapfel.example", ana, at=now, purpose=Purpose.objects.get(key="news"))

    assert [may_send(cleo, key, now).yes for key in ("news", "surveys", "service")] == [False, True, True]


def test_lifted_it_counts_no_more(cleo: Person, ana: Member, now: datetime):
    made = suppress("cleo@holzapfel.example", ana, at=now)

    lift_suppression(made, ana, at=now)

    assert may_send(cleo, "news", now).yes
    assert suppress("cleo@holzapfel.example", ana, at=now) != made


@pytest.mark.parametrize("address", ["", "@", "nobody", "  @ "])
def test_what_is_no_address_is_not_suppressed(organisation: Organisation, ana: Member, now: datetime, address: str):
    with pytest.raises(Refusal, match="no e-mail address"):
        suppress(address, ana, at=now)


def test_it_outlives_the_person_and_a_change_of_the_secret_key(
    cleo: Person, ana: Member, arranging: Arranging, now: datetime, settings: LazySettings
):
    number = suppress_person(cleo, ana, at=now, reason="erased")
    with arranging():
        for point in ContactPoint.objects.filter(person=cleo).order_by("pk"):
            point.delete()
        cleo.email, cleo.erased_at = None, now
        cleo.save()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]

    back = add_person("Cleo", ana, at=now, email="CLEO@holzapfel.example")

    assert (number, may_send(back, "surveys", now).reason) == (1, "nothing is sent to this address")
    assert Suppression.objects.get().address_digest != address_digest("cleo@holzapfel.example")


def test_a_bounce_holds_every_mail_and_marks_the_contact_point(
    cleo: Person, ana: Member, now: datetime, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
):
    async def no_such_user(server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        return "550 5.1.1 No such user"

    monkeypatch.setattr(postbox, "handle_RCPT", no_such_user, raising=False)
    mailed("Cleo@Holzapfel.example", now, purpose="answer", key="a:1")
    send_waiting()

    later = mailed("cleo@holzapfel.example", now, purpose="answer", key="a:2")

    assert (later.status, later.held_reason.startswith("the address does not exist (since")) == ("held", True)
    assert may_send(cleo, "service", now).reason == "the address does not exist"
    assert [point.is_valid for point in cleo.contact_points.all()] == [False]
    assert TrailEntry.objects.filter(action="customers.note_bounce", actor_id="system:outbox").count() >= 1

    lift_suppression(Suppression.objects.get(), ana, at=now, address="cleo@holzapfel.example")
    assert [point.is_valid for point in cleo.contact_points.all()] == [True]


def test_the_outbox_holds_what_they_refused_and_sends_what_answers_them(cleo: Person, ana: Member, now: datetime):
    change_person(cleo, ana, at=now, wants_no_mail=True)

    news, answer = mailed("cleo@holzapfel.example", now), mailed("cleo@holzapfel.example", now, purpose="x", key="a:2")

    assert [(each.status, each.held_reason) for each in (news, answer)] == [
        ("held", "no news by mail wanted"),
        ("waiting", ""),
    ]


def test_who_unsubscribes_while_a_mail_waits_does_not_get_it(cleo: Person, now: datetime, postbox: Postbox):
    waiting = mailed("cleo@holzapfel.example", now)
    unsubscribe(cleo, "news", Public("person:1"), at=now)

    send_waiting()

    waiting.refresh_from_db()
    assert (waiting.status, postbox.mails) == ("held", [])


def test_a_mail_is_named_for_its_purpose_by_whoever_writes_it(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(purposes, "_purpose_of_mail", {"circular": "news"})
    present = purposes.Purposes.present()

    assert [present.of_mail(mail) for mail in ("circular", "acknowledgement", "offers")] == [
        "news",
        "service",
        "offers",
    ]
    assert present.decided_by_customers() == {"circular", "news", "offers", "surveys"}


# ---- preferences ----------------------------------------------------------------------------------------------------
def test_choosing_notes_only_what_changed_with_the_words_that_were_read(
    cleo: Person, now: datetime, arranging: Arranging
):
    by = Public("person:1")
    text = ConsentText.objects.get(purpose__key="offers")
    wanted = {"surveys": False, "news": True, "offers": True}

    set_preferences(cleo, by, at=now, wanted=wanted, texts={"offers": text}, **PREFERS | {"frequency": "quarterly"})
    set_preferences(cleo, by, at=now, wanted=wanted, texts={"offers": text}, **PREFERS | {"frequency": "quarterly"})

    rows = [(each.purpose.key, each.decision, each.source, each.text) for each in Consent.objects.order_by("pk")]
    assert rows == [("surveys", "refused", "centre", None), ("offers", "given", "centre", text)]
    assert (cleo.do_not_ask, cleo.frequency) == (True, "quarterly")


def test_agreeing_again_lifts_what_kept_the_address_from_it(cleo: Person, ana: Member, now: datetime):
    news = Purpose.objects.get(key="news")
    suppress("cleo@holzapfel.example", ana, at=now, reason="unsubscribed", purpose=news)
    suppress("cleo@holzapfel.example", ana, at=now, reason="complained", purpose=news)

    note_consent(cleo, "news", "given", ana, at=now)

    left = Suppression.objects.filter(lifted_at=None).order_by("pk")
    assert [each.reason for each in left] == ["complained"]


@pytest.mark.parametrize("changes", [{"channel": "owl"}, {"frequency": "hourly"}, {"language": "x" * 9}])
def test_a_choice_that_is_not_on_the_list_is_refused(cleo: Person, now: datetime, changes: dict[str, str]):
    with pytest.raises(Refusal):
        set_preferences(cleo, Public("person:1"), at=now, wanted={}, **PREFERS | changes)


def test_new_words_are_a_new_version_and_the_old_ones_stay(cleo: Person, ana: Member, now: datetime):
    offers = Purpose.objects.get(key="offers")

    second = word_consent(offers, {"en": " Yes, write to me. ", "de": ""}, ana, at=now)
    again = word_consent(offers, {"en": "Yes, write to me."}, ana, at=now)

    assert (second.version, second.texts, again) == (2, {"en": "Yes, write to me."}, second)
    assert ConsentText.objects.filter(purpose=offers).count() == 2
    with pytest.raises(Refusal, match="no text"):
        word_consent(offers, {"en": " "}, ana, at=now)


def test_a_decision_before_anything_was_set_up_is_kept(organisation: Organisation, ana: Member, now: datetime):
    person = add_person("Cleo", ana, at=now, email="c@x.example")

    unsubscribe(person, "news", Public("person:1"), at=now)

    assert may_send(person, "news", now).reason == "objected to this"


def test_jobs_may_note_what_a_server_says(cleo: Person, now: datetime):
    note_bounce("nobody@known.example", "550", System("outbox"), at=now)

    assert Suppression.objects.get().reason == "bounced"
