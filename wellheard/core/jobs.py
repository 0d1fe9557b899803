"""Jobs: actions, later. A job takes ids, fetches, calls one action, and is harmless when run twice.

`@every(seconds=5)` puts a job on the schedule; each run is claimed in the database, so several workers do it once. What is
to be done once, later, is a function with `@django_tasks.task()` that `soon` hands to the queue after the commit.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks.base import Task

from wellheard.core import outbox
from wellheard.core.actors import System
from wellheard.core.models.jobs import JobRun
from wellheard.core.trail.checkpoints import take_checkpoint
from wellheard.core.trail.seals import SEALED, seal_waiting
from wellheard.core.webhooks import sending as webhooks

logger = logging.getLogger(__name__)
GIVEN_UP_AFTER = timedelta(minutes=30)


@dataclass(frozen=True)
class Scheduled:
    name: str
    run: Callable[[], object]
    seconds: int


SCHEDULE: dict[str, Scheduled] = {}


def every(*, seconds: int) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Run the job once in each slot of this many seconds."""

    def register(function: Callable[[], object]) -> Callable[[], object]:
        name = f"{function.__module__.removeprefix('wellheard.')}.{function.__name__}"
        SCHEDULE[name] = Scheduled(name, function, seconds)
        return function

    return register


def slot_of(now: datetime, seconds: int) -> datetime:
    """The start of the slot that `now` lies in."""
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, tz=UTC)


def claim(job: Scheduled, now: datetime) -> bool:
    """Take the slot that `now` lies in, unless another worker has. What a worker began and died over is begun again."""
    slot = slot_of(now, job.seconds)
    given_up = Q(slot=slot, ended_at=None, started_at__lt=now - GIVEN_UP_AFTER)
    free = JobRun.objects.filter(Q(slot__lt=slot) | given_up, name=job.name)
    if free.update(slot=slot, started_at=now, ended_at=None):
        return True
    if JobRun.objects.filter(name=job.name).exists():
        return False
    try:
        with transaction.atomic():
            JobRun.objects.create(name=job.name, slot=slot, started_at=now)
    except IntegrityError:
        return False
    return True


def run_due(job: Scheduled, now: datetime | None = None) -> bool:
    """Claim and run; a fault is logged and kept, and never stops the worker."""
    now = now or timezone.now()
    if not claim(job, now):
        return False
    ended: dict[str, object] = {}
    try:
        job.run()
    except Exception as fault:
        logger.exception("The job %s failed", job.name)
        ended = {"fault": f"{type(fault).__name__}: {fault}"[:2000], "fault_at": now}
    JobRun.objects.filter(name=job.name).update(ended_at=timezone.now(), **ended)
    return True


def soon(job: Task[..., Any], *given: Any) -> None:
    """Have a worker do this once what is being written is committed; never when it is rolled back."""
    transaction.on_commit(lambda: job.enqueue(*given))


@every(seconds=2)
def send_mail() -> int:
    """Send what waits in the outbox."""
    return outbox.send_waiting()


@every(seconds=2)
def send_webhooks() -> int:
    """Tell other programs what waits to be told."""
    return webhooks.send_waiting()


@every(seconds=24 * 3600)
def forget_old_deliveries() -> int:
    """Remove what was told long ago."""
    return webhooks.forget_old()


@every(seconds=5)
def seal_rows() -> int:
    """Seal what arrived too quickly for an entry each."""
    return sum(1 for kind in list(SEALED) if seal_waiting(kind) is not None)


@every(seconds=24 * 3600)
def daily_checkpoint() -> None:
    """Keep the trail's head once a day."""
    take_checkpoint(System("checkpoints"), at=timezone.now())
