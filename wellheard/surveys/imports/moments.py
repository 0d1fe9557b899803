"""When an answer was given, as the file says it: the order of day and month, the zone, and what to do without."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from wellheard.core.errors import Refusal
from wellheard.core.imports import Question as Asked
from wellheard.ground.local_time import first_moment
from wellheard.ground.tabular import NotADate, Table, guess_dates, parse_date
from wellheard.ground.tabular.dates import Order

Moment = tuple[datetime, date]
ORDERS = {"dmy": "day before month: 11/4 is in April", "mdy": "month before day: 11/4 is in November"}
NOON = time(12)


@dataclass
class MomentReader:
    """`read(cell)` gives the moment and the day. `guessed` and `questions` say what was assumed, and what can't be."""

    read: Callable[[str], Moment]
    guessed: dict[str, Any] = field(default_factory=dict)
    questions: list[Asked] = field(default_factory=list)


def moments_of(
    table: Table, column: str | None, answers: Mapping[str, str], zone: ZoneInfo, at: datetime
) -> MomentReader:
    """How to read the moments of this column; without a column every answer has the moment of the import."""
    zone, named = _zone(answers, zone)
    if column is None:
        here = at.astimezone(zone).date()
        sentence = f"the file has no dates, so the day of the import is used: {here.isoformat()}"
        return MomentReader(lambda cell: (at, here), {"answered_at": sentence})
    place = table.columns.index(column)
    guess = guess_dates((row.number, row.cells[place]) for row in table.rows)
    order: Order = guess.order
    guessed: dict[str, Any] = {"date_order": f"{order}: {guess.evidence}"}
    questions = []
    told = answers.get("day_month_order", "").strip().lower()
    if told and told not in ORDERS:
        raise Refusal(
            f"“{told}” is no order of day and month. Nothing was imported; say dmy or mdy.", field="day_month_order"
        )
    if told:
        order, guessed["date_order"] = ("mdy" if told == "mdy" else "dmy"), f"{told}, as you said"
    elif order == "ambiguous":
        order = guess.likely or "dmy"
        because = f"; {guess.because}" if guess.because else ""
        guessed["date_order"] = f"{order} perhaps: {guess.evidence}{because}"
        sentence = f"In “{column}” {guess.evidence}. Does the day or the month come first?"
        questions.append(
            Asked(
                "day_month_order",
                sentence
                + (f" The {'month' if order == 'mdy' else 'day'} seems likely: {guess.because}." if because else ""),
                ORDERS,
            )
        )
    guessed["time_zone"] = f"{zone.key}, {named}; times that name a zone keep their own"
    if not guess.has_time:
        guessed["time_of_day"] = "the file has none; noon is stored, and the day counts"
    if guess.suspicion:
        guessed["dates_look_swapped"] = guess.suspicion

    def read(cell: str) -> Moment:
        found = parse_date(cell, order, serials=guess.serials)
        if not isinstance(found, datetime):
            return first_moment(datetime.combine(found, NOON), zone), found
        if found.tzinfo is not None:
            local = found.astimezone(zone)
            return local.astimezone(UTC), local.date()
        return first_moment(found, zone), found.date()

    return MomentReader(read, guessed, questions)


def _zone(answers: Mapping[str, str], zone: ZoneInfo) -> tuple[ZoneInfo, str]:
    told = answers.get("time_zone", "").strip()
    if not told:
        return zone, "the survey’s own, since the file names none"
    try:
        return ZoneInfo(told), "as you said"
    except (KeyError, ValueError, OSError):
        raise Refusal(
            f"There is no time zone called “{told}”. Nothing was imported; write it as Europe/Berlin.",
            field="time_zone",
        ) from None


__all__ = ["Moment", "MomentReader", "NotADate", "moments_of"]
