"""`wellheard score SURVEY`: a score with its n and its interval."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Q

from wellheard.config.commands.output import Fault, print_json, say
from wellheard.surveys.models import Question, Survey
from wellheard.surveys.scores import score


def add_to(parsers: Any) -> None:
    """Adds `score`."""
    parser = parsers.add_parser("score", help="a survey's score, with its interval")
    parser.add_argument("survey", help="its reference or its title")
    parser.add_argument("--question", default="", help="the question's key; by default the first with a score")
    parser.add_argument("--segment", default=None)
    parser.add_argument("--from", dest="first", type=day, default=None, metavar="D", help="YYYY-MM-DD")
    parser.add_argument("--to", dest="last", type=day, default=None, metavar="D")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def day(text: str) -> date:
    """A day; argparse turns the error into a sentence."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day such as 2026-11-30") from None


def run(chosen: argparse.Namespace) -> int:
    """Print the score."""
    survey = find_survey(chosen.survey)
    question = find_question(survey, chosen.question)
    refuse_unknown_segment(survey, chosen.segment)
    report = score(survey, question, segment=chosen.segment, first=chosen.first, last=chosen.last)
    if chosen.json:
        print_json(
            {
                "metric": report.metric,
                "value": report.value,
                "n": report.n,
                "low": report.low,
                "high": report.high,
                "counts": report.counts,
                "excluded": report.excluded,
            }
        )
    elif report.value is None:
        narrowed = chosen.segment or chosen.first or chosen.last
        say(f"{survey.title}: {'no score among what was asked for' if narrowed else 'nobody has given a score yet'}.")
    else:
        say(
            f"{survey.title}: {report.metric} {report.value:.1f}, between {report.low:.1f} and {report.high:.1f}, n = {report.n}"
        )
        say("  " + ", ".join(f"{name} {count}" for name, count in report.counts.items()))
        for reason, count in report.excluded.items():
            say(f"  left out: {count} ({reason})")
    return 0


def find_survey(name: str) -> Survey:
    """By reference, or by title (a file's name does, too); the newest when several bear it."""
    title = (
        Path(name).stem.replace("_", " ")
        if name.endswith((".csv", ".tsv", ".xlsx", ".ods"))
        else name.replace("_", " ")
    )
    named = Q(reference__iexact=name) | Q(title__iexact=name) | Q(title__iexact=title)
    survey = Survey.objects.filter(named).order_by("-pk").first()
    if survey is None:
        titles = ", ".join(f"{each.reference} {each.title}" for each in Survey.objects.order_by("-pk")[:10])
        raise Fault(f"There is no survey called “{name}”. There is: {titles or 'none yet'}.")
    return survey


def refuse_unknown_segment(survey: Survey, segment: str | None) -> None:
    """A group that nobody is in has no score to give: more likely its name was mistyped."""
    if not segment:
        return
    known = survey.responses.exclude(segment="").order_by("segment").values_list("segment", flat=True).distinct()
    if segment not in known:
        raise Fault(
            f"{survey.title} has no answers of a group “{segment}”. It has: {', '.join(known[:20]) or 'no groups'}."
        )


def find_question(survey: Survey, key: str) -> Question | None:
    """The question with this key; None lets the survey choose its first scored one."""
    if not key:
        return None
    question = Question.objects.filter(survey=survey, key=key).first()
    if question is None:
        keys = ", ".join(Question.objects.filter(survey=survey).values_list("key", flat=True))
        raise Fault(f"{survey.title} has no question “{key}”. It has: {keys}.")
    return question
