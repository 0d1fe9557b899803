"""What customers answered becomes heard: within seconds, once, however many workers there are."""

import logging
from datetime import datetime
from time import monotonic

from django.db import transaction
from django.utils import timezone

from wellheard.core.actors import System
from wellheard.core.jobs import every
from wellheard.customers.current import current
from wellheard.feedback.actions import hear
from wellheard.feedback.models import Source
from wellheard.surveys.models import Channel, Response

logger = logging.getLogger(__name__)
NOTICER = System("surveys.notice_answers")
AGAIN_AFTER_SECONDS = 60.0
MOST_FAILED = 10_000
_failed: dict[int, float] = {}
"""Responses that this worker could not pass on, and from when on it tries them again."""
SOURCES = {Channel.PHONE.value: Source.PHONE.value}


@every(seconds=2)
def notice_answers() -> int:
    """Pass new responses on as statements, so that listening rules react to them."""
    return notice_waiting(at=timezone.now())


def notice_waiting(*, at: datetime, most: int = 200) -> int:
    """Hear what nobody has heard yet, oldest first; gives how many were passed on.

    Each response is a transaction of its own: one that fails is logged and tried again a minute later, and holds up no
    other, however many fail.
    """
    begun = monotonic()
    for pk in [pk for pk, until in _failed.items() if until <= begun]:
        del _failed[pk]
    # What was left out before anyone heard it (a test) raises no alarm; should it count again, it is heard then.
    waiting = (
        Response.objects.counted()
        .filter(noticed_at__isnull=True)
        .exclude(pk__in=list(_failed)[:MOST_FAILED])
        .order_by("pk")
        .values_list("pk", flat=True)[:most]
    )
    heard = 0
    for pk in list(waiting):
        try:
            heard += _notice(pk, at)
        except Exception:
            logger.exception("Response %s could not be heard; it will be tried again", pk)
            _failed[pk] = begun + AGAIN_AFTER_SECONDS
    return heard


def _notice(pk: int, at: datetime) -> bool:
    """Claim one response and hear it; no when another worker has it, or there is nothing in it to hear."""
    with transaction.atomic():
        response = (
            Response.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("person", "account", "site")
            .filter(pk=pk, noticed_at__isnull=True, left_out="")
            .first()
        )
        if response is None:
            return False
        is_heard = _hear(response, at)
        Response.objects.filter(pk=pk).update(noticed_at=at)
    return is_heard


def _hear(response: Response, at: datetime) -> bool:
    answers = list(response.answers.select_related("question").order_by("question__position", "question_id"))
    words = [each.text for each in answers if each.text and each.text.strip() and not each.question.is_detail]
    rated = next((each for each in answers if each.score is not None), None)
    if not words and rated is None:
        return False
    hear(
        "\n\n".join(words),
        NOTICER,
        at=at,
        source=SOURCES.get(response.channel, Source.SURVEY.value),
        heard_at=response.answered_at,
        typed_at=response.received_at,
        # The answer is sealed with whom it came from; they may be one with somebody else by now.
        person=current(response.person) if response.person else None,
        account=current(response.account) if response.account else None,
        site=response.site,
        segment=response.segment,
        segments=response.segments,
        language=response.language,
        rating=rated.score if rated else None,
        rating_scale=rated.question.kind_of_question if rated else "",
        origin=response,
    )
    return True
