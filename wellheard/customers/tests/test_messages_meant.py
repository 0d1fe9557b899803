"""What is sent is what was looked at, for the purpose that was approved, to those who still want it."""

from datetime import datetime

import pytest

from wellheard.conftest import SETUP, Postbox
from wellheard.core.actors import Public
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Organisation, OutboxMessage, Site
from wellheard.core.outbox import send_waiting
from wellheard.customers.actions import (
    add_person,
    approve_mailing,
    change_template,
    draft_mailing,
    set_up_purposes,
    unsubscribe,
    write_template,
)
from wellheard.customers.jobs import messages as job
from wellheard.customers.models import MessageTemplate, Person, Purpose

pytestmark = pytest.mark.django_db
SHARED = "garden@town.example"


@pytest.fixture
def template(organisation: Organisation, ana: Member, now: datetime) -> MessageTemplate:
    set_up_purposes(SETUP, at=now)
    texts = {"en": {"subject": "News", "text": "Dear {person.name}, it is done."}}
    return write_template("It is done", Purpose.objects.get(key="news"), texts, ana, at=now)


@pytest.fixture
def two(template: MessageTemplate, ana: Member, leipzig: Site, now: datetime) -> tuple[Person, Person]:
    """Cleo and Dora, who read one address."""
    cleo, dora = (
        add_person(name, ana, at=now, email=SHARED, site=leipzig, is_shared=True)
        for name in ("Cleo Winter", "Dora Summer")
    )
    return cleo, dora


def test_words_that_nobody_looked_at_are_not_approved(
    template: MessageTemplate, two: tuple[Person, Person], ana: Member, now: datetime
):
    mailing = draft_mailing(template, ana, at=now, owner=ana, people=[two[0]])
    seen = template.fingerprint()
    change_template(template, ana, at=now, texts={"en": {"subject": "Other", "text": "words"}})

    with pytest.raises(Refusal, match="changed since you looked"):
        approve_mailing(mailing, ana, at=now, seen=seen)
    mailing.refresh_from_db()
    assert mailing.status == "draft"

    approve_mailing(mailing, ana, at=now, seen=MessageTemplate.objects.get(pk=template.pk).fingerprint())


def test_an_approved_mailing_keeps_its_purpose(
    template: MessageTemplate, two: tuple[Person, Person], ana: Member, now: datetime
):
    service = Purpose.objects.get(key="service")
    change_template(template, ana, at=now, purpose=Purpose.objects.get(key="surveys"))
    change_template(template, ana, at=now, purpose=Purpose.objects.get(key="news"))
    approve_mailing(draft_mailing(template, ana, at=now, owner=ana, people=two), ana, at=now)

    with pytest.raises(Refusal, match="write a new template"):
        change_template(template, ana, at=now, purpose=service)


def test_who_shares_an_address_stops_their_own_mail_until_the_last_moment(
    template: MessageTemplate, two: tuple[Person, Person], ana: Member, now: datetime, postbox: Postbox
):
    cleo, _ = two
    mailing = approve_mailing(draft_mailing(template, ana, at=now, owner=ana, people=[cleo]), ana, at=now)
    job.write_slice(mailing)
    assert OutboxMessage.objects.get().status == OutboxMessage.Status.WAITING

    unsubscribe(cleo, "news", Public("x"), at=now)
    send_waiting()

    assert OutboxMessage.objects.get().status == OutboxMessage.Status.HELD
