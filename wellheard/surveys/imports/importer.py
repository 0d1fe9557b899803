"""The import of answers: `wellheard import responses FILE`, and the same on the page.

What it can't know it asks (the order of day and month, the scale, the column of the score); what it can assume it states
in `guessed`: the encoding, the columns, the zone of times that name none (the survey's), the day of the import where
the file has no dates. Imported answers are history: they count and can be read, but raise no alarm.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count

from wellheard.core import access
from wellheard.core.action import writing
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.imports import Options, Result, read_table, refuse_twice, said_of
from wellheard.core.imports import Question as Asked
from wellheard.core.models import ImportBatch
from wellheard.core.trail.seals import take_back
from wellheard.ground.tabular import Table, UnreadableFile
from wellheard.surveys import tallies
from wellheard.surveys.imports.moments import moments_of
from wellheard.surveys.imports.profiles import profiles_of
from wellheard.surveys.imports.recognising import ANSWERS, FIELDS, FORMS_FIRST, Columns, recognise, said
from wellheard.surveys.imports.rows import Rows
from wellheard.surveys.imports.targets import questions_for, survey_for
from wellheard.surveys.models import COUNTERS, Answer, Question, Response, Survey, Tally
from wellheard.surveys.storing import store

FORMATS = {"google-forms": "an export of Google Forms", "generic-wide": "one row an answer, one column a question"}
KIND = "surveys.response"


class ResponseImporter:
    """Answers in a table, one row each."""

    kind = "responses"

    def run(self, name: str, data: bytes, options: Options, batch: ImportBatch, by: Actor, at: datetime) -> Result:
        """Read the file and store its answers, in the transaction that this is called in."""
        if options.format and options.format not in FORMATS:
            raise Refusal(
                f"Answers can’t be read as “{options.format}”. Nothing was imported; there is: {', '.join(FORMATS)}.",
                field="format",
            )
        try:
            return self._run(name, data, options, batch, by, at)
        except UnreadableFile as fault:
            raise Refusal(str(fault), field="file") from fault

    def _run(self, name: str, data: bytes, options: Options, batch: ImportBatch, by: Actor, at: datetime) -> Result:
        answers = said_of(options, ANSWERS)
        refuse_twice(batch)
        table = read_table(name, data, answers)
        told = said(_told(options), table.columns)
        columns = recognise(profiles_of(table.columns, table.rows), told, answers)
        survey, is_new = survey_for(options.into, name, options.site_id, by, at)
        target = questions_for(survey, columns, is_new=is_new)
        moments = moments_of(table, columns.fields.get("answered_at"), answers, survey.zone, at)
        rows = Rows(table, columns, target, moments, batch, at)
        store(rows)
        writing().happened(survey, batch=batch.reference, responses=rows.accepted, rejected=len(rows.rejected))
        created = target.created | {"responses": rows.accepted, "scores": rows.scores, "comments": rows.comments}
        return Result(
            format=options.format or _format_of(table),
            rows=rows.number,
            accepted=rows.accepted,
            rejected=rows.rejected,
            left_out=dict(rows.left_out),
            guessed=_guessed(table, columns, survey, rows, is_new=is_new) | moments.guessed,
            questions=[
                *columns.questions,
                *moments.questions,
                *_seen_before(batch, survey, answers, is_new=is_new, is_told=options.accept_guesses),
            ],
            created={name: number for name, number in created.items() if number},
            target=survey,
            summary=_summary(survey, rows),
        )

    def undo(self, batch: ImportBatch, by: Actor, at: datetime) -> dict[str, int]:
        """Take back everything that came with a batch; the survey too, when nothing else is in it."""
        responses = Response.objects.filter(batch=batch)
        # Locked: an answer that someone leaves out meanwhile would lower the counters a second time.
        list(responses.select_for_update().values_list("pk", flat=True))
        surveys = list(Survey.objects.filter(pk__in=responses.values("survey_id")))
        if not surveys and batch.target_kind == "surveys.survey" and batch.target_id:
            surveys = list(Survey.objects.filter(pk=batch.target_id))
        for survey in surveys:
            access.require(by, "surveys.import_into", survey)
        _lower_counters(batch)
        gone, _ = Answer.objects.filter(response__batch=batch).delete()
        removed = {"answers": gone, "responses": take_back(KIND, responses)}
        for survey in surveys:
            writing().happened(survey, batch=batch.reference, taken_back=removed["responses"])
            _remove_empty_counters(survey)
            for question in Question.objects.filter(survey=survey, is_asked=False):
                if not Answer.objects.filter(question=question).exists():
                    question.delete()
                    removed["questions"] = removed.get("questions", 0) + 1
            if survey.is_imported and not Response.objects.filter(survey=survey).exists():
                survey.delete()
                removed["surveys"] = removed.get("surveys", 0) + 1
        return {name: number for name, number in removed.items() if number}


def _told(options: Options) -> dict[str, str]:
    """Which column is which, as said in the mapping or as the answer to a question."""
    return {name: value for name, value in options.answers.items() if name in FIELDS} | dict(options.mapping)


def _format_of(table: Table) -> str:
    return "google-forms" if FORMS_FIRST.fullmatch(table.columns[0]) else "generic-wide"


def _seen_before(
    batch: ImportBatch, survey: Survey, answers: Mapping[str, str], *, is_new: bool, is_told: bool
) -> list[Asked]:
    """The same file in the same survey would count everyone twice; in a new one of the same name, it makes a twin that
    nobody can tell apart. Accepting guesses is no answer to that: it is no guess. `is_told`: nobody is there to be asked."""
    if answers.get("import_again") == "yes":
        return []
    namesakes = Survey.objects.filter(title=survey.title) if is_new else Survey.objects.filter(pk=survey.pk)
    earlier = (
        ImportBatch.objects.filter(
            file__sha256=batch.file.sha256,
            status=ImportBatch.Status.DONE,
            target_kind="surveys.survey",
            target_id__in=namesakes.values("pk"),
        )
        .exclude(pk=batch.pk)
        .order_by("pk")
        .first()
    )
    if earlier is None:
        return []
    harm = "There would be two surveys of this name." if is_new else "Everyone in it would count twice."
    sentence = f"This file is already in “{survey.title}”, as {earlier.reference}. {harm}"
    if is_told:
        raise Refusal(
            f"{sentence} Nothing was imported; say import_again=yes if you mean it.", field="import_again", code="twice"
        )
    return [Asked("import_again", sentence, {"yes": "import it a second time"})]


def _guessed(table: Table, columns: Columns, survey: Survey, rows: Rows, *, is_new: bool) -> dict[str, Any]:
    """Everything that nobody said, in words that can be checked."""
    read_as = {name: table.guessed[name] for name in ("encoding", "delimiter", "sheet") if table.guessed.get(name)}
    found: dict[str, Any] = {"format": _format_of(table), "file": table.guessed["format"], **read_as}
    if table.guessed.get("header_row", 1) != 1:
        found["header_row"] = table.guessed["header_row"]
    if not table.guessed.get("encoding_is_sure", True):
        found["encoding_is_sure"] = False
    found |= {name: columns.fields[name] for name in FIELDS if name in columns.guessed and name in columns.fields}
    if "scale" in columns.guessed:
        found["scale"] = "0 to 10" if columns.kind == "nps" else "1 to 5"
    kept = {
        "further_scores": [name for name, _ in columns.further],
        "further_words": columns.words,
        "kept_beside": columns.details,
    }
    found |= {name: value for name, value in kept.items() if value}
    found["survey"] = f"{'new' if is_new else 'added to'}: {survey.title}"
    if rows.broken_rows:
        found["broken_characters"] = {
            "cells": rows.broken_cells,
            "rows": len(rows.broken_rows),
            "first": rows.broken_rows[:10],
        }
    if table.problems.ragged_count:
        found["uneven_rows"] = table.problems.ragged_count
    if table.problems.renamed:
        found["renamed_columns"] = [f"{each.said or 'column'} → {each.name}" for each in table.problems.renamed][:20]
    return found


def _summary(survey: Survey, rows: Rows) -> list[str]:
    lines = [f"The survey: “{survey.title}” ({survey.reference})."]
    if rows.first and rows.last:
        zone = survey.zone
        lines.append(
            f"Answered from {rows.first.astimezone(zone):%-d %B %Y %H:%M} to {rows.last.astimezone(zone):%-d %B %Y %H:%M}."
        )
    if rows.broken_rows:
        lines.append(
            f"{len(rows.broken_rows)} rows hold characters that were broken before they came here (�). They are kept as they are."
        )
    if rows.comments:
        lines.append("Imported comments are history: they stand beside the score and raise no alarm.")
    return lines


def _lower_counters(batch: ImportBatch) -> None:
    counted = (
        Answer.objects.filter(response__batch=batch, response__left_out="", score__isnull=False)
        .order_by()
        .values_list(
            "question_id",
            "response__answered_on",
            "response__segment",
            "response__site_id",
            "response__channel",
            "score",
        )
        .annotate(number=Count("pk"))
    )
    tallies.add(
        {
            tallies.Scored(question, day, segment, site or 0, channel, score): -number
            for question, day, segment, site, channel, score, number in counted
        }
    )


def _remove_empty_counters(survey: Survey) -> None:
    Tally.objects.filter(question__survey=survey, **dict.fromkeys(COUNTERS, 0)).delete()
