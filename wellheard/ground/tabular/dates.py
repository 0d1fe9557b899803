"""Dates and moments in cells: in which order a column writes day, month and year, and what each text means.

    d/m/Y, m/d/Y, Y-m-d       with / . or - between, one or two digits, years of two digits too (69 to 99 are 19xx)
    20190101                  years 1900 to 2099
    20th Jan 2020, 7. März 2020, January 5, 2020      with or without the weekday, in seven languages
    …, then 8:51, 20:09:12, 8:51:12.402 PM, T08:51, and Z, +01:00, GMT+1
    43290.53487               a spreadsheet's serial number, only where it is asked for

Whether 11/4/2018 is in April or in November nobody can see in it; the order must be said or found in its neighbours.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal

from wellheard.ground.local_time import MONTHS
from wellheard.ground.tabular.month_names import month_number

Order = Literal["dmy", "mdy", "ymd", "ambiguous"]

_TIME = (
    r"(?:(?:T|,?\s+(?:(?:at|à|um|kl\.?)\s+)?)(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|UTC|GMT)?)?"
)
_ORDINAL = r"(?:st|nd|rd|th|er|º|\.)?"
_BETWEEN = r"(?:[\s.,/-]+(?:of|de|di|d')?\s*)"
_WEEKDAY = r"(?:[^\W\d_]+[.,]*\s+)?"
_MONTH_NAME = r"(?P<name>[^\W\d_]{3,12})"
_SHAPES = {
    "year first": rf"(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}}){_TIME}",
    "digits": rf"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d){_TIME}",
    "year last": (
        rf"(?P<one>\d{{1,2}})(?P<mark>[-/.])\s?(?P<two>\d{{1,2}})(?P=mark)\s?(?P<year>\d{{4}}|\d{{2}}){_TIME}"
    ),
    "day name year": (
        rf"{_WEEKDAY}(?P<day>\d{{1,2}}){_ORDINAL}{_BETWEEN}?{_MONTH_NAME}{_BETWEEN}(?P<year>\d{{4}}|\d{{2}}){_TIME}"
    ),
    "name day year": rf"{_WEEKDAY}{_MONTH_NAME}\.?\s+(?P<day>\d{{1,2}}){_ORDINAL},?\s+(?P<year>\d{{4}}){_TIME}",
}
_PATTERNS = {shape: re.compile(pattern, re.IGNORECASE) for shape, pattern in _SHAPES.items()}
_LONGEST = 100
_SERIAL = re.compile(r"(?P<days>\d{5})(?:[.,](?P<part>\d+))?")
# Serial numbers count from here; the spreadsheet's own first of January 1900 suffers from a leap day that never was.
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)


class NotADate(ValueError):
    """The text is no date, or could be two. The sentence says why."""


@dataclass(frozen=True)
class Written:
    """A date as it is written, before anyone decides which number is the day."""

    text: str
    shape: str
    found: re.Match[str]

    @property
    def one(self) -> int:
        return int(self.found["one"])

    @property
    def two(self) -> int:
        return int(self.found["two"])

    @property
    def has_time(self) -> bool:
        return self.found["hour"] is not None

    @property
    def format(self) -> str:
        """The shape in letters, "?" where the order decides: "?/?/Y H:M:S"."""
        return _format(self)

    def value(self, order: Order) -> date | datetime:
        """The date, or the moment when a time is written with it. Raises NotADate."""
        year, month, day = self._year_month_day(order)
        if not 1 <= month <= 12:
            swapped = order in ("dmy", "mdy") and self.shape == "year last" and day <= 12
            hint = " Perhaps day and month stand in the other order." if swapped else ""
            raise NotADate(f'"{self.text}" is no date: there is no month {month}.{hint}')
        try:
            on = date(year, month, day)
        except ValueError:
            raise NotADate(f'"{self.text}" is no date: {MONTHS[month - 1]} {year} has no day {day}.') from None
        return _at(on, self) if self.has_time else on

    def _year_month_day(self, order: Order) -> tuple[int, int, int]:
        year = _full_year(self.found["year"])
        if self.shape == "year last":
            if order == "dmy":
                return year, self.two, self.one
            if order == "mdy":
                return year, self.one, self.two
            raise NotADate(f'"{self.text}" does not show which number is the day. Say the order: dmy or mdy.')
        if "name" in self.found.re.groupindex:
            return year, month_number(self.found["name"]) or 0, int(self.found["day"])
        return year, int(self.found["month"]), int(self.found["day"])


def written(text: str) -> Written | None:
    """The text taken apart as a date; None when it has no such form."""
    if len(text) > _LONGEST:
        return None
    plain = " ".join(text.split())
    for shape, pattern in _PATTERNS.items():
        found = pattern.fullmatch(plain)
        if found and ("name" not in found.re.groupindex or month_number(found["name"])):
            return Written(plain, shape, found)
    return None


def parse_date(text: str, order: Order = "ymd", *, serials: bool = False) -> date | datetime:
    """The date in a text, or the moment when it has a time: with a zone when one is written, else without.

    `order` is that of dates written as three numbers with the year last; all other forms show their order themselves.
    With `serials`, numbers are taken for a spreadsheet's days since 30 December 1899. Raises NotADate with a sentence.
    """
    if serials and (moment := _from_serial(text.strip())):
        return moment
    found = written(text)
    if found is None:
        raise NotADate(f'"{text.strip()}" is no date.' if text.strip() else "There is no date.")
    return found.value(order)


def is_serial(text: str) -> bool:
    """Could the text be a spreadsheet's serial number of a day between 1954 and 2119?"""
    found = _SERIAL.fullmatch(text.strip())
    return found is not None and int(found["days"]) in _SERIALS


