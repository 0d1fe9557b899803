"""Moments as people say them: "tomorrow, 16:30", "in 1 working day", "since Monday, 2 days"."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from wellheard.ground.local_time import MONTHS, WEEKDAYS, in_utc, wall_clock, zone_named
from wellheard.ground.working_time.explaining import counted, day_words

if TYPE_CHECKING:
    from wellheard.ground.working_time.calendar import Calendar

_NEAR_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def in_words(due: datetime, now: datetime, zone: str | ZoneInfo) -> str:
    """A moment for reading: "tomorrow, 16:30", "Monday 16 November, 16:30", with the year when it is another one.

    Raises UnknownZone, and ValueError when a moment has no time zone.
    """
    place = zone_named(zone) if isinstance(zone, str) else zone
    wall, today = wall_clock(in_utc(due), place), wall_clock(in_utc(now), place).date()
    day = _NEAR_DAYS.get((wall.date() - today).days) or _dated(wall.date(), today)
    return f"{day}, {wall:%H:%M}"


def distance_in_words(due: datetime, now: datetime, calendar: "Calendar") -> str:
    """How far away a deadline is: "in 4 hours", "in 1 working day"; when it has passed "since Monday, 2 days".

    Ahead, other days are counted as working days of the calendar where there are any in between. Late days are
    counted as the customer lives them: every day.
    """
    due, now = in_utc(due), in_utc(now)
    day, today = calendar.local_day(due), calendar.local_day(now)
    if due <= now:
        return f"since {_since(due, day, today, calendar)}, {_length(now - due, (today - day).days)}"
    if day == today or due - now < timedelta(hours=1):
        return f"in {_length(due - now, 0)}"
    working = sum(calendar.is_working_day(today + timedelta(days=n)) for n in range(1, (day - today).days + 1))
    return f"in {counted(working, 'working day')}" if working else f"in {counted((day - today).days, 'day')}"


def _dated(day: date, today: date) -> str:
    return day_words(day) if day.year == today.year else f"{day_words(day)} {day.year}"


def _since(due: datetime, day: date, today: date, calendar: "Calendar") -> str:
    days_ago = (today - day).days
    if days_ago == 0:
        return f"{wall_clock(due, calendar.zone_info):%H:%M}"
    if days_ago == 1:
        return "yesterday"
    if days_ago < 7:
        return WEEKDAYS[day.weekday()]
    words = f"{day.day} {MONTHS[day.month - 1]}"
    return words if day.year == today.year else f"{words} {day.year}"


def _length(amount: timedelta, days: int) -> str:
    if days:
        return counted(days, "day")
    minutes = int(amount.total_seconds()) // 60
    if minutes >= 60:
        return counted(minutes // 60, "hour")
    return counted(minutes, "minute") if minutes else "less than a minute"
