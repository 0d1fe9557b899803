"""Bringing answers from a file: look at what was found, correct it, then import. Nothing is saved before that."""

from typing import Any

from django.urls import reverse

from wellheard.core import access
from wellheard.core.import_pages import ImportPages, Templates
from wellheard.core.models import ImportBatch, Member
from wellheard.surveys.imports.preview import FIELD_TITLES, GUESS_TITLES
from wellheard.surveys.imports.recognising import ANSWERS
from wellheard.surveys.models import Survey


def _survey(member: Member, batch: ImportBatch) -> Survey | None:
    if batch.status != ImportBatch.Status.DONE or not batch.target_id:
        return None
    return Survey.objects.visible_to(member).filter(pk=batch.target_id).first()


def _about(member: Member, batch: ImportBatch) -> dict[str, Any]:
    return {"survey": _survey(member, batch)}


def _may_undo(member: Member, batch: ImportBatch) -> bool:
    survey = _survey(member, batch)
    return survey is None or access.may(member, "surveys.import_into", survey)


PAGES = ImportPages(
    kind="responses",
    noun="answer,answers",
    titles=lambda: FIELD_TITLES,
    answers=ANSWERS,
    start=lambda: reverse("surveys:import"),
    done=lambda reference: reverse("surveys:batch", args=[reference]),
    templates=Templates(
        start="surveys/import.html",
        look="surveys/import_look.html",
        batch="surveys/import_batch.html",
        undo="surveys/import_undo.html",
    ),
    guess_titles=GUESS_TITLES,
    hidden_guesses=("survey",),
    about_batch=_about,
    may_undo=_may_undo,
)
bring, batch, undo = PAGES.bring, PAGES.batch, PAGES.undo
