"""Surveys by their public token, kept in memory: the answer page asks the database for a survey once in a while, not each time.

A change of the survey is seen at once in the process that made it (`forget`), and within a second in every other. Only
surveys that there are are kept: whoever tries tokens makes us remember nothing, and drives nobody else's survey out.
"""

import re
import time
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from zoneinfo import ZoneInfo

from wellheard.surveys.models import Question, Survey

KEPT_SECONDS = 1.0
MOST = 2_000
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,40}")


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


_known: dict[str, KnownSurvey] = {}
_age = object()  # another one after each `forget`
_renewing = Lock()


def survey_of(token: str) -> KnownSurvey | None:
    """The survey behind a token; None when nobody gave this token out (or the survey is still a draft)."""
    known = _known.get(token)
    if known is None:
        return _ask(token) if TOKEN.fullmatch(token) else None
    if time.monotonic() - known.asked_at < KEPT_SECONDS:
        return known
    # Under load one thread asks anew; the others go on with what was known a moment ago.
    if not _renewing.acquire(blocking=False):
        return known
    try:
        return _ask(token)
    finally:
        _renewing.release()


def forget() -> None:
    """A survey changed here: ask again. Called when one is opened, closed or amended, after the commit."""
    global _age
    _age = object()
    _known.clear()


def _ask(token: str) -> KnownSurvey | None:
    age, now = _age, time.monotonic()
    survey = Survey.objects.select_related("site").prefetch_related("questions").filter(token=token).first()
    found = None
    if survey is not None and survey.status != Survey.Status.DRAFT:
        found = KnownSurvey(survey, tuple(survey.asked()), survey.zone, now)
    if found is None:
        _known.pop(token, None)
    elif age is _age:  # what was read before a change is not kept after it
        if len(_known) >= MOST:
            _known.clear()
        _known[token] = found
    return found
