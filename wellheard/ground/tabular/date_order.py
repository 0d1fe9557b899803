"""In which order a column writes its dates: what its values prove, and what they merely make likely."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Literal

from wellheard.ground.tabular.dates import NotADate, Order, Written, is_serial, written

_ENOUGH = 5
_ENOUGH_FOR_SUSPICION = 3
_MUCH_SHORTER = 4


Likely = Literal["dmy", "mdy", "ymd", ""]


@dataclass(frozen=True)
class DateGuess:
    """What a column's values say about its dates.

    `order` is proven by `evidence`, or "ambiguous"; then `likely` is the order that fits better and `because` says why,
    and both are empty when nothing speaks for either. `formats` counts the forms, most frequent first. `serials` says
    that the values are a spreadsheet's numbers of days. `unread` counts values that are no dates. `suspicion` is a
    sentence when a spreadsheet seems to have swapped days and months in a part of the column, else "".
    """

    order: Order
    has_time: bool
    evidence: str
    formats: dict[str, int]
    likely: Likely = ""
    because: str = ""
    serials: bool = False
    unread: int = 0
    suspicion: str = ""


def guess_dates(samples: Iterable[str | tuple[int, str]]) -> DateGuess:
    """What a column's values say about its dates. Blank values are passed over.

    Samples are texts, or pairs of a row number and a text, so that the evidence can name the row; plain texts are
    numbered from 1. The more samples, the better: one day above the 12th anywhere in the column decides.
    """
    numbered = [
        sample if isinstance(sample, tuple) else (place, sample) for place, sample in enumerate(samples, start=1)
    ]
    texts = [(row, text) for row, text in numbered if text.strip()]
    found = [(row, taken) for row, text in texts if (taken := written(text))]
    if not found and texts and all(is_serial(text) for _, text in texts):
        has_time = any("." in text or "," in text for _, text in texts)
        formats = {"serial number": len(texts)}
        return DateGuess("ymd", has_time, "all are a spreadsheet's numbers of days", formats, "ymd", serials=True)
    open_ones = [(row, taken) for row, taken in found if taken.shape == "year last"]
    order, evidence = _proven(found, open_ones)
    likely: Likely
    likely, because = _likely([taken for _, taken in open_ones]) if order == "ambiguous" else (order, "")
    formats = Counter(_named(taken.format, order) for _, taken in found)
    return DateGuess(
        order=order,
        has_time=any(taken.has_time for _, taken in found),
        evidence=evidence,
        formats=dict(formats.most_common()),
        likely=likely,
        because=because,
        unread=len(texts) - len(found),
        suspicion=_suspicion([taken for _, taken in found], order),
    )


def _proven(found: Sequence[tuple[int, Written]], open_ones: Sequence[tuple[int, Written]]) -> tuple[Order, str]:
    if not found:
        return "ambiguous", "no value is a date"
    if not open_ones:
        if any(taken.shape in ("year first", "digits") for _, taken in found):
            return "ymd", "the year stands first"
        return "dmy", "months are written as words"
    day_first = next(((row, taken.one) for row, taken in open_ones if taken.one > 12), None)
    day_second = next(((row, taken.two) for row, taken in open_ones if taken.two > 12), None)
    if day_first and day_second:
        return "ambiguous", (
            f"row {day_first[0]} has {day_first[1]} as first number, "
            f"row {day_second[0]} has {day_second[1]} as second: both orders occur"
        )
    if day_first:
        return "dmy", f"row {day_first[0]} has {day_first[1]} as first number"
    if day_second:
        return "mdy", f"row {day_second[0]} has {day_second[1]} as second number"
    if all(taken.found["mark"] == "." for _, taken in open_ones):
        return "dmy", "dots stand between the numbers, and then the day comes first"
    return "ambiguous", "no value has a day above 12"


def _likely(open_ones: Sequence[Written]) -> tuple[Likely, str]:
    if any(taken.found["half"] for taken in open_ones):
        return "mdy", "times have AM and PM"
    by_day, by_month = _values(open_ones, "dmy"), _values(open_ones, "mdy")
    if by_day is None or by_month is None or len(set(by_day)) < 2 or len(by_day) < _ENOUGH:
        return "", ""
    sorted_by_day, sorted_by_month = _is_sorted(by_day), _is_sorted(by_month)
    if sorted_by_day != sorted_by_month:
        return ("dmy" if sorted_by_day else "mdy"), "read so, the rows are in the order of time"
    day_span, month_span = _days_spanned(by_day), _days_spanned(by_month)
    if day_span * _MUCH_SHORTER <= month_span:
        return "dmy", f"read so, all lie within {_days(day_span)} instead of {month_span}"
    if month_span * _MUCH_SHORTER <= day_span:
        return "mdy", f"read so, all lie within {_days(month_span)} instead of {day_span}"
    return "", ""


def _values(open_ones: Sequence[Written], order: Order) -> list[datetime] | None:
    """The moments in that order, zones left out; None when one does not fit."""
    try:
        values = [taken.value(order) for taken in open_ones]
    except NotADate:
        return None
    return [_as_moment(value) for value in values]


def _as_moment(value: date | datetime) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - only compared with its neighbours


def _days_spanned(values: Sequence[datetime]) -> int:
    return (max(values).date() - min(values).date()).days + 1


def _is_sorted(values: Sequence[datetime]) -> bool:
    return all(one <= two for one, two in pairwise(values)) or all(one >= two for one, two in pairwise(values))


def _suspicion(found: Sequence[Written], order: Order) -> str:
    """A spreadsheet that reads d/m/Y as m/d/Y turns the days up to 12 into ISO dates and leaves the others as text."""
    left = [taken for taken in found if taken.shape == "year last"]
    turned = [taken for taken in found if taken.shape == "year first"]
    if order not in ("dmy", "mdy") or min(len(left), len(turned)) < _ENOUGH_FOR_SUSPICION:
        return ""
    days_left = [taken.one if order == "dmy" else taken.two for taken in left]
    if min(days_left) > 12 and max(int(taken.found["day"]) for taken in turned) <= 12:
        return (
            f"All {len(left)} dates with the year last have a day above 12, and all {len(turned)} with the year first "
            "one of at most 12: a spreadsheet may have swapped day and month in those."
        )
    return ""


def _named(form: str, order: Order) -> str:
    return form if order not in ("dmy", "mdy") else form.replace("?", order[0], 1).replace("?", order[1], 1)


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