def _from_serial(text: str) -> date | datetime | None:
    found = _SERIAL.fullmatch(text) if is_serial(text) else None
    if found is None:
        return None
    on = _SERIAL_ZERO + timedelta(days=int(found["days"]))
    if not found["part"]:
        return on
    seconds = round(float(f"0.{found['part']}") * 86_400)
    return datetime(on.year, on.month, on.day) + timedelta(seconds=seconds)  # noqa: DTZ001 - the file names no zone


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (1900 if year >= 69 else 2000)


def _at(on: date, found: Written) -> datetime:
    parts = found.found
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), int(parts["second"] or 0)
    microsecond = int((parts["fraction"] or "").ljust(6, "0")[:6])
    if half := parts["half"]:
        if not 1 <= hour <= 12:
            raise NotADate(f'"{found.text}" is no moment: with AM or PM hours go from 1 to 12.')
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    try:
        # 24:00 is the end of the day.
        days, hour = (1, 0) if (hour, minute, second) == (24, 0, 0) else (0, hour)
        moment = datetime(on.year, on.month, on.day, hour, minute, second, microsecond, _zone(parts["zone"]))
        return moment + timedelta(days=days)
    except (ValueError, OverflowError):
        raise NotADate(f'"{found.text}" is no moment: there is no such time of day.') from None


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    offset = text.upper().removeprefix("UTC").removeprefix("GMT")
    if offset in ("", "Z"):
        return UTC
    hours, minutes = re.fullmatch(r"[+-](\d{1,2}):?(\d{2})?", offset).group(1, 2)  # type: ignore[union-attr]
    distance = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-distance if offset[0] == "-" else distance)


def _format(found: Written) -> str:
    mark = found.found.groupdict().get("mark") or ""
    day = {
        "year first": mark.join("Ymd"),
        "digits": "Ymd",
        "year last": mark.join("??Y"),
        "day name year": "d month Y",
        "name day year": "month d Y",
    }[found.shape]
    if not found.has_time:
        return day
    parts = found.found
    time = "H:M" + (":S" if parts["second"] else "") + (".f" if parts["fraction"] else "")
    return f"{day} {time}{' AM/PM' if parts['half'] else ''}{' zone' if parts['zone'] else ''}"
