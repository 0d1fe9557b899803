"""What the worker does: it checks the trail once a day, and counts what is missing."""

from django.utils import timezone
from django_tasks import task

from wellheard.core.actors import System
from wellheard.core.jobs import every
from wellheard.core.models import Member, TrailHead
from wellheard.core.trail.append import CHAIN
from wellheard.evidence.actions import check_trail, keep_count
from wellheard.evidence.gaps import by_basis, gravest, states_of
from wellheard.evidence.models import GapCount
from wellheard.evidence.periods import last_year
from wellheard.evidence.standards import DEFAULT_EDITION, get_edition

CHECKER = System("trail check")
COUNTER = System("gaps")
FOREMOST = 10


@every(seconds=24 * 3600)
def check_trail_daily() -> None:
    """Check the whole trail; a fault becomes a task of every administrator."""
    if TrailHead.objects.get(chain=CHAIN).seq:
        check_trail(CHECKER, at=timezone.now())
        # The check is itself a piece of evidence: at the first start, home would say for an hour that it is missing.
        count_gaps()


@task()
def check_trail_for(member_id: int) -> None:
    """Check the whole trail because a member asked for it; the result is on the trail's page."""
    check_trail(Member.objects.get(pk=member_id), at=timezone.now())


@every(seconds=3600)
def count_gaps() -> None:
    """Count what is missing, for the home page. An hour in which nothing changed leaves no entry."""
    edition = get_edition(DEFAULT_EDITION)
    if edition is None:
        return
    now = timezone.now()
    today = timezone.localdate(now)
    states = states_of(edition, *last_year(today), COUNTER)
    counts = by_basis(states)
    foremost = [
        {
            "slug": found.rule.slug,
            "title": found.gap.label or found.rule.title,
            "note": f"{found.rule.title}" if found.gap.label else found.gap.sentence,
            "kind": found.gap.kind,
            "id": found.gap.record_id,
            "owner": found.gap.owner,
        }
        for found in gravest(states, FOREMOST)
    ]
    known = GapCount.objects.filter(edition=edition.year, on=today).first()
    if known is None or (known.by_basis, known.foremost) != (counts, foremost):
        keep_count(edition.year, today, counts, foremost, COUNTER, at=now)
