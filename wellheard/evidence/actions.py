"""What is done with the trail: it is checked, and a restored backup is declared in it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from wellheard.core import access
from wellheard.core.action import action, detail
from wellheard.core.actors import Actor, Role
from wellheard.core.models import Member, Task, TrailHead
from wellheard.core.tasks import end_task, open_task
from wellheard.core.trail.append import CHAIN
from wellheard.core.trail.verify import Report, verify
from wellheard.evidence.models import GapCount, TrailCheck
from wellheard.evidence.snapshot import one_moment

FAULTS_KEPT = 20
MEND = "mend_trail"


def check_trail(by: Actor, *, at: datetime) -> TrailCheck:
    """Check the whole trail and keep the result. A fault becomes a task of every administrator; a whole trail ends it.

    The walk comes first, by itself: within the action it would hold the database's write lock for as long as it takes.
    """
    access.require(by, "evidence.check_trail")
    with one_moment():
        report = verify()
        head = TrailHead.objects.get(chain=CHAIN).digest
    return keep_check(report, head, by, at=at)


@action("evidence.check_trail")
def keep_check(report: Report, head_digest: str, by: Actor, *, at: datetime) -> TrailCheck:
    """Keep what a check found."""
    check = TrailCheck(
        at=at,
        entries=report.entries,
        checkpoints=report.checkpoints,
        is_whole=report.ok,
        first_broken="" if report.first_broken is None else str(report.first_broken),
        faults=report.faults[:FAULTS_KEPT],
        head_digest=head_digest,
    )
    check.save()
    if report.ok:
        _end_alarms(by, at)
    else:
        _alarm(check, by, at)
    return check


def _alarm(check: TrailCheck, by: Actor, at: datetime) -> None:
    warned = set(Task.objects.filter(verb=MEND, status=Task.Status.OPEN).values_list("owner_id", flat=True))
    for administrator in _administrators():
        if administrator.pk not in warned:
            open_task(
                administrator,
                "Find out who changed the trail",
                by,
                at=at,
                note=str(check.faults[0]),
                verb=MEND,
                due_at=at,
                button="See what is broken",
                url=reverse("evidence:trail"),
            )


def _administrators() -> Sequence[Member]:
    return list(Member.objects.filter(grants__role=Role.ADMINISTRATOR, is_active=True).distinct().order_by("pk"))


def _end_alarms(by: Actor, at: datetime) -> None:
    for task in Task.objects.filter(verb=MEND, status=Task.Status.OPEN):
        end_task(task, by, at=at)


@action("evidence.count_gaps")
def keep_count(
    edition: str, on: date, by_basis: dict[str, int], foremost: list[dict[str, Any]], by: Actor, *, at: datetime
) -> GapCount:
    """Keep how many gaps there are today; counted again on the same day, the newer count stands."""
    count = GapCount.objects.filter(edition=edition, on=on).first() or GapCount(edition=edition, on=on)
    count.counted_at, count.by_basis, count.foremost = at, by_basis, foremost
    count.save()
    return count


@action("evidence.declare_restore")
def declare_restore(by: Actor, *, at: datetime, backup_of: str, file_digest: str, entries: int, head: str) -> None:
    """Say in the trail that everything now continues from a backup: what came after it is gone, and that is on record."""
    detail(backup_of=backup_of, file=file_digest, entries=entries, head=head)
