"""What is counted about cases, month by month: complaints, by site and cause, and whether we kept our time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Max, Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from wellheard.cases.models import Case, Kind
from wellheard.cases.models.case import CaseQuerySet
from wellheard.ground.effectiveness import Observation, Period
from wellheard.ground.periods import month_of, months, period_of, periods
from wellheard.measures.catalogue import Indicator, Scope, ScopeField, register
from wellheard.measures.models import VolumeCount
from wellheard.measures.scopes import site_field

COMPLAINTS = "cases.complaints"
COMPLAINTS_COUNTED = "cases.complaints_counted"
ANSWERED_IN_TIME = "cases.answered_in_time"
ACKNOWLEDGED_IN_TIME = "cases.acknowledged_in_time"
ORDERS = "orders"
CAUSES_OFFERED = 60


def complaints_in(scope: Scope) -> CaseQuerySet:
    """The complaints that a scope means. Withdrawn ones were complaints too."""
    rows = Case.objects.filter(kind_of_case=Kind.COMPLAINT)
    if site := scope.get("site"):
        rows = rows.filter(site_id=site)
    if cause := scope.get("cause"):
        rows = rows.filter(cause_words__iexact=cause)
    return rows


def by_period(rows: CaseQuerySet, first: date, last: date, period: Period) -> Counter[date]:
    """How many of these were received in each period that starts within these days."""
    starts = _starts(first, last, period)
    if not starts:
        return Counter()
    end = period_of(period, starts[-1]).end
    counted: Counter[date] = Counter()
    days = rows.filter(received_on__gte=starts[0], received_on__lt=end).order_by().values("received_on")
    for day, count in days.annotate(count=Count("pk")).values_list("received_on", "count"):
        counted[period_of(period, day).first] += count
    return counted


def _starts(first: date, last: date, period: Period) -> list[date]:
    return [each.first for each in periods(period, first, last) if each.first >= first]


def complaints_counted(scope: Scope, first: date, last: date, period: Period = "month") -> list[Observation]:
    """Complaints alone. A period without any counts 0, from the month of the first case on: before that nobody counted."""
    began = Case.objects.order_by("received_on").values_list("received_on", flat=True).first()
    counted = by_period(complaints_in(scope), first, last, period)
    return [
        Observation(start, count=counted[start])
        for start in _starts(first, last, period)
        if began is not None and start >= period_of(period, began).first
    ]


def complaints_per_order(scope: Scope, first: date, last: date, period: Period = "month") -> list[Observation]:
    """Complaints among orders. Orders are known by the month, so shorter periods have no rate; a period of which a month's
    orders are missing is left out."""
    if period not in ("month", "quarter", "year"):
        return []
    starts = _starts(first, last, period)
    if not starts:
        return []
    end = period_of(period, starts[-1]).last
    site = int(scope["site"]) if scope.get("site") else None
    orders = VolumeCount.objects.by_month(ORDERS, starts[0], end, site)
    counted = by_period(complaints_in(scope), first, last, period)
    found = []
    for start in starts:
        needed = [month.first for month in months(start, period_of(period, start).last)]
        if all(month in orders for month in needed):
            exposure = sum(orders[month] for month in needed)
            found.append(Observation(start, count=counted[start], exposure=exposure))
    return found


def answered_in_time(scope: Scope, first: date, last: date, period: Period = "month") -> list[Observation]:
    """Of the complaints received, those whose first answer came in time; those that still have time are not counted yet."""
    return _in_time("answered_at", "answer_due", scope, first, last, period)


def acknowledged_in_time(scope: Scope, first: date, last: date, period: Period = "month") -> list[Observation]:
    """Of the complaints received, those that were acknowledged in time; those that still have time are not counted yet."""
    return _in_time("acknowledged_at", "acknowledge_due", scope, first, last, period)


def _in_time(done: str, due: str, scope: Scope, first: date, last: date, period: Period) -> list[Observation]:
    is_done, is_over = Q(**{f"{done}__isnull": False}), Q(**{f"{due}__lt": timezone.now()})
    was_withdrawn = Q(outcome="withdrawn") & ~is_done
    rows = complaints_in(scope).filter(is_done | is_over).exclude(was_withdrawn)
    decided = by_period(rows, first, last, period)
    hits = by_period(rows.filter(**{f"{done}__lte": F(due)}), first, last, period)
    return [
        Observation(start, count=hits[start], exposure=decided[start])
        for start in _starts(first, last, period)
        if decided[start]
    ]


def causes(among: CaseQuerySet | None = None) -> list[tuple[str, str]]:
    """The causes that were named (`among` these cases), those named last first; the same words in other letters are one
    cause."""
    named: dict[str, str] = {}
    cases = Case.objects.all() if among is None else among
    rows: Iterable[Any] = cases.exclude(cause_words="").order_by().values_list("cause_words")
    for words, _last in rows.annotate(last=Max("investigated_at")).order_by("-last")[: 2 * CAUSES_OFFERED]:  # type: ignore[attr-defined]
        named.setdefault(words.casefold(), words)
    return [(words, words) for words in list(named.values())[:CAUSES_OFFERED]]


def sites_and_causes() -> Sequence[ScopeField]:
    return (site_field(), ScopeField("cause", "Cause", tuple(causes())))


def sites() -> Sequence[ScopeField]:
    return (site_field(),)


def records_between(scope: Scope, first: date, last: date) -> str:
    """The list of the complaints that were counted."""
    wanted = {
        "show": "all",
        "kind": Kind.COMPLAINT.value,
        **{key: value for key, value in scope.items() if value},
        "from": month_of(first).code,
        "until": month_of(last).code,
    }
    try:
        return f"{reverse('cases:list')}?{urlencode(wanted)}"
    except NoReverseMatch:
        return ""


def register_all() -> None:
    """Put them into the catalogue."""
    register(
        Indicator(
            key=COMPLAINTS,
            title="Complaints per 1,000 orders",
            kind="rate",
            direction="down",
            events="complaints",
            base=ORDERS,
            per=1000,
            measure="Complaints",
            what="Complaints by the day on which we were told, among the orders of the month. Questions and wishes don’t count.",
            series=complaints_per_order,
            scopes=sites_and_causes,
            records_url=records_between,
        )
    )
    register(
        Indicator(
            key=COMPLAINTS_COUNTED,
            title="Complaints",
            kind="count",
            direction="down",
            events="complaints",
            what="Complaints by the day on which we were told, however many orders there were.",
            series=complaints_counted,
            scopes=sites_and_causes,
            records_url=records_between,
        )
    )
    register(
        Indicator(
            key=ANSWERED_IN_TIME,
            title="Complaints answered in the time we promised",
            kind="proportion",
            direction="up",
            events="answered in time",
            base="complaints",
            measure="Answers in time",
            what="By the month in which we were told. Late is late, whenever it came; what still has time doesn’t count yet.",
            series=answered_in_time,
            scopes=sites,
            records_url=records_between,
        )
    )
    register(
        Indicator(
            key=ACKNOWLEDGED_IN_TIME,
            title="Complaints acknowledged in the time we promised",
            kind="proportion",
            direction="up",
            events="acknowledged in time",
            base="complaints",
            measure="Acknowledgements in time",
            what="By the month in which we were told. A mail that is only waiting to be sent has been written, not received.",
            series=acknowledged_in_time,
            scopes=sites,
            records_url=records_between,
        )
    )
