"""Erasures that go on in slices, and retention every night."""

import logging

from django.utils import timezone

from wellheard.core.jobs import every
from wellheard.customers.actions.privacy import apply_all_retention, erase_on
from wellheard.customers.models import PrivacyRequest

logger = logging.getLogger(__name__)


@every(seconds=5)
def erase_waiting() -> int:
    """Go on with every erasure that was begun; one that fails says so on its page, and is tried again."""
    waiting = list(PrivacyRequest.objects.filter(status=PrivacyRequest.Status.ERASING).order_by("pk"))
    for request in waiting:
        try:
            erase_on(request, at=timezone.now(), slices=20)
        except Exception as fault:
            logger.exception("The erasure %s stopped", request.reference)
            request.refresh_from_db()
            note_fault(request, type(fault).__name__)
    return len(waiting)


def note_fault(request: PrivacyRequest, said: str) -> None:
    """What stopped it stands on its page until the next slice succeeds."""
    request.fault = said
    request.save(update_fields=["fault"])


@every(seconds=24 * 3600)
def apply_retention() -> None:
    """Make nameless what is older than its rule allows."""
    apply_all_retention(timezone.now())
