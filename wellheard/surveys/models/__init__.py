"""What is asked, what was answered, and the counters that scores are read from."""

from wellheard.surveys.models.responses import (
    Answer,
    Channel,
    Response,
    ResponseQuerySet,
    response_body,
    response_digest,
    response_text,
)
from wellheard.surveys.models.surveys import LANGUAGES, Question, QuestionKind, Survey, in_language, new_token
from wellheard.surveys.models.tallies import COUNTERS, PeriodKind, Tally

__all__ = [
    "COUNTERS",
    "LANGUAGES",
    "Answer",
    "Channel",
    "PeriodKind",
    "Question",
    "QuestionKind",
    "Response",
    "ResponseQuerySet",
    "Survey",
    "Tally",
    "in_language",
    "new_token",
    "response_body",
    "response_digest",
    "response_text",
]
