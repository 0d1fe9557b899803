"""What happens by itself with interested parties: segments are parties, and needs are measured again."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from wellheard.core import access
from wellheard.core.actors import System
from wellheard.core.jobs import every
from wellheard.customers.actions.parties import keep_party
from wellheard.customers.models import PartyNeed, Segment
from wellheard.customers.needs import look

logger = logging.getLogger(__name__)
KEEPER = System("parties")


@every(seconds=24 * 3600)
def keep_parties_of_segments() -> int:
    """Every segment in use has its entry in the register; gives how many were made."""
    access.require(KEEPER, "customers.add_party")
    at = timezone.now()
    without = list(Segment.objects.filter(party__isnull=True, retired_at=None).order_by("pk"))
    for segment in without:
        keep_party(segment, KEEPER, at=at)
    return len(without)


@every(seconds=6 * 3600)
def measure_needs() -> int:
    """Look at every need's indicator again; gives how many were looked at."""
    at = timezone.now()
    needs = PartyNeed.objects.filter(retired_at=None, party__retired_at=None).exclude(indicator="")
    number = 0
    for pk in list(needs.order_by("pk").values_list("pk", flat=True)):
        try:
            number += _measure(pk, at)
        except Exception:  # an indicator that fails must not keep the others from being looked at
            logger.exception("The need %s could not be measured", pk)
    return number


def _measure(pk: int, at: datetime) -> bool:
    """Look at one need as it is now, locked, so that nobody chooses another indicator while this one is read."""
    with transaction.atomic():
        rows = PartyNeed.objects.select_for_update(no_key=True).filter(pk=pk, retired_at=None)
        need = rows.exclude(indicator="").first()
        if need is None:
            return False
        look(need, at=at, today=timezone.localdate(at)).save(update_fields=["met", "reading", "measured_at"])
    return True
