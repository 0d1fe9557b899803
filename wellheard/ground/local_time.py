"""Wall clocks and moments, also on the days when clocks change, and the English names of days and months."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_TICK = timedelta(microseconds=1)


class UnknownZone(ValueError):
    """No such time zone. The sentence names it."""


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that IANA name, such as "Europe/Berlin". Raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZone(f'There is no time zone "{name}". Names look like "Europe/Berlin" or "UTC".') from None


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a moment without a zone: it could be meant anywhere."""
    if moment.utcoffset() is None:
        raise ValueError(f"The moment {moment.isoformat()} has no time zone, so nobody can tell when it is.")
    return moment.astimezone(UTC)


def wall_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows there at that moment, without a zone."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def first_moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment (UTC) at which the clock on the wall shows that time or a later one.

    A time that occurs twice, when clocks go back, means its first occurrence. A time that never occurs, when clocks
    go forward, means the moment of the change. So a later wall time never gives an earlier moment.
    """
    late = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if wall_clock(late, zone) == wall:
        return late
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    # The clock jumps over the wanted time somewhere after `early` and not after `late`.
    while late - early > _TICK:
        middle = early + (late - early) // 2
        if wall_clock(middle, zone) < wall:
            early = middle
        else:
            late = middle
    return late
