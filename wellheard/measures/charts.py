"""The chart of an indicator: bars for counts, a line with its uncertainty for everything else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wellheard.ground.effectiveness import Observation
from wellheard.ground.periods import month_of
from wellheard.measures.catalogue import Indicator, Scope
from wellheard.measures.words import readings


@dataclass(frozen=True)
class Chart:
    """What `<c-chart>` draws: the kind, the columns of the table behind it and its rows."""

    kind: str
    columns: list[dict[str, Any]]
    rows: list[dict[str, Any]]


def chart_of(indicator: Indicator, series: Sequence[Observation], scope: Scope) -> Chart:
    """The series month by month; each month opens the records behind it."""
    rows = []
    factor = 100 if indicator.kind == "proportion" else 1
    by_month = {each.period: each for each in series}
    for reading in readings(indicator, series):
        month, each = month_of(reading.month), by_month[reading.month]
        row: dict[str, Any] = {
            "period": {"value": month.short, "url": indicator.records_url(scope, month.first, month.last)},
            "count": each.count,
            "n": _base(each),
        }
        for name in ("score", "low", "high"):
            value = reading.value if name == "score" else getattr(reading, name)
            row[name] = None if value is None else round(factor * value, 4)
        rows.append(row)
    return Chart("bars" if indicator.kind == "count" else "trend", _columns(indicator), rows)


def _columns(indicator: Indicator) -> list[dict[str, Any]]:
    columns: list[dict[str, Any]] = [{"name": "period", "label": "Month"}]
    if indicator.kind in ("rate", "count", "proportion"):
        columns.append({"name": "count", "label": indicator.events.capitalize(), "numeric": True})
    if indicator.kind == "count":
        return columns
    base = indicator.base if indicator.kind in ("rate", "proportion") else "answers"
    unit = "per cent" if indicator.kind == "proportion" else indicator.unit or "score"
    return [
        *columns,
        {"name": "n", "label": base.capitalize(), "numeric": True},
        {"name": "score", "label": unit, "numeric": True},
        {"name": "low", "label": "from", "numeric": True},
        {"name": "high", "label": "to", "numeric": True},
    ]


def _base(each: Observation) -> float | None:
    if each.counts is None:
        return each.exposure
    return sum(each.counts.values() if isinstance(each.counts, Mapping) else each.counts)
