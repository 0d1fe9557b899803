"""What evidence itself shows: that the records are guarded. Its own checks of the trail are collected like everything else."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone

from wellheard.core.actors import Actor
from wellheard.core.templatetags.words import counted
from wellheard.evidence.collectors import Collector, Gap, GapRule, Item, register_collector, register_gap_rule
from wellheard.evidence.models import TrailCheck

TRAIL = "information.trail"


def trail_checks(site_id: int | None, first: date, last: date, actor: Actor) -> Iterator[Item]:
    """The checks of the trail. It is one for the whole organisation, so a single site has none of its own."""
    if site_id is not None:
        return
    zone = timezone.get_current_timezone()
    begin = datetime.combine(first, time.min, zone)
    end = datetime.combine(last + timedelta(days=1), time.min, zone)
    rows = TrailCheck.objects.visible_to(actor).filter(at__gte=begin, at__lt=end).order_by("at", "pk")
    for check in rows.iterator(chunk_size=500):
        yield Item(
            kind=check.kind,
            record_id=check.pk,
            label=f"{counted(check.entries, 'entry,entries')} checked: {'whole' if check.is_whole else 'broken'}",
            url=reverse("evidence:trail"),
            on=timezone.localdate(check.at),
            received_at=check.at,
            digest=check.head_digest,
        )


def broken_trail(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    """The newest check found the trail broken."""
    check = TrailCheck.objects.visible_to(actor).order_by("at", "pk").last()
    if check is not None and not check.is_whole:
        yield Gap(
            sentence=f"{check.faults[0]} What the records say can no longer be proven by the trail alone.",
            kind=check.kind,
            record_id=check.pk,
            label="The trail is broken",
            url=reverse("evidence:trail"),
            owner="the administrators",
        )


register_collector(Collector(TRAIL, "evidence.trail_checks", "Checks of the trail", trail_checks))
register_gap_rule(GapRule("G7.5-3", TRAIL, "high", "requirement", "The trail is broken", broken_trail))
