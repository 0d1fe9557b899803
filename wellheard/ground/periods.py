"""Days, weeks, months, quarters and years: named in words, stepped through, and turned into moments of a place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import total_ordering
from typing import Literal
from zoneinfo import ZoneInfo

from wellheard.ground.local_time import MONTHS, WEEKDAYS, first_moment, zone_named

Kind = Literal["day", "week", "month", "quarter", "year"]

_FIRST_YEAR, _LAST_YEAR = 2, 9998
_MONTHS_LONG: dict[Kind, int] = {"month": 1, "quarter": 3, "year": 12}
_DAYS_LONG: dict[Kind, int] = {"day": 1, "week": 7}


@total_ordering
@dataclass(frozen=True)
class Period:
    """One day, ISO week (from Monday), month, quarter or year. `first` is its first day.

    Raises ValueError when no period of that kind begins on that day; `period_of` finds the one that holds a day.
    """

    kind: Kind
    first: date

    def __post_init__(self) -> None:
        if _first_day(self.kind, self.first) != self.first:
            raise ValueError(f"No {self.kind} begins on {self.first.isoformat()}.")

    @property
    def last(self) -> date:
        """The last day that belongs to it."""
        # Of the very last period there is no day after.
        return date.max if self.first > _moved(self.kind, date.max, -1) else self.end - timedelta(days=1)

    @property
    def end(self) -> date:
        """The first day after it."""
        return _moved(self.kind, self.first, 1)

    @property
    def previous(self) -> "Period":
        return self.shifted(-1)

    @property
    def next(self) -> "Period":
        return self.shifted(1)

    def shifted(self, steps: int) -> "Period":
        """The period that many steps later, or earlier when negative."""
        return Period(self.kind, _moved(self.kind, self.first, steps))

    def moments(self, zone: str | ZoneInfo) -> tuple[datetime, datetime]:
        """Where it begins and the first moment after it, in UTC, by the clocks of that place.

        The months of a report begin at local midnight, also in the months in which clocks change.
        """
        place = zone_named(zone) if isinstance(zone, str) else zone
        return (
            first_moment(datetime.combine(self.first, time.min), place),
            first_moment(datetime.combine(self.end, time.min), place),
        )

    @property
    def code(self) -> str:
        """The short name for addresses and files: "2026-11-16", "2026-W47", "2026-11", "2026-Q4", "2026"."""
        match self.kind:
            case "day":
                return self.first.isoformat()
            case "week":
                year, week, _ = self.first.isocalendar()
                return f"{year:04}-W{week:02}"
            case "month":
                return f"{self.first.year:04}-{self.first.month:02}"
            case "quarter":
                return f"{self.first.year:04}-Q{self._quarter}"
            case "year":
                return f"{self.first.year:04}"

    @property
    def short(self) -> str:
        """The name where space is short, such as on an axis: "16 Nov 2026", "W47 2026", "Nov 2026", "Q4 2026"."""
        match self.kind:
            case "day":
                return f"{self.first.day} {self._short_month} {self.first.year}"
            case "week":
                year, week, _ = self.first.isocalendar()
                return f"W{week} {year}"
            case "month":
                return f"{self._short_month} {self.first.year}"
            case "quarter":
                return f"Q{self._quarter} {self.first.year}"
            case "year":
                return str(self.first.year)

    @property
    def label(self) -> str:
        """The name in words: "Monday 16 November 2026", "week 47 of 2026", "November 2026", "July to September 2026"."""
        match self.kind:
            case "day":
                return f"{WEEKDAYS[self.first.weekday()]} {self.first.day} {self._month} {self.first.year}"
            case "week":
                year, week, _ = self.first.isocalendar()
                return f"week {week} of {year}"
            case "month":
                return f"{self._month} {self.first.year}"
            case "quarter" | "year":
                return self.short if self.kind == "year" else span_label(*_outer_months(self))

    @property
    def _quarter(self) -> int:
        return (self.first.month + 2) // 3

    @property
    def _month(self) -> str:
        return MONTHS[self.first.month - 1]

    @property
    def _short_month(self) -> str:
        return self._month[:3]

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __lt__(self, other: "Period") -> bool:
        return (self.first, self.last) < (other.first, other.last)

    def __str__(self) -> str:
        return self.label


def period_of(kind: Kind, day: date) -> Period:
    """The period of that kind to which the day belongs."""
    return Period(kind, _first_day(kind, day))


def day_of(day: date) -> Period:
    return period_of("day", day)


def week_of(day: date) -> Period:
    return period_of("week", day)


def month_of(day: date) -> Period:
    return period_of("month", day)


def quarter_of(day: date) -> Period:
    return period_of("quarter", day)


def year_of(day: date) -> Period:
    return period_of("year", day)


def periods(kind: Kind, first: date, last: date) -> Iterator[Period]:
    """All periods of that kind that hold a day from `first` to `last`, in order; none when last lies before first."""
    period = period_of(kind, first)
    while period.first <= last:
        yield period
        period = period.next


def months(first: date, last: date) -> list[Period]:
    """All months that hold a day from `first` to `last`, in order."""
    return list(periods("month", first, last))


def quarters(first: date, last: date) -> list[Period]:
    """All quarters that hold a day from `first` to `last`, in order."""
    return list(periods("quarter", first, last))


def exactly(first: date, last: date, *kinds: Kind) -> Period | None:
    """The period of one of these kinds (month, quarter or year by default) that these days make; None when they make none."""
    found = (period_of(kind, first) for kind in kinds or ("month", "quarter", "year"))
    return next((each for each in found if (each.first, each.last) == (first, last)), None)


def span_label(first: Period, last: Period) -> str:
    """Several periods of one kind in words: "July to September 2026", "November 2025 to February 2026".

    Raises ValueError for periods of different kinds or in the wrong order.
    """
    if first.kind != last.kind or last < first:
        raise ValueError(f"There is no span from {first} to {last}.")
    if first == last:
        return first.label
    if first.kind == "month" and first.first.year == last.first.year:
        return f"{MONTHS[first.first.month - 1]} to {last.label}"
    if first.kind == "quarter":
        return span_label(_outer_months(first)[0], _outer_months(last)[1])
    return f"{first.label} to {last.label}"


_SHAPES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("day", re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")),
    ("week", re.compile(r"(?P<year>\d{4})-?W(?P<week>\d{1,2})|W(?P<week2>\d{1,2}) (?P<year2>\d{4})", re.IGNORECASE)),
    ("month", re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})")),
    (
        "quarter",
        re.compile(r"(?P<year>\d{4})-?Q(?P<quarter>[1-4])|Q(?P<quarter2>[1-4]) (?P<year2>\d{4})", re.IGNORECASE),
    ),
    ("year", re.compile(r"(?P<year>\d{4})")),
)


def parse(text: str) -> Period:
    """The period with that code or short name: "2026-11", "2026-Q4", "Q4 2026", "2026-W47", "Nov 2026", "2026-11-16".

    Raises ValueError with a sentence when the text names none, or one at the end of all calendars, which has no next.
    """
    wanted = text.strip()
    for kind, shape in _SHAPES:
        if found := shape.fullmatch(wanted):
            try:
                period = Period(kind, _named_first_day(kind, found))
            except ValueError:
                period = None
            if period is None or not _FIRST_YEAR <= period.first.year <= _LAST_YEAR:
                raise ValueError(f'There is no {kind} "{wanted}".')
            return period
    for place, name in enumerate(MONTHS, start=1):
        if found := re.fullmatch(rf"(?:{name}|{name[:3]})\.? (\d{{4}})", wanted, re.IGNORECASE):
            return parse(f"{found[1]}-{place:02}")
    raise ValueError(f'"{wanted}" names no period. Write it as 2026-11-16, 2026-W47, 2026-11, 2026-Q4 or 2026.')


def _named_first_day(kind: Kind, found: re.Match[str]) -> date:
    named = {name.removesuffix("2"): int(number) for name, number in found.groupdict().items() if number is not None}
    if kind == "week":
        return date.fromisocalendar(named["year"], named["week"], 1)
    return date(named["year"], named.get("month", 3 * named.get("quarter", 1) - 2), named.get("day", 1))


def _first_day(kind: Kind, day: date) -> date:
    if kind == "day":
        return day
    if kind == "week":
        return day - timedelta(days=day.weekday())
    length = _MONTHS_LONG[kind]
    return date(day.year, (day.month - 1) // length * length + 1, 1)


def _moved(kind: Kind, first: date, steps: int) -> date:
    if kind in _DAYS_LONG:
        return first + timedelta(days=steps * _DAYS_LONG[kind])
    years, month = divmod(first.month - 1 + steps * _MONTHS_LONG[kind], 12)
    return date(first.year + years, month + 1, 1)


def _outer_months(period: Period) -> tuple[Period, Period]:
    return month_of(period.first), month_of(period.last)
