"""When a site works: hours of each weekday, holidays, time zone; and walking along that time in both directions.

Working hours are kept as wall-clock times and turned into moments day by day, so a day on which clocks change has the
hours that people really worked. Results are in UTC.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from wellheard.ground.local_time import WEEKDAYS, first_moment, in_utc, wall_clock, zone_named
from wellheard.ground.working_time import deadlines
from wellheard.ground.working_time.deadlines import Deadline, Elapsed, Pause, Promise

DayKind = Literal["working", "holiday", "off"]

_NOTHING = timedelta(0)
_ONE_DAY = timedelta(days=1)
_DAYS_REMEMBERED = 5_000


class NoWorkingTime(ValueError):
    """The calendar never opens, or not any more within the years that dates can name."""


@dataclass(frozen=True, order=True)
class Interval:
    """From one wall-clock time to a later one on the same day; midnight as the end means 24:00."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("Working hours are wall-clock times and carry no time zone; the calendar has it.")
        if self.end != time.min and self.end <= self.start:
            raise ValueError(f"Working hours {self} end before they start. Hours over midnight are two intervals.")

    def __str__(self) -> str:
        return "–".join(self.to_json())

    def to_json(self) -> list[str]:
        """Start and end as texts, such as ["08:00", "24:00"]."""
        return [_time_text(self.start), "24:00" if self.end == time.min else _time_text(self.end)]

    @classmethod
    def from_json(cls, stored: Sequence[str]) -> "Interval":
        """The interval that `to_json` gave. Raises ValueError for anything else."""
        start, end = stored
        return cls(time.fromisoformat(start), time.min if end == "24:00" else time.fromisoformat(end))


