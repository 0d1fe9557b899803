"""How consent and messages take part in what stands below and beside them; registered when the program starts."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from wellheard.core.actors import Actor, System
from wellheard.core.models import OutboxMessage
from wellheard.core.outbox import register_bounce_hook, register_gate
from wellheard.customers import consent_part
from wellheard.customers.actions.consent import note_bounce
from wellheard.customers.consent import mail_gate
from wellheard.customers.lineage import lineage_of
from wellheard.customers.models import Account, MailingRecipient, Person
from wellheard.customers.timeline import TimelineItem, register_source, until_moment

ASKING = "surveys"
"""The purpose of mailings that ask."""


def bounced(to: str, said: str, at: datetime) -> None:
    """A mail server does not know this address."""
    note_bounce(to, said, System("outbox"), at=at)


def written(record: Account | Person, actor: Actor, until: datetime | None, most: int) -> Iterator[TimelineItem]:
    """The mailings that this customer got, but for those that ask."""
    rows = _mailings(record, actor, until).exclude(mailing__template__purpose__key=ASKING)
    return _told(rows, "was written to", most)


def asked(record: Account | Person, actor: Actor, until: datetime | None, most: int) -> Iterator[TimelineItem]:
    """The mailings by which this customer was asked for their opinion."""
    return _told(_mailings(record, actor, until).filter(mailing__template__purpose__key=ASKING), "was asked", most)


def _mailings(record: Account | Person, actor: Actor, until: datetime | None) -> QuerySet[MailingRecipient]:
    return MailingRecipient.objects.visible_to(actor).filter(
        until_moment("message__written_at", until), person__in=lineage_of(record).people, message__isnull=False
    )


def _told(rows: QuerySet[MailingRecipient], verb: str, most: int) -> Iterator[TimelineItem]:
    rows = rows.select_related("person", "mailing__template", "message").order_by("-message__written_at", "-pk")
    for each in rows[:most]:
        message = each.message
        if message is None:
            continue
        unsent = message.status in {OutboxMessage.Status.HELD, OutboxMessage.Status.FAILED}
        fate = f" ({message.get_status_display()})" if unsent else ""
        yield TimelineItem(
            at=message.written_at,
            text=f"{each.person} {verb}: “{message.subject}”{fate}",
            url=each.mailing.get_absolute_url(),
            link=each.mailing.reference,
        )


def register() -> None:
    """Ask us about every mail that leaves, tell us of addresses that do not exist."""
    register_gate(mail_gate)
    register_bounce_hook(bounced)
    consent_part.register()
    register_source(written, "told")
    register_source(asked, "asked")
