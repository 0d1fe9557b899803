"""Verdicts come by themselves, on the day on which the last month is over."""

import logging
from datetime import timedelta

from django.utils import timezone

from wellheard.core.actors import System
from wellheard.core.errors import Refusal
from wellheard.core.jobs import every
from wellheard.improvement.actions import judge
from wellheard.improvement.actions.shared import day_at
from wellheard.improvement.models import CorrectiveAction

logger = logging.getLogger(__name__)


@every(seconds=3600)
def judge_due() -> int:
    """Judge every action whose follow-up has passed, and ask its verifier; once judged, an action is not found again.

    A measure that can't be computed is logged and tried again in an hour; it stops no other action.
    """
    now = timezone.now()
    # A day ahead: it is tomorrow already at some sites. Whether the last day is over there is asked for each action.
    tomorrow = now.date() + timedelta(days=1)
    due = CorrectiveAction.objects.with_measurements_complete(tomorrow).select_related("site")
    judged = 0
    for action in due:
        plan = action.plan
        if plan is None or not plan.is_over(day_at(now, action.site)):
            continue
        try:
            judge(action, System("verdicts"), at=now)
        except Refusal as refusal:
            logger.warning("%s could not be judged: %s", action.reference, refusal.sentence)
        else:
            judged += 1
    return judged
