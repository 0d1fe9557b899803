"""Why a promise is due when it is, in plain words, so that nobody has to trust the clock blindly."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from wellheard.ground.local_time import MONTHS, WEEKDAYS, wall_clock

if TYPE_CHECKING:
    from wellheard.ground.working_time.calendar import Calendar
    from wellheard.ground.working_time.deadlines import Pause, Promise

_ONE_DAY = timedelta(days=1)
_HOLIDAYS_NAMED = 3


def beginning(calendar: "Calendar", promise: "Promise", start: datetime, counted_from: datetime, due: datetime) -> str:
    """From when it counts: "3 working days from Thursday 16:30"."""
    zone = calendar.zone_info
    is_short = _a_weekday_is_enough(counted_from, due)
    wall = wall_clock(counted_from, zone)
    words = f"{promise} from {day_words(wall.date(), short=is_short)} {wall:%H:%M}"
    if counted_from == start:
        return words
    came = wall_clock(start, zone)
    return f"{words}, the first opening after {day_words(came.date(), short=is_short)} {came:%H:%M}"


def holidays(
    calendar: "Calendar", promise: "Promise", counted_from: datetime, due: datetime, now: datetime | None
) -> Iterator[str]:
    """The holidays that made it longer: "Monday is a holiday (Easter Monday)"."""
    if promise.unit == "calendar_days":
        return
    is_short = _a_weekday_is_enough(counted_from, due)
    runs = list(_runs_of_holidays(calendar, calendar.local_day(counted_from), calendar.local_day(due)))
    today = None if now is None else calendar.local_day(now)
    for first, last, name in runs[:_HOLIDAYS_NAMED]:
        is_over = today is not None and last < today
        reason = f" ({name})" if name else ""
        if first == last:
            yield f"{day_words(first, short=is_short)} {'was' if is_over else 'is'} a holiday{reason}"
        else:
            span = f"{day_words(first, short=is_short)} to {day_words(last, short=is_short)}"
            yield f"{span} {'were' if is_over else 'are'} holidays{reason}"
    if len(runs) > _HOLIDAYS_NAMED:
        more = sum(
            calendar.day_kind(first + n * _ONE_DAY) == "holiday"
            for first, last, _ in runs[_HOLIDAYS_NAMED:]
            for n in range((last - first).days + 1)
        )
        yield f"and {counted(more, 'more holiday')}"


def _runs_of_holidays(calendar: "Calendar", first: date, last: date) -> Iterator[tuple[date, date, str]]:
    """Holidays of one name with no working day between them are one run: a works closure, the Christmas days."""
    run: tuple[date, date, str] | None = None
    for day, name in calendar.holidays.items():
        if not first <= day <= last or calendar.day_kind(day) != "holiday":
            continue
        if run and run[2] == name and not _works_between(calendar, run[1], day):
            run = (run[0], day, name)
            continue
        if run:
            yield run
        run = (day, day, name)
    if run:
        yield run


def _works_between(calendar: "Calendar", earlier: date, later: date) -> bool:
    return any(calendar.is_working_day(earlier + n * _ONE_DAY) for n in range(1, (later - earlier).days))


def pauses(
    promise: "Promise", pauses: Sequence["Pause"], start: datetime, due: datetime, paused: timedelta
) -> Iterator[str]:
    """What was added for waiting: "4 working hours of pause added (waiting for the customer)"."""
    counting = [pause for pause in pauses if pause.start < due and (pause.end is None or pause.end > start)]
    if paused:
        kind = "" if promise.unit == "calendar_days" else "working "
        reasons = ", ".join(dict.fromkeys(pause.reason for pause in counting if pause.reason))
        yield f"{duration_words(paused, kind)} of pause added" + (f" ({reasons})" if reasons else "")
    if any(pause.end is None for pause in counting):
        yield "the clock stands still"


def moved(calendar: "Calendar", promise: "Promise", closed_due: datetime, due: datetime) -> Iterator[str]:
    """That the due moment fell on a closed day: "Sunday 15 November is closed, so the next working day"."""
    if closed_due != due:
        day = calendar.local_day(closed_due)
        name = f" ({calendar.holidays[day]})" if day in calendar.holidays else ""
        yield f"{day_words(day)} is closed{name}, so the {promise.on_closed_day} working day"


def _a_weekday_is_enough(counted_from: datetime, due: datetime) -> bool:
    """Within a week a weekday says which day is meant; beyond that it could be any of several."""
    return due - counted_from < timedelta(days=6, hours=12)


def day_words(day: date, *, short: bool = False) -> str:
    """ "Monday" when short, else "Monday 16 November"."""
    return WEEKDAYS[day.weekday()] if short else f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def short_weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()][:3]


def counted(amount: int, noun: str) -> str:
    """The number with its noun: "1 working day", "3 working days"."""
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"


def duration_words(amount: timedelta, kind: str = "") -> str:
    """A length of time such as "45 minutes" or "2 working hours 30 minutes"; below a minute "less than a minute"."""
    hours, minutes = divmod(int(amount.total_seconds()) // 60, 60)
    if hours and minutes:
        return f"{counted(hours, f'{kind}hour')} {counted(minutes, 'minute')}"
    if hours:
        return counted(hours, f"{kind}hour")
    return counted(minutes, f"{kind}minute") if minutes else f"less than a {kind}minute"
