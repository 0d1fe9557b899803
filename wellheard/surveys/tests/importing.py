"""Bringing a file in, as the tests do it."""

from datetime import datetime
from pathlib import Path

from wellheard.core.imports import Options, run_import
from wellheard.core.models import ImportBatch, Member
from wellheard.surveys.models import Answer, Question, Response, Survey, Tally

FILES = Path(__file__).parent / "files"
OWN = (FILES / "after-delivery.csv").read_bytes()


def bring(
    by: Member,
    at: datetime,
    data: bytes = OWN,
    name: str = "after-delivery.csv",
    *,
    yes: bool = False,
    into: str = "",
    **said: str,
) -> ImportBatch:
    options = Options(mapping=said, answers=said, into=into, accept_guesses=yes)
    return run_import("responses", name, data, by, at=at, options=options)


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Survey, Question, Response, Answer, Tally))
