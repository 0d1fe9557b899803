"""Approved mailings are written into the outbox in slices, so that one can be stopped and none keeps the others waiting."""

import logging

from django.utils import timezone

from wellheard.core.actors import System
from wellheard.core.errors import Refusal
from wellheard.core.jobs import every
from wellheard.customers.actions.messages import end_mailing, leave_out_recipient, write_to_recipient
from wellheard.customers.models import Mailing, MailingRecipient

logger = logging.getLogger(__name__)
AT_ONCE = 100
MAILINGS = System("mailings")


@every(seconds=5)
def write_mailings() -> int:
    """The next slice of every mailing that is being sent; gives how many people were looked at."""
    return sum(write_slice(mailing) for mailing in Mailing.objects.filter(status=Mailing.Status.SENDING).order_by("pk"))


def write_slice(mailing: Mailing) -> int:
    """Write to the next people who wait; with the last one the mailing has ended."""
    waiting = MailingRecipient.objects.filter(mailing=mailing, status=MailingRecipient.Status.WAITING)
    some = list(waiting.order_by("pk")[:AT_ONCE])
    for recipient in some:
        now = timezone.now()
        try:
            write_to_recipient(recipient, MAILINGS, at=now)
        except Refusal as refusal:
            leave_out_recipient(recipient, refusal.sentence, MAILINGS, at=now)
        except Exception:
            logger.exception("A message of %s could not be written", mailing.reference)
            leave_out_recipient(recipient, "it could not be written", MAILINGS, at=now)
    fresh = Mailing.objects.get(pk=mailing.pk)
    if fresh.status == Mailing.Status.SENDING and not waiting.exists():
        end_mailing(fresh, MAILINGS, at=timezone.now())
    return len(some)
