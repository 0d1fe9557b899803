"""How much was said: the number of statements, by site and by the way in which we heard it."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, DateField, Min
from django.db.models.functions import Trunc
from django.urls import reverse

from wellheard.feedback.days import on_days, zone_of
from wellheard.feedback.models import Source, Statement
from wellheard.ground.effectiveness import Observation
from wellheard.ground.effectiveness import Period as PeriodKind
from wellheard.ground.periods import exactly, period_of, periods
from wellheard.measures.catalogue import Indicator, Scope, ScopeField, register
from wellheard.measures.scopes import site_field


def statements(scope: Scope, first: date, last: date, period: PeriodKind = "month") -> list[Observation]:
    """One count for each period that starts within these days, from the first statement there is; silence counts 0."""
    rows = Statement.objects.all()
    site_id = int(scope["site"]) if scope.get("site") else None
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    if scope.get("source"):
        rows = rows.filter(source=scope["source"])
    zone = zone_of(site_id)
    beginning = Statement.objects.aggregate(first=Min("heard_at"))["first"]
    if beginning is None:
        return []
    wanted = [each for each in periods(period, first, last) if each.first >= first]
    heard_from = period_of(period, beginning.astimezone(zone).date())
    wanted = [each for each in wanted if each >= heard_from]
    if not wanted:
        return []
    within = rows.filter(on_days("heard_at", wanted[0].first, wanted[-1].last, zone))
    start = Trunc("heard_at", period, tzinfo=zone, output_field=DateField())
    counts = dict(within.annotate(start=start).values_list("start").annotate(n=Count("pk")).order_by("start"))
    return [Observation(each.first, count=counts.get(each.first, 0)) for each in wanted]


def scopes() -> Sequence[ScopeField]:
    ways = tuple((str(value), str(label)) for value, label in Source.choices)
    return (site_field(), ScopeField("source", "Heard", ways))


def records(scope: Scope, first: date, last: date) -> str:
    """The list of what was said, narrowed alike; only whole months and years can be shown there."""
    shown = exactly(first, last, "month", "year")
    chosen = {key: value for key, value in scope.items() if value}
    return f"{reverse('feedback:list')}?{urlencode(chosen | {'period': shown.code})}" if shown else ""


STATEMENTS = register(
    Indicator(
        key="feedback.statements",
        title="Statements of customers",
        kind="count",
        direction="up",
        series=statements,
        unit="statements",
        events="statements",
        measure="statements",
        what="Everything that customers said, by whichever way we heard it, counted on the day when they said it.",
        scopes=scopes,
        records_url=records,
    )
)
