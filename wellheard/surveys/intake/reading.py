"""Reading what was sent: a form or JSON, every input hostile, nothing that was written lost."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from wellheard.core.uploads import NoUploads
from wellheard.ground.text.keeping import keepable
from wellheard.surveys.intake.known import KnownSurvey
from wellheard.surveys.models import Question

KEY = re.compile(r"[A-Za-z0-9_-]{8,80}")
RESERVED = frozenset({"key", "language", "website", "answers", "lang", "done"})
"""What the page itself sends beside the answers: no question can bear such a key."""
LONGEST_SCORE = 4


class UnreadableError(ValueError):
    """The body is not what its type says."""


class TooMuchError(ValueError):
    """The body is longer, or has more fields, than an answer may have."""


def sent_by(request: HttpRequest, *, as_json: bool) -> Mapping[str, Any]:
    """The fields that were sent, read once and to a bounded length; files are not even looked at."""
    length = str(request.META.get("CONTENT_LENGTH") or "")
    if length.isdecimal() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooMuchError
    request.upload_handlers = [NoUploads(request)]
    try:
        return json_of(request.body) if as_json else request.POST
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        raise TooMuchError from None
    except (MultiPartParserError, BadRequest, UnreadablePostError):
        raise UnreadableError("The body can't be read. Nothing was stored.") from None


@dataclass
class Submission:
    """What was sent, made clean; `faults` by question key when it can't be taken, `typed` to give it back as it was."""

    key: str = ""
    language: str = ""
    answers: list[tuple[int, int | None, str | None]] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    unsolicited: bool = False


def submission_of(
    known: KnownSurvey, sent: Mapping[str, Any], sentences: Mapping[str, str], *, is_form: bool = True
) -> Submission:
    """Read answers from a form or a JSON object; `sentences` are the refusals in the reader's language.

    Without a usable key it gets one, so that the page that is shown again sends the same answer, not another.
    """
    found = Submission()
    key = sent.get("key")
    found.key = key if isinstance(key, str) and KEY.fullmatch(key) else secrets.token_urlsafe(18)
    language = sent.get("language")
    found.language = language if language in known.languages else known.languages[0]
    # A field that people don't see: what fills it is a program. It is told the same, and nothing is stored.
    found.unsolicited = is_form and bool(sent.get("website"))
    for question in known.questions:
        text = _text(sent.get(question.key))
        found.typed[question.key] = text or ""
        if text is None:
            found.faults[question.key] = _not_so(question, sentences)
        else:
            _read(question, text, found, sentences)
    if not found.answers and not found.faults:
        found.faults[known.questions[0].key if known.questions else ""] = sentences["nothing"]
    return found


def _text(value: Any) -> str | None:
    """What was sent for one question, as text that every database holds; None when it is neither text nor number."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        return None
    return keepable(value)


def _not_so(question: Question, sentences: Mapping[str, str]) -> str:
    if not question.is_scored:
        return sentences["words"]
    low, high = question.scale
    return sentences["scale"].format(low=low, high=high)


def _read(question: Question, text: str, found: Submission, sentences: Mapping[str, str]) -> None:
    if not text.strip():
        if question.required:
            found.faults[question.key] = sentences["score" if question.is_scored else "words"]
        return
    if not question.is_scored:
        found.answers.append((question.pk, None, text))
        return
    number = text.strip()
    score = int(number) if number.isascii() and number.isdigit() and len(number) <= LONGEST_SCORE else None
    if score is None or not question.accepts(score):
        found.faults[question.key] = _not_so(question, sentences)
    else:
        found.answers.append((question.pk, score, None))


def json_of(body: bytes) -> dict[str, Any]:
    """A JSON object, or `UnreadableError`."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise UnreadableError("The body is not JSON. Nothing was stored.") from None
    if not isinstance(value, dict):
        raise UnreadableError("The body is not a JSON object. Nothing was stored.")
    answers = value.pop("answers", None)
    return value | answers if isinstance(answers, dict) else value
