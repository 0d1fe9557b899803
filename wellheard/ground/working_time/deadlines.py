"""When a promise is due, why then, and how much time passed: gross, and net of the pauses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Literal, NamedTuple

from wellheard.ground.local_time import first_moment, in_utc
from wellheard.ground.working_time import explaining

if TYPE_CHECKING:
    from wellheard.ground.working_time.calendar import Calendar, DayKind

Unit = Literal["working_minutes", "working_hours", "working_days", "calendar_days"]

_NOTHING = timedelta(0)
_ONE_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Promise:
    """How long something may take.

    `on_closed_day` says what happens when calendar days end on a day without working time: the due moment stays, or
    moves to the next or the previous working day. The other units never end there.
    """

    amount: int
    unit: Unit
    on_closed_day: Literal["stay", "next", "previous"] = "stay"

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(
                f"A promise of {self.amount} {self.unit.replace('_', ' ')} would be due before it is made."
            )

    def __str__(self) -> str:
        return explaining.counted(self.amount, self.unit.replace("_", " ").removesuffix("s"))


@dataclass(frozen=True)
class Pause:
    """Time that does not count against us, with its reason; without an end it still lasts."""

    start: datetime
    end: datetime | None
    reason: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", in_utc(self.start))
        if self.end is not None:
            object.__setattr__(self, "end", in_utc(self.end))
            if self.end < self.start:
                raise ValueError(f"The pause that begins {self.start:%Y-%m-%d %H:%M} UTC ends before it begins.")


@dataclass(frozen=True)
class DayShare:
    """One day of the strip under a deadline.

    The three shares run from 0 to 1 over the hours that count on that day (working hours, or the whole day for
    calendar days): where the promise begins to count, where it is due, and how much of it has gone, pauses left out.
    """

    day: date
    label: str
    kind: "DayKind"
    name: str
    begins: float
    ends: float
    gone: float


@dataclass(frozen=True)
class Deadline:
    """When a promise is due (UTC) and how that came about.

    `counted_from` is the first moment that counts, `paused` how far the pauses moved the due moment, measured in the
    promise's own time. While a pause lasts, `stopped_since` names its beginning and `due` is what it would be if the
    clock went on now.
    """

    due: datetime
    explanation: str
    days: tuple[DayShare, ...]
    counted_from: datetime
    paused: timedelta = _NOTHING
    stopped_since: datetime | None = None


class Elapsed(NamedTuple):
    """Seconds that passed on the wall, and working seconds without the pauses."""

    gross_seconds: float
    net_working_seconds: float


class _Span(NamedTuple):
    start: datetime
    end: datetime


def deadline(
    calendar: "Calendar",
    start: datetime,
    promise: Promise,
    pauses: Sequence[Pause] = (),
    *,
    now: datetime | None = None,
) -> Deadline:
    """When a promise that began at `start` is due.

    Each pause that begins before the due moment pushes it by the working time paused; a promise in calendar days,
    whose clock runs at night as well, by the whole time paused. Overlapping pauses count once. `now` fills the strip
    of days and is the end, for the moment, of a pause that still lasts; without it such a pause pushes nothing.
    Raises NoWorkingTime when the calendar never opens and the promise is in working time.
    """
    start = in_utc(start)
    now = None if now is None else in_utc(now)
    by_calendar = promise.unit == "calendar_days"
    counted_from = start if by_calendar else calendar.next_working(start)
    due = _without_pauses(calendar, start, promise)
    paused = _NOTHING
    for span in _merged(pauses, start, until=now):
        if span.start >= due:
            break
        push = span.end - span.start if by_calendar else calendar.working_time(*span)
        due = due + push if by_calendar else calendar.shift(due, push)
        paused += push
    closed_due = due
    if by_calendar:
        due = _on_open_day(calendar, due, promise)
    reasons = [
        explaining.beginning(calendar, promise, start, counted_from, due),
        *explaining.holidays(calendar, promise, counted_from, due, now),
        *explaining.pauses(promise, pauses, start, due, paused),
        *explaining.moved(calendar, promise, closed_due, due),
    ]
    return Deadline(
        due=due,
        explanation="; ".join(reasons),
        days=tuple(_strip(calendar, counted_from, due, pauses, now, whole_days=by_calendar)),
        counted_from=counted_from,
        paused=paused,
        stopped_since=min((pause.start for pause in pauses if pause.end is None and pause.start < due), default=None),
    )


def elapsed(calendar: "Calendar", start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> Elapsed:
    """Time from start to end: all of it on the wall, and the working time of it without the pauses.

    Both are negative when the end lies before the start.
    """
    start, end = in_utc(start), in_utc(end)
    spans = _merged(pauses, start, until=end)
    paused = sum((_working_overlap(calendar, span, start, end) for span in spans), _NOTHING)
    net = calendar.working_time(start, end) - paused
    return Elapsed((end - start).total_seconds(), net.total_seconds())


def _without_pauses(calendar: "Calendar", start: datetime, promise: Promise) -> datetime:
    match promise.unit:
        case "working_minutes":
            return calendar.add_working(start, minutes=promise.amount)
        case "working_hours":
            return calendar.add_working(start, minutes=60 * promise.amount)
        case "working_days":
            return calendar.add_days(start, days=promise.amount, kind="working")
        case "calendar_days":
            return calendar.add_days(start, days=promise.amount, kind="calendar")


def _on_open_day(calendar: "Calendar", due: datetime, promise: Promise) -> datetime:
    day = calendar.local_day(due)
    if promise.on_closed_day == "stay" or calendar.is_working_day(day):
        return due
    open_day = calendar.nearest_working_day(day, step=1 if promise.on_closed_day == "next" else -1)
    return calendar.same_time_on(open_day, due)


def _merged(pauses: Sequence[Pause], start: datetime, *, until: datetime | None) -> list[_Span]:
    """The pauses from `start` on, in order, those that touch made one; an open one ends at `until`."""
    spans: list[_Span] = []
    for pause in sorted(pauses, key=lambda pause: pause.start):
        end = pause.end or until
        begin = max(pause.start, start)
        if end is None or end <= begin:
            continue
        if spans and begin <= spans[-1].end:
            spans[-1] = _Span(spans[-1].start, max(spans[-1].end, end))
        else:
            spans.append(_Span(begin, end))
    return spans


def _working_overlap(calendar: "Calendar", span: _Span, start: datetime, end: datetime) -> timedelta:
    begin, finish = max(span.start, start), min(span.end, end)
    return calendar.working_time(begin, finish) if begin < finish else _NOTHING


def _strip(
    calendar: "Calendar",
    begin: datetime,
    due: datetime,
    pauses: Sequence[Pause],
    now: datetime | None,
    *,
    whole_days: bool,
) -> Iterator[DayShare]:
    zone = calendar.zone_info
    today = None if now is None else calendar.local_day(now)
    spans = _merged(pauses, begin, until=now)
    day = calendar.local_day(begin)
    last = calendar.local_day(max(begin, due - _TICK))
    while day <= last:
        if whole_days:
            midnights = (datetime.combine(day + n * _ONE_DAY, datetime.min.time()) for n in (0, 1))
            hours = [_Span(*(first_moment(midnight, zone) for midnight in midnights))]
        else:
            hours = [_Span(*stretch) for stretch in calendar.stretches(day)]
        gone = _NOTHING
        if now is not None:
            reached = min(now, due)
            gone = _covered(hours, begin, reached) - sum(
                (_covered(hours, span.start, min(span.end, reached)) for span in spans), _NOTHING
            )
        yield DayShare(
            day=day,
            label="today" if day == today else explaining.short_weekday(day),
            kind=calendar.day_kind(day),
            name=calendar.holidays.get(day, ""),
            begins=_share(hours, begin),
            ends=_share(hours, due),
            gone=gone / _length(hours) if hours else 0.0,
        )
        day += _ONE_DAY


def _length(hours: Sequence[_Span]) -> timedelta:
    return sum((span.end - span.start for span in hours), _NOTHING)


def _covered(hours: Sequence[_Span], start: datetime, end: datetime) -> timedelta:
    return sum((max(_NOTHING, min(end, span.end) - max(start, span.start)) for span in hours), _NOTHING)


def _share(hours: Sequence[_Span], moment: datetime) -> float:
    """How much of the hours lies before the moment."""
    before = takewhile(lambda span: span.start < moment, hours)
    covered = sum((min(moment, span.end) - span.start for span in before), _NOTHING)
    return covered / _length(hours) if hours else 0.0
