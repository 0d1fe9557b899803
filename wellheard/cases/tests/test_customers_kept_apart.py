"""Erasure, holds and retention reach the one person that they are meant for, and nobody beside them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from wellheard.cases.actions import acknowledge
from wellheard.cases.customer_holdings import forget_old
from wellheard.cases.models import Case, Entry
from wellheard.conftest import Arranging
from wellheard.core.action import acting
from wellheard.core.actors import System
from wellheard.core.models import Member, Organisation, OutboxMessage, Site
from wellheard.core.outbox import post
from wellheard.customers.access_file import written
from wellheard.customers.actions import add_person, set_up_purposes
from wellheard.customers.actions.duplicates import merge
from wellheard.customers.actions.privacy import (
    check_identity,
    erase,
    erase_on,
    month_later,
    outdated,
    receive_request,
    set_hold,
)
from wellheard.customers.consent import may_send
from wellheard.customers.models import Person
from wellheard.feedback.actions import hear
from wellheard.ground.text.removing import REMOVED

pytestmark = pytest.mark.django_db
SHARED = "garden@town.example"


@pytest.fixture
def two(organisation: Organisation, ana: Member, leipzig: Site, now: datetime) -> tuple[Person, Person]:
    """Cleo and Dora, who read one address."""
    set_up_purposes(System("purposes"), at=now)
    cleo, dora = (
        add_person(name, ana, at=now, email=SHARED, site=leipzig, is_shared=True)
        for name in ("Cleo Winter", "Dora Summer")
    )
    return cleo, dora


def test_who_shares_an_address_with_an_erased_person_keeps_their_mail(
    two: tuple[Person, Person], ana: Member, now: datetime
):
    cleo, dora = two
    post(SHARED, "For Dora Summer", "Dear Dora Summer, it is done.", key="d", purpose="acknowledgement", at=now)
    request = receive_request(cleo, "erasure", ana, at=now)
    check_identity(request, "She called.", ana, at=now)

    assert "Dora" not in "".join(written(request))
    erase_on(erase(request, ana, at=now), at=now)

    mail = OutboxMessage.objects.get(key="d")
    assert (mail.to, mail.status, mail.subject) == (SHARED, OutboxMessage.Status.WAITING, "For Dora Summer")
    assert may_send(Person.objects.get(pk=dora.pk), "news", now).yes


def test_a_hold_keeps_what_came_with_a_merged_duplicate(
    organisation: Organisation, ana: Member, leipzig: Site, now: datetime, arranging: Arranging
):
    cleo = add_person("Cleo Winter", ana, at=now, email="cleo@winter.example", site=leipzig)
    double = add_person("Cleo Wintr", ana, at=now, email="c@winter.example", site=leipzig)
    said = hear("Nobody picks up.", ana, at=now, source="phone", heard_at=now, person=double)
    merge("person", cleo.pk, double.pk, ana, at=now)
    with arranging():  # as sealed rows do, it goes on naming whom it came with
        said.refresh_from_db()
        said.person_id = double.pk
        said.save()
    set_hold(Person.objects.get(pk=cleo.pk), "A dispute.", ana, at=now)

    assert not outdated("feedback.statements", 24, now + timedelta(days=800)).exists()


def test_a_hold_keeps_the_mails_too(organisation: Organisation, ana: Member, leipzig: Site, now: datetime):
    cleo = add_person("Cleo Winter", ana, at=now, email="Cleo@Winter.example", site=leipzig)
    for to in ("Cleo@winter.example", "other@winter.example"):
        post(to, "News", "…", key=to, purpose="acknowledgement", at=now)
    OutboxMessage.objects.update(status="sent", next_try_at=None)
    set_hold(cleo, "A dispute.", ana, at=now)

    rows = outdated("core.mails", 24, now + timedelta(days=800))

    assert [each.to for each in rows.order_by("pk")] == ["other@winter.example"]


def test_retention_of_cases_takes_each_customer_out_of_their_own_case(
    opened: Callable[..., Case], ben: Member, now: datetime
):
    mine = opened(contact_name="Cleo Winter", title="Leak")
    other = opened(contact_name="Anna Best", contact_email="a@best.example", title="In Winter the pump froze")
    for case, name in ((mine, "Cleo Winter"), (other, "Anna Best")):
        acknowledge(case, ben, at=now, text=f"Dear {name}, your best offer for Winter follows.")

    with acting("tests.retention", System("retention"), now):
        forget_old([mine.pk, other.pk], System("retention"), now)

    other.refresh_from_db()
    assert other.title == "In Winter the pump froze"
    texts = [each.text for each in Entry.objects.filter(what=Entry.What.MESSAGE_OUT).order_by("case_id")]
    assert "Cleo" not in texts[0]
    assert "Anna" not in texts[1]
    assert f"Dear {REMOVED}" in texts[1]
    assert "for Winter follows" in texts[1]


def test_a_month_runs_from_the_day_on_our_clocks(organisation: Organisation, ana: Member, leipzig: Site, now: datetime):
    cleo = add_person("Cleo Winter", ana, at=now, site=leipzig)
    received = datetime.fromisoformat("2026-11-10T00:30:00+01:00")

    with timezone.override("Europe/Berlin"):
        request = receive_request(cleo, "access", ana, at=now, received_at=received.astimezone(UTC))

    assert request.due_on == month_later(received.date())
