"""Which promise holds for a case, and the moments that follow from it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from wellheard.cases.models import ClockRule
from wellheard.core.clock import calendar_around
from wellheard.core.models.organisation import Site
from wellheard.ground.working_time import Calendar, Deadline, NoWorkingTime, Promise


@dataclass(frozen=True)
class Promised:
    """How soon we acknowledge and answer, and who says so."""

    acknowledge: Promise
    answer: Promise
    source: str

    def to_json(self) -> dict[str, Any]:
        """As a case keeps it: a later rule doesn't touch what was promised."""
        return {
            "acknowledge": [self.acknowledge.amount, self.acknowledge.unit],
            "answer": [self.answer.amount, self.answer.unit],
            "source": self.source,
        }


DEFAULT = Promised(
    Promise(1, "working_days"),
    Promise(3, "working_days"),
    "preset, until the quality manager promises something else",
)


def promised_for(kind: str, site: Site, received_at: datetime) -> Promised:
    """The promise that holds for a case of this kind, received then at this site.

    The nearest rule wins: kind and site, site alone, kind alone, everything; among those the latest that already held.
    """
    day = received_at.astimezone(site.zone).date()
    rules = ClockRule.objects.for_case(kind, site).filter(valid_from__lte=day)
    nearest = max(
        rules,
        key=lambda rule: (rule.site_id is not None, rule.kind_of_case != "", rule.valid_from, rule.pk),
        default=None,
    )
    return DEFAULT if nearest is None else Promised(nearest.acknowledge, nearest.answer, nearest.source)


def stored_promise(promised: dict[str, Any], which: str) -> Promise:
    """A promise as a case keeps it; the preset for a case without one."""
    amount, unit = promised.get(which) or DEFAULT.to_json()[which]
    return Promise(int(amount), cast("Any", unit))


def due_from(site: Site, start: datetime, promise: Promise) -> Deadline:
    """When a promise that began at `start` is due at this site.

    A site without any working hours would have no deadline at all: its working days count as days of the calendar.
    """
    calendar = calendar_around(site, start)
    try:
        return calendar.deadline(start, promise)
    except NoWorkingTime:
        return calendar.deadline(start, _by_the_calendar(promise))


def _by_the_calendar(promise: Promise) -> Promise:
    days = promise.amount if promise.unit != "working_hours" else max(1, -(-promise.amount // 8))
    return Promise(days, "calendar_days")


def explained(deadline: Deadline, site: Site) -> str:
    """Why it is due then, with the place whose holidays were counted."""
    place = f" in {site.name}" if "holiday" in deadline.explanation else ""
    return f"{deadline.explanation}{place}"[:500]


def is_due_soon(calendar: Calendar, due: datetime, now: datetime) -> bool:
    """Is it due by the end of the next working day?"""
    tomorrow = calendar.local_day(now) + timedelta(days=1)
    with suppress(NoWorkingTime):  # at a site that never opens all days count
        tomorrow = calendar.nearest_working_day(tomorrow, step=1)
    return calendar.local_day(due) <= tomorrow
