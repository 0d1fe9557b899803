"""No objection is lost: not behind a merge, not behind an older agreement, not by a clock that lags."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wellheard.conftest import SETUP, Arranging
from wellheard.core.actors import Public
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Organisation, Site
from wellheard.core.outbox import reason_to_hold
from wellheard.customers.actions import (
    add_person,
    note_consent,
    set_preferences,
    set_up_purposes,
    suppress,
    unsubscribe,
)
from wellheard.customers.actions.duplicates import merge, undo_merge
from wellheard.customers.consent import may_send
from wellheard.customers.models import Consent, Person, Purpose, Suppression

pytestmark = pytest.mark.django_db


@pytest.fixture
def cleo(organisation: Organisation, ana: Member, leipzig: Site, now: datetime) -> Person:
    set_up_purposes(SETUP, at=now)
    return add_person("Cleo Holzapfel", ana, at=now, email="cleo@holzapfel.example", site=leipzig)


@pytest.fixture
def double(cleo: Person, ana: Member, leipzig: Site, now: datetime) -> Person:
    return add_person("Cleo Holzapfl", ana, at=now, email="cleo.h@holzapfel.example", site=leipzig)


def test_a_decision_about_a_merged_person_counts_for_whoever_stands_for_them(
    cleo: Person, double: Person, ana: Member, now: datetime
):
    merge("person", cleo.pk, double.pk, ana, at=now)
    stale = Person.objects.get(pk=double.pk)

    made = note_consent(stale, "news", "withdrawn", ana, at=now)

    assert made.person_id == cleo.pk
    assert not may_send(cleo, "news", now).yes


@pytest.mark.parametrize("way", ["link", "centre"])
def test_who_is_merged_while_their_page_is_open_is_heard_all_the_same(
    cleo: Person, double: Person, ana: Member, now: datetime, way: str
):
    merge("person", cleo.pk, double.pk, ana, at=now)
    public = Public(f"person:{double.pk}")

    if way == "link":
        unsubscribe(double, "news", public, at=now)
    else:
        set_preferences(double, public, at=now, wanted={"news": False}, wants_no_mail=True)

    cleo.refresh_from_db()
    assert not may_send(cleo, "news", now).yes
    assert not Consent.objects.filter(person=double).exists()


def test_what_an_erased_person_sends_meanwhile_is_not_kept(cleo: Person, now: datetime, arranging: Arranging):
    with arranging():
        cleo.erased_at = now
        cleo.save()

    with pytest.raises(Refusal):
        set_preferences(cleo, Public("x"), at=now, wanted={"news": True})
    unsubscribe(cleo, "news", Public("x"), at=now)

    assert not Consent.objects.exists()


def test_an_agreement_of_before_does_not_lift_what_they_refused_later(cleo: Person, ana: Member, now: datetime):
    news = Purpose.objects.get(key="news")
    suppress("cleo@holzapfel.example", ana, at=now, reason=Suppression.Reason.UNSUBSCRIBED, purpose=news)

    note_consent(cleo, "news", "given", ana, at=now, decided_at=now - timedelta(days=400))
    assert not may_send(cleo, "news", now).yes

    note_consent(cleo, "news", "given", ana, at=now + timedelta(days=1))
    assert may_send(cleo, "news", now + timedelta(days=1)).yes


def test_the_unsubscribe_link_counts_after_an_agreement_noted_a_little_ahead(cleo: Person, ana: Member, now: datetime):
    note_consent(cleo, "news", "given", ana, at=now + timedelta(minutes=3))

    unsubscribe(cleo, "news", Public("x"), at=now)

    assert not may_send(cleo, "news", now + timedelta(hours=1)).yes


def test_what_two_refused_as_one_holds_for_both_when_the_merge_is_taken_back(
    cleo: Person, double: Person, ana: Member, now: datetime
):
    made = merge("person", cleo.pk, double.pk, ana, at=now)
    later = now + timedelta(days=1)
    unsubscribe(Person.objects.get(pk=cleo.pk), "news", Public("x"), at=later)
    set_preferences(
        Person.objects.get(pk=cleo.pk), Public("x"), at=later, wanted={"surveys": False}, wants_no_mail=True
    )

    undo_merge(made, ana, at=later + timedelta(hours=1), reason="Two cousins")

    for pk in (cleo.pk, double.pk):
        person = Person.objects.get(pk=pk)
        assert person.wants_no_mail
        assert person.do_not_ask
        decided = {each.purpose.key: each.decision for each in person.consents.order_by("at", "pk")}
        assert decided["news"] == "withdrawn"


@pytest.mark.parametrize(("purpose", "questions"), [("acknowledgement", 2), ("news", 4)])
def test_a_mail_is_asked_about_in_a_few_questions(purpose: str, questions: int, cleo: Person):
    with CaptureQueriesContext(connection) as asked:
        assert reason_to_hold("cleo@holzapfel.example", purpose) == ""

    assert len(asked) == questions
