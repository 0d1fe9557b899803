"""The clock of a case as its page shows it: what is due, when, why then, and how much of the time has gone."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wellheard.cases.flow import Status
from wellheard.cases.models import Case
from wellheard.cases.promises import is_due_soon, stored_promise
from wellheard.core.clock import calendar_around
from wellheard.ground.working_time import Calendar, DayShare, NoWorkingTime, Promise, in_words

DAYS_SHOWN = 8
"""A longer strip would be too narrow to read; the explanation says the same in words."""


@dataclass(frozen=True)
class Clock:
    """What `<c-clock>` shows. `tone` is empty (calm), "wait" (due by the end of the next working day) or "late"."""

    label: str
    at: datetime
    due: str
    explanation: str
    tone: str = ""
    then: str = ""
    days: list[dict[str, Any]] = field(default_factory=list)


def clock_of(case: Case, now: datetime) -> Clock:
    """The clock that counts at present: for the acknowledgement, then for the answer, then how the answer came."""
    zone = case.site.zone
    if not case.is_open and _last_answer(case) is not None:
        return _kept_or_broken(case, now)
    calendar = calendar_around(case.site, case.received_at)
    if case.status == Status.RECEIVED:
        label, start, due, why = (
            "Acknowledgement due",
            case.received_at,
            case.acknowledge_due,
            case.acknowledge_explained,
        )
        promise = stored_promise(case.promised, "acknowledge")
        then = f"Our answer is due {in_words(case.answer_due, now, zone)}."
    elif case.is_open and case.again_due is not None and case.reopened_at is not None:
        label, start, due, why = "New answer due", case.reopened_at, case.again_due, case.again_explained
        calendar = calendar_around(case.site, start)
        promise, then = stored_promise(case.promised, "answer"), ""
    elif case.is_open:
        label, start, due, why = "Answer due", case.received_at, case.answer_due, case.answer_explained
        promise, then = stored_promise(case.promised, "answer"), ""
    else:
        why = "Without an answer." if case.answered_at is None else "Looked at again, and without a new answer."
        return Clock("Closed", case.closed_at or now, in_words(case.closed_at or now, now, zone), why)
    tone = "late" if due < now else "wait" if is_due_soon(calendar, due, now) else ""
    words = in_words(due, now, zone)
    return Clock(
        label,
        due,
        f"{words}, and not done" if tone == "late" else words,
        f"{why}.",
        tone,
        then,
        _strip(calendar, start, due, promise, now),
    )


def _last_answer(case: Case) -> datetime | None:
    """When the answer came that the last promise asks for; None while that one was not given."""
    if case.reopened_at is None:
        return case.answered_at
    given = [each for each in (case.answered_again_at, case.answered_at) if each is not None]
    return next((each for each in given if each >= case.reopened_at), None)


def _kept_or_broken(case: Case, now: datetime) -> Clock:
    answered = _last_answer(case) or now
    promised = case.due_at
    said = f"promised for {in_words(promised, now, case.site.zone)}."
    in_time = answered <= promised
    return Clock(
        "Answered",
        answered,
        in_words(answered, now, case.site.zone),
        f"In time: {said}" if in_time else f"Late: {said}",
        "" if in_time else "late",
    )


def _strip(calendar: Calendar, start: datetime, due: datetime, promise: Promise, now: datetime) -> list[dict[str, Any]]:
    """The days under the clock. When the calendar has changed since the promise was made, the stored moment counts and a
    strip drawn from today's calendar would contradict it: then there is none."""
    try:
        deadline = calendar.deadline(start, promise, now=now)
    except NoWorkingTime:
        return []
    if deadline.due != due or len(deadline.days) > DAYS_SHOWN:
        return []
    return [_day(share) for share in deadline.days]


def _day(share: DayShare) -> dict[str, Any]:
    is_today = share.label == "today"
    if share.kind != "working":
        words = "holiday" if share.kind == "holiday" else share.label
        name = f"{share.day:%A}, {share.name or 'closed'}" if share.kind == "holiday" else ""
        return {"label": words, "name": name, "off": True, "today": is_today}
    gone = max(0.0, min(share.gone, 1 - share.begins))
    return {"label": share.label, "start": round(100 * share.begins), "gone": round(100 * gone), "today": is_today}
