"""Is a party's need met? What its indicator says, compared with the target, with the uncertainty that it has.

A need is met when the whole interval of 95 % lies at or beyond the target, not met when all of it falls short; between the
two nobody can tell yet. A count is what happened, so it is compared as it is.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from wellheard.customers.models import PartyNeed
from wellheard.ground.effectiveness import Observation
from wellheard.ground.periods import month_of, span_label
from wellheard.measures import catalogue
from wellheard.measures.catalogue import Indicator
from wellheard.measures.words import Reading, latest, readings, value_in_words

MONTHS_TOGETHER = 3
MONTHS_BACK = 12
POOLED = ("rate", "proportion", "nps", "mean")
Met = PartyNeed.Met


@dataclass(frozen=True)
class Measured:
    """What the indicator of a need says. `value`, `low`, `high` are in its unit (shares between 0 and 1); `words` is the
    value with its unit, `base` what it stands on, `months` when it was counted, `sentence` how it compares with the target."""

    met: str
    sentence: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    words: str = ""
    between: str = ""
    base: str = ""
    months: str = ""
    target: str = ""
    indicator: str = ""

    def as_reading(self) -> dict[str, Any]:
        """As the need keeps it."""
        return asdict(self)


def measured(need: PartyNeed, today: date) -> Measured | None:
    """What the need's indicator says of the last three full months; None when the need has no indicator."""
    if not need.indicator:
        return None
    try:
        indicator = catalogue.get(need.indicator)
    except catalogue.UnknownIndicator:
        return Measured(Met.UNCLEAR, f"The indicator “{need.indicator}” is no longer counted. Choose another one.")
    scope = catalogue.cleaned_scope(indicator, need.indicator_scope)
    last = month_of(today).previous
    first = last.shifted(1 - MONTHS_BACK)
    series = indicator.series(scope, first.first, last.last, "month")
    found, months = _now(indicator, series, today)
    name = ", ".join(part for part in (indicator.title, catalogue.scope_in_words(indicator, scope)) if part)
    target = target_in_words(indicator, need.target)
    if found is None or found.value is None:
        return Measured(Met.UNCLEAR, "Nothing was measured in the last twelve months.", target=target, indicator=name)
    met, sentence = _compared(indicator, found, need.target)
    return Measured(
        met=met,
        sentence=sentence,
        value=found.value,
        low=found.low,
        high=found.high,
        words=found.words,
        between=_between(indicator, found),
        base=found.base,
        months=months,
        target=target,
        indicator=name,
    )


def _now(indicator: Indicator, series: Sequence[Observation], today: date) -> tuple[Reading | None, str]:
    """The last three full months together, when they hold anything; else the last month that holds something."""
    last = month_of(today).previous
    since = last.shifted(1 - MONTHS_TOGETHER)
    recent = [each for each in series if since.first <= each.period <= last.first]
    together = pooled(indicator, recent)
    if together is not None:
        (reading,) = readings(indicator, [together])
        if reading.value is not None:
            return reading, span_label(since, last)
    reading_then = latest(indicator, series, today)
    return reading_then, str(month_of(reading_then.month)) if reading_then else ""


def pooled(indicator: Indicator, months: Sequence[Observation]) -> Observation | None:
    """Several months as one observation: counts, exposures and answers added up. None when they can't be added (a count is
    compared month by month, a mean without its answers has no weight)."""
    if indicator.kind not in POOLED or not months:
        return None
    start = min(each.period for each in months)
    if indicator.kind in ("rate", "proportion"):
        return Observation(
            start,
            count=sum(each.count or 0 for each in months),
            exposure=sum(each.exposure or 0 for each in months),
        )
    counts: dict[int, int] = {}
    for each in months:
        if each.counts is None:
            return None
        pairs = each.counts.items() if isinstance(each.counts, dict) else enumerate(each.counts)
        for score, number in pairs:
            counts[int(score)] = counts.get(int(score), 0) + number
    if indicator.kind == "mean":
        return Observation(start, counts=counts)
    return Observation(start, counts=[counts.get(score, 0) for score in range(11)])


def _compared(indicator: Indicator, found: Reading, target: Any) -> tuple[str, str]:
    """The verdict, and the sentence that gives its reason."""
    if target is None:
        return Met.UNCLEAR, "No target is set, so nobody can say whether this is enough."
    aim, value = float(target), found.value or 0.0
    sign = 1 if indicator.direction == "up" else -1
    wanted = f"{'at least' if sign > 0 else 'at most'} {target_in_words(indicator, target)}"
    is_exact = indicator.kind == "count" or found.low is None or found.high is None
    near, far = sorted((sign * (found.low or 0.0), sign * (found.high or 0.0)))
    worst, best = (sign * value, sign * value) if is_exact else (near, far)
    if worst >= sign * aim:
        return Met.MET, f"{found.words}: {wanted} is wanted."
    if best < sign * aim:
        return Met.NOT_MET, f"{found.words}, where {wanted} is wanted."
    return Met.UNCLEAR, f"{found.words}: too few to tell whether it is {wanted}."


def target_in_words(indicator: Indicator, target: Any) -> str:
    """`80 %`, `9.8 per 1,000 orders`; empty without a target."""
    return "" if target is None else value_in_words(indicator, float(target))


def _between(indicator: Indicator, found: Reading) -> str:
    if indicator.kind == "count" or found.low is None or found.high is None:
        return ""
    return f"between {value_in_words(indicator, found.low)} and {value_in_words(indicator, found.high)}"


def look(need: PartyNeed, *, at: datetime, today: date) -> PartyNeed:
    """Bring what the need says about being met up to date: from its indicator, else from what a person judged."""
    found = measured(need, today)
    need.met = found.met if found is not None else need.judged
    need.reading = found.as_reading() if found is not None else {}
    need.measured_at = at if found is not None else None
    return need
