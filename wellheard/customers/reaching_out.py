"""How consent and messages take part in what stands below and beside them; registered when the program starts."""

from collections.abc import Iterator
from datetime import datetime

from wellheard.core.actors import Actor, System
from wellheard.core.models import OutboxMessage
from wellheard.core.outbox import register_bounce_hook, register_gate
from wellheard.customers import consent_part
from wellheard.customers.actions.consent import note_bounce
from wellheard.customers.consent import mail_gate
from wellheard.customers.lineage import lineage_of
from wellheard.customers.models import Account, MailingRecipient, Person
from wellheard.customers.timeline import TimelineItem, register_source, until_moment


def bounced(to: str, said: str, at: datetime) -> None:
    """A mail server does not know this address."""
    note_bounce(to, said, System("outbox"), at=at)


def written(record: Account | Person, actor: Actor, until: datetime | None, most: int) -> Iterator[TimelineItem]:
    """The mailings that this customer got."""
    rows = MailingRecipient.objects.visible_to(actor).filter(
        until_moment("message__written_at", until), person__in=lineage_of(record).people, message__isnull=False
    )
    rows = rows.select_related("person", "mailing__template", "message").order_by("-message__written_at", "-pk")
    for each in rows[:most]:
        message = each.message
        if message is None:
            continue
        unsent = message.status in {OutboxMessage.Status.HELD, OutboxMessage.Status.FAILED}
        fate = f" ({message.get_status_display()})" if unsent else ""
        yield TimelineItem(
            at=message.written_at,
            text=f"{each.person} was written to: “{message.subject}”{fate}",
            url=each.mailing.get_absolute_url(),
            link=each.mailing.reference,
        )


def register() -> None:
    """Ask us about every mail that leaves, tell us of addresses that do not exist."""
    register_gate(mail_gate)
    register_bounce_hook(bounced)
    consent_part.register()
    register_source(written, "told")
