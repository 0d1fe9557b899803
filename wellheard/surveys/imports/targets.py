"""Where imported answers go: a survey of that title, extended or made, and a question for each column."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.utils.text import slugify

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Organisation, Site
from wellheard.core.references import next_reference
from wellheard.surveys.imports.recognising import Columns
from wellheard.surveys.models import Question, QuestionKind, Survey

TITLE = 200


@dataclass
class Target:
    """The survey, and which question each column answers. `created` counts what was made for it."""

    survey: Survey
    questions: dict[str, Question] = field(default_factory=dict)
    created: dict[str, int] = field(default_factory=dict)
    is_new: bool = False


def title_of(file_name: str) -> str:
    """A title from a file's name: `telecom_verbatim.csv` gives “telecom verbatim”."""
    return " ".join(PurePath(file_name).stem.replace("_", " ").split())[:TITLE] or "Imported answers"


def survey_for(into: str, file_name: str, site_id: int | None, by: Actor, at: datetime) -> tuple[Survey, bool]:
    """The survey of this title or reference, the newest of several, or a new one; and whether it is new."""
    title = into.strip()[:TITLE] or title_of(file_name)
    if into.strip():
        known = Survey.objects.visible_to(by)
        found = (
            known.filter(reference__iexact=title).first() or known.filter(title__iexact=title).order_by("-pk").first()
        )
        if found is not None:
            if found.status == Survey.Status.DRAFT:
                raise Refusal(
                    f"“{found.title}” is still a draft. Nothing was imported; open it first, or choose another title.",
                    field="into",
                )
            access.require(by, "surveys.import_into", found)
            return found, False
    access.require(by, "surveys.add_survey")
    site = Site.objects.filter(pk=site_id).first() if site_id else None
    survey = Survey(
        reference=next_reference("SUR", at),
        title=title,
        languages=[Organisation.current().default_language],
        status=Survey.Status.CLOSED,
        owner=by if isinstance(by, Member) else None,
        site=site,
        created_at=at,
        closed_at=at,
        is_imported=True,
    )
    survey.save()
    access.require(by, "surveys.add_survey", survey)
    return survey, True


def questions_for(survey: Survey, columns: Columns, *, is_new: bool) -> Target:
    """A question for each column that is kept: one there is already, else a new one that is asked on no page."""
    target = Target(survey, is_new=is_new)
    there = [] if is_new else list(Question.objects.filter(survey=survey, retired_at=None))
    taken: set[int] = set()
    keys = {question.key for question in there} | set(
        Question.objects.filter(survey=survey).values_list("key", flat=True)
    )
    position = max((question.position for question in there), default=0)
    headline = next((each for each in there if each.is_scored), None)
    words = next((each for each in there if not each.is_scored and not each.is_detail), None)
    for column, kind, is_detail, preferred in _wanted(columns, headline, words):
        known = preferred if preferred is not None and preferred.kind_of_question == kind else None
        known = known or next(
            (
                each
                for each in there
                if each.pk not in taken and each.kind_of_question == kind and column in each.texts.values()
            ),
            None,
        )
        if known is None:
            position += 1
            known = Question(
                survey=survey,
                key=_key(column, kind, keys),
                kind_of_question=kind,
                texts={survey.main_language: column},
                position=position,
                is_asked=False,
                is_detail=is_detail,
            )
            known.save()
            target.created["questions"] = target.created.get("questions", 0) + 1
        taken.add(known.pk)
        target.questions[column] = known
    if is_new:
        target.created["surveys"] = 1
    return target


def _wanted(columns: Columns, headline: Question | None, words: Question | None) -> list[tuple[str, str, bool, Any]]:
    """(column, kind, is a detail, the question it goes to if there is one), the headline first."""
    wanted: list[tuple[str, str, bool, Any]] = []
    text = QuestionKind.TEXT.value
    if score := columns.fields.get("score"):
        wanted.append((score, columns.kind, False, headline))
    if comment := columns.fields.get("comment"):
        wanted.append((comment, text, False, words))
    wanted += [(column, kind, False, None) for column, kind in columns.further]
    wanted += [(column, text, False, None) for column in columns.words]
    beside = [columns.fields[name] for name in columns.beside if columns.fields.get(name)]
    wanted += [(column, text, True, None) for column in [*beside, *columns.details]]
    return wanted


def _key(column: str, kind: str, taken: set[str]) -> str:
    base = slugify(column)[:50] or kind
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    taken.add(key)
    return key
