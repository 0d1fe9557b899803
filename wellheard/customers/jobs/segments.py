"""Every night: who belongs to which segment."""

import logging

from django.utils import timezone

from wellheard.core.actors import System
from wellheard.core.jobs import every
from wellheard.customers.segmenting.running import renew_all

logger = logging.getLogger(__name__)
LOOKER = System("segments")


@every(seconds=24 * 3600)
def renew_segments() -> int:
    """Look at every segment in use; gives how many could not be told. Their members stay as they are."""
    refused = renew_all(LOOKER, at=timezone.now())
    for pk, sentence in refused.items():
        logger.warning("Segment %s was not renewed: %s", pk, sentence)
    return len(refused)
