"""Surveys by their public token, kept in memory: the answer page asks the database for a survey once in a while, not each time.

A change of the survey is seen at once in the process that made it (`forget`), and within a second in every other.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from zoneinfo import ZoneInfo

from django.db import connection

from wellheard.surveys.models import Question, Survey

KEPT_SECONDS = 1.0
MOST = 2_000


@dataclass(frozen=True, slots=True)
class KnownSurvey:
    """What the answer page needs of a survey. `scored` and `worded` are the ids of its questions by kind."""

    survey: Survey
    questions: tuple[Question, ...]
    zone: ZoneInfo
    asked_at: float

    @property
    def languages(self) -> list[str]:
        return list(self.survey.languages) or ["en"]

    def takes_answers(self, at: datetime) -> bool:
        return self.survey.takes_answers(at)


_known: dict[str, KnownSurvey | None] = {}
_asked: dict[str, float] = {}
_asking = Lock()


def survey_of(token: str) -> KnownSurvey | None:
    """The survey behind a token; None when nobody gave this token out (or the survey is still a draft)."""
    now = time.monotonic()
    asked = _asked.get(token)
    if asked is not None and now - asked < KEPT_SECONDS:
        return _known.get(token)
    # Under load one thread asks anew; the others go on with what was known a moment ago.
    if not _asking.acquire(blocking=asked is None):
        return _known.get(token)
    try:
        found = _ask(token, now)
        if len(_asked) >= MOST:  # somebody tries tokens: what they make us remember stays bounded
            forget()
        _known[token], _asked[token] = found, now
    finally:
        _asking.release()
        if not connection.in_atomic_block:
            # Given back before this request waits for the writer: with a bounded pool, the requests that wait could
            # otherwise hold every connection, and the writer would wait for them.
            connection.close()
    return found


def forget() -> None:
    """A survey changed here: ask again. Called when one is opened, closed or amended, after the commit."""
    _known.clear()
    _asked.clear()


def _ask(token: str, now: float) -> KnownSurvey | None:
    survey = Survey.objects.select_related("site").prefetch_related("questions").filter(token=token).first()
    if survey is None or survey.status == Survey.Status.DRAFT:
        return None
    return KnownSurvey(survey, tuple(survey.asked()), survey.zone, now)