class Stretch(NamedTuple):
    """An unbroken piece of working time, in UTC; the end is the first moment that no longer belongs to it."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Calendar:
    """The working time of a site. `week` maps weekdays (0 = Monday) to their intervals, `holidays` days to names.

    Raises UnknownZone for a zone that does not exist and ValueError for hours that overlap or a weekday that is none.
    """

    zone: str
    week: Mapping[int, tuple[Interval, ...]]
    holidays: Mapping[date, str] = field(default_factory=dict)
    _known: dict[date, tuple[Stretch, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        zone_named(self.zone)
        week = {}
        for weekday, intervals in sorted(self.week.items()):
            if weekday not in range(7):
                raise ValueError(f"There is no weekday {weekday}: Monday is 0 and Sunday is 6.")
            week[weekday] = tuple(sorted(intervals))
            for earlier, later in zip(week[weekday], week[weekday][1:], strict=False):
                if earlier.end == time.min or later.start < earlier.end:
                    raise ValueError(f"The hours {earlier} and {later} on {WEEKDAYS[weekday]} overlap.")
        object.__setattr__(self, "week", {day: hours for day, hours in week.items() if hours})
        object.__setattr__(self, "holidays", dict(sorted(self.holidays.items())))

    def __hash__(self) -> int:
        return hash((self.zone, tuple(self.week.items()), tuple(self.holidays.items())))

    @property
    def zone_info(self) -> ZoneInfo:
        return zone_named(self.zone)

    # What a day is

    def stretches(self, day: date) -> tuple[Stretch, ...]:
        """The working time of one local day as moments; none on holidays and days off."""
        known = self._known.get(day)
        if known is None:
            if len(self._known) >= _DAYS_REMEMBERED:
                self._known.clear()
            known = self._known[day] = tuple(self._stretches(day))
        return known

    def _stretches(self, day: date) -> Iterator[Stretch]:
        if day in self.holidays:
            return
        zone = self.zone_info
        for interval in self.week.get(day.weekday(), ()):
            last_day = day + _ONE_DAY if interval.end == time.min else day
            start = first_moment(datetime.combine(day, interval.start), zone)
            end = first_moment(datetime.combine(last_day, interval.end), zone)
            # Hours that the clock jumps over, or a whole missing day (Apia, 30 December 2011), leave nothing.
            if start < end:
                yield Stretch(start, end)

    def is_working_day(self, day: date) -> bool:
        """Is there any working time on that local day?"""
        return bool(self.stretches(day))

    def day_kind(self, day: date) -> DayKind:
        """A holiday counts as one only where people would have worked otherwise; a holiday on a Sunday is off."""
        if day in self.holidays and self.week.get(day.weekday()):
            return "holiday"
        return "working" if self.is_working_day(day) else "off"

    def local_day(self, moment: datetime) -> date:
        """The date on the wall there at that moment."""
        return wall_clock(moment, self.zone_info).date()

    # Walking along working time

    def next_working(self, moment: datetime) -> datetime:
        """The moment itself when it is working time, else the next opening. Raises NoWorkingTime."""
        moment = in_utc(moment)
        return max(moment, self._next_stretch(moment)[1].start)

    def _next_stretch(self, moment: datetime) -> tuple[date, Stretch]:
        for day, stretch in self._onwards(moment):
            if stretch.end > moment:
                return day, stretch
        raise self._never()

    def add_working(self, start: datetime, *, minutes: int) -> datetime:
        """The first moment at which that many working minutes have passed since `start`.

        No minutes give `start` itself. Negative minutes walk back to the last moment from which that many working
        minutes lead to `start`. Raises NoWorkingTime.
        """
        return self.shift(start, timedelta(minutes=minutes))

    def shift(self, start: datetime, amount: timedelta) -> datetime:
        """Like `add_working`, for any amount of working time."""
        start = in_utc(start)
        if amount < _NOTHING:
            return self._shift_back(start, -amount)
        if amount == _NOTHING:
            return start
        for _, stretch in self._onwards(start):
            begin = max(start, stretch.start)
            if stretch.end - begin >= amount:
                return begin + amount
            amount -= max(_NOTHING, stretch.end - begin)
        raise self._never()

    def _shift_back(self, start: datetime, amount: timedelta) -> datetime:
        for _, stretch in self._backwards(start):
            end = min(start, stretch.end)
            if end - stretch.start >= amount:
                return end - amount
            amount -= max(_NOTHING, end - stretch.start)
        raise self._never()

    def add_days(self, start: datetime, *, days: int, kind: Literal["working", "calendar"]) -> datetime:
        """That many days later, at the same time on the wall.

        Calendar days count every day, and the answer may lie outside working hours. Working days count days that have
        working time: a start outside working hours counts from the next opening, and the answer is at the same wall
        time; where that is not working time, at the next opening of that same day; where there is none, at that day's
        closing. So a later start never gives an earlier answer.
        Raises ValueError for negative days, NoWorkingTime when the calendar never opens.
        """
        if days < 0:
            raise ValueError(f"A promise of {days} days would be due before it was made.")
        start = in_utc(start)
        if kind == "calendar":
            try:
                return first_moment(wall_clock(start, self.zone_info) + timedelta(days=days), self.zone_info)
            except OverflowError:
                raise ValueError(f"{days} days from {start.date()} is after the year 9999.") from None
        first_day, stretch = self._next_stretch(start)
        begin = max(start, stretch.start)
        day = self._working_day_after(first_day, days)
        return self.same_time_on(day, begin, counted_as=first_day)

    def _working_day_after(self, day: date, days: int) -> date:
        for later in self._days_onwards(day + _ONE_DAY) if days else ():
            if self.is_working_day(later):
                days -= 1
                if not days:
                    return later
        if days:
            raise self._never()
        return day

    def same_time_on(self, day: date, moment: datetime, *, counted_as: date | None = None) -> datetime:
        """The wall time of `moment` on another, working day, moved into that day's hours as `add_days` says."""
        wall = wall_clock(moment, self.zone_info)
        wanted = first_moment(wall + (day - (counted_as or wall.date())), self.zone_info)
        stretches = self.stretches(day)
        for stretch in stretches:
            if wanted <= stretch.end:
                return max(wanted, stretch.start)
        return stretches[-1].end

    def nearest_working_day(self, day: date, *, step: Literal[1, -1]) -> date:
        """That day when it has working time, else the next (step 1) or the last one before (step -1)."""
        for other in self._days_onwards(day) if step == 1 else self._days_backwards(day):
            if self.is_working_day(other):
                return other
        raise self._never()

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments, exact; negative when the end lies before the start."""
        start, end = in_utc(start), in_utc(end)
        if end < start:
            return -self.working_time(end, start)
        total = _NOTHING
        if not self.week:
            return total
        for _, stretch in self._onwards(start):
            if stretch.start >= end:
                break
            total += max(_NOTHING, min(end, stretch.end) - max(start, stretch.start))
        return total

    def working_seconds(self, start: datetime, end: datetime) -> float:
        """The working time between two moments in seconds.

        Negative when the end lies before the start: a case "answered before it was received" is seen, not called quick.
        """
        return self.working_time(start, end).total_seconds()

    def _onwards(self, moment: datetime) -> Iterator[tuple[date, Stretch]]:
        # One day early: where clocks go back over midnight, the day on the wall can be before the day of the hours.
        for day in self._days_onwards(self.local_day(moment) - _ONE_DAY):
            for stretch in self.stretches(day):
                yield day, stretch

    def _backwards(self, moment: datetime) -> Iterator[tuple[date, Stretch]]:
        for day in self._days_backwards(self.local_day(moment) + _ONE_DAY):
            for stretch in reversed(self.stretches(day)):
                yield day, stretch

    # No limit tied to how much is wanted: a closure of a year must not break a promise of one hour.

    def _days_onwards(self, day: date) -> Iterator[date]:
        if not self.week:
            raise self._never()
        while day < date.max - 3 * _ONE_DAY:
            yield day
            day += _ONE_DAY

    def _days_backwards(self, day: date) -> Iterator[date]:
        if not self.week:
            raise self._never()
        while day > date.min + 3 * _ONE_DAY:
            yield day
            day -= _ONE_DAY

    def _never(self) -> NoWorkingTime:
        if not self.week:
            return NoWorkingTime("This calendar has no working hours on any weekday, so no time can be counted in it.")
        return NoWorkingTime("This calendar has no working time left before the end of all dates it can name.")

    # Promises

    def deadline(
        self, start: datetime, promise: Promise, pauses: Sequence[Pause] = (), *, now: datetime | None = None
    ) -> Deadline:
        """When a promise that began at `start` is due, and why; see `deadlines.deadline`."""
        return deadlines.deadline(self, start, promise, pauses, now=now)

    def elapsed(self, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> Elapsed:
        """How much time passed, gross and net; see `deadlines.elapsed`."""
        return deadlines.elapsed(self, start, end, pauses)

    # Storing

    def to_json(self) -> dict[str, Any]:
        """The calendar as plain dicts, lists and texts, the same for equal calendars."""
        return {
            "zone": self.zone,
            "week": {
                str(weekday): [interval.to_json() for interval in intervals] for weekday, intervals in self.week.items()
            },
            "holidays": {day.isoformat(): name for day, name in self.holidays.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Calendar":
        """The calendar that `to_json` gave. Raises ValueError with a sentence when it is not one."""
        try:
            week = {
                int(weekday): tuple(Interval.from_json(interval) for interval in intervals)
                for weekday, intervals in stored["week"].items()
            }
            holidays = {date.fromisoformat(day): str(name) for day, name in stored.get("holidays", {}).items()}
            zone = str(stored["zone"])
        except (KeyError, TypeError, AttributeError) as fault:
            raise ValueError(f"This is not a stored calendar: {fault!r}.") from fault
        return cls(zone, week, holidays)


def _time_text(moment: time) -> str:
    return moment.isoformat("auto" if moment.second or moment.microsecond else "minutes")
