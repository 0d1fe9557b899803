"""Reading what was sent: a form or JSON, every input hostile, nothing that was written lost."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wellheard.surveys.intake.known import KnownSurvey
from wellheard.surveys.models import Question

KEY = re.compile(r"[A-Za-z0-9_-]{8,80}")
LONGEST_SCORE = 4


@dataclass
class Submission:
    """What was sent, made clean; `faults` by question key when it can't be taken, `typed` to give it back as it was."""

    key: str = ""
    language: str = ""
    answers: list[tuple[int, int | None, str | None]] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    unsolicited: bool = False


def submission_of(known: KnownSurvey, sent: Mapping[str, Any], sentences: Mapping[str, str]) -> Submission:
    """Read answers from a form or a JSON object; `sentences` are the refusals in the reader's language."""
    found = Submission()
    key = str(sent.get("key") or "")
    found.key = key if KEY.fullmatch(key) else ""
    language = str(sent.get("language") or "")
    found.language = language if language in known.languages else known.languages[0]
    # A field that people don't see: what fills it is a program. It is told the same, and nothing is stored.
    found.unsolicited = bool(sent.get("website"))
    for question in known.questions:
        value = sent.get(question.key)
        text = "" if value is None else str(value)
        found.typed[question.key] = text
        _read(question, text, found, sentences)
    if not found.answers and not found.faults:
        found.faults[known.questions[0].key if known.questions else ""] = sentences["nothing"]
    return found


def _read(question: Question, text: str, found: Submission, sentences: Mapping[str, str]) -> None:
    if not question.is_scored:
        if text.strip():
            # A database text can't hold the character NUL; it is shown as its symbol instead of being dropped.
            found.answers.append((question.pk, None, text.replace("\x00", "\u2400")))
        elif question.required:
            found.faults[question.key] = sentences["words"]
        return
    number = text.strip()
    if not number:
        if question.required:
            found.faults[question.key] = sentences["score"]
        return
    score = int(number) if number.isascii() and number.isdigit() and len(number) <= LONGEST_SCORE else None
    if score is None or not question.accepts(score):
        low, high = question.scale
        found.faults[question.key] = sentences["scale"].format(low=low, high=high)
        return
    found.answers.append((question.pk, score, None))


class UnreadableError(ValueError):
    """The body is not what its type says."""


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
