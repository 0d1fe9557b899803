"""Where a case stands, as its customer reads it."""

from dataclasses import dataclass
from datetime import datetime

from wellheard.cases.flow import Status
from wellheard.cases.models import Case, Outcome, Settled
from wellheard.cases.texts import moment_words, say


@dataclass(frozen=True)
class Stage:
    """One line of the way from the first word to the end; `state` is done, here or later."""

    title: str
    words: str
    state: str


def headline(case: Case, now: datetime, language: str) -> tuple[str, str]:
    """What matters now, and a sentence beneath it."""
    due = moment_words(case.due_at, case.site.zone, language)
    match case.status:
        case Status.ANSWERED:
            return say(language, "answered_title"), ""
        case Status.CLOSED:
            key = "closed_content" if case.outcome == Outcome.CONTENT else "closed_other"
            return say(language, "closed_title"), say(language, key)
    if case.due_at < now:
        return say(language, "late", due=due), say(language, "late_sorry", owner=case.owner.name)
    return say(language, "by_then", due=due), ""


def stages(case: Case, language: str) -> list[Stage]:
    """The way of this case. The first thing that is not done is where it stands."""
    done = [(title, words) for title, words, is_done in _way(case, language) if is_done]
    rest = [(title, words) for title, words, is_done in _way(case, language) if not is_done]
    if case.status == Status.CLOSED:
        closed = moment_words(case.closed_at or case.received_at, case.site.zone, language)
        return [Stage(title, words, "done") for title, words in [*done, (say(language, "stage_closed"), closed)]]
    return [
        *(Stage(title, words, "done") for title, words in done),
        *(Stage(title, words, "later" if place else "here") for place, (title, words) in enumerate(rest)),
    ]


def _way(case: Case, language: str) -> list[tuple[str, str, bool]]:
    zone = case.site.zone
    is_answered = case.status in {Status.ANSWERED, Status.CLOSED} and case.answered_at is not None
    due = moment_words(case.due_at, zone, language)
    way = [(say(language, "stage_received"), moment_words(case.received_at, zone, language), True)]
    if case.acknowledged_at is not None:
        way.append((say(language, "stage_owner", owner=case.owner.name), "", True))
    else:
        until = moment_words(case.acknowledge_due, zone, language)
        way.append((say(language, "stage_owner_soon"), say(language, "stage_owner_by", due=until), False))
    if case.cause_told:
        way.append((say(language, "stage_cause"), case.cause_told, True))
    elif is_answered or (case.status == Status.INVESTIGATING and case.cause_words):
        way.append((say(language, "stage_cause_done"), "", True))
    else:
        way.append((say(language, "stage_cause_later"), "", False))
    if is_answered:
        answered = case.answered_again_at or case.answered_at or case.received_at
        way.append((say(language, "stage_answered"), moment_words(answered, zone, language), True))
    else:
        is_writing = case.status == Status.INVESTIGATING and bool(case.cause_words)
        key = "stage_answer" if is_writing else "stage_answer_later"
        way.append((say(language, key), say(language, "stage_answer_by", due=due), False))
    way.append(_word(case, language))
    return way


def _word(case: Case, language: str) -> tuple[str, str, bool]:
    match case.settled:
        case Settled.YES:
            return say(language, "stage_settled"), "", True
        case Settled.NO:
            return say(language, "stage_not_settled"), say(language, "stage_not_settled_words"), False
    return say(language, "stage_word"), say(language, "stage_word_words"), False
