"""What people do with surveys. Responses are stored by `surveys.storing`: they are too many for an entry each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from wellheard.core import access
from wellheard.core.action import action, writing
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Site
from wellheard.core.records import as_json
from wellheard.core.references import next_reference
from wellheard.surveys import tallies
from wellheard.surveys.flow import SURVEY_FLOW
from wellheard.surveys.intake.known import forget
from wellheard.surveys.intake.reading import RESERVED
from wellheard.surveys.models import Answer, Question, QuestionKind, Response, Survey

CHANGEABLE = frozenset(
    {"title", "intro", "thanks", "closed_text", "languages", "site", "owner", "opens_at", "closes_at"}
)
LONGEST_REASON = 40
Texts = Mapping[str, str]


@dataclass(frozen=True)
class NewQuestion:
    """A question as it is written down; texts by language. Without a key it gets one from its kind."""

    kind: str
    texts: Texts
    key: str = ""
    hints: Texts = field(default_factory=dict)
    low_words: Texts = field(default_factory=dict)
    high_words: Texts = field(default_factory=dict)
    required: bool = False


@action("surveys.add_survey")
def create_survey(
    title: str,
    questions: Sequence[NewQuestion],
    by: Actor,
    *,
    at: datetime,
    languages: Sequence[str] = ("en",),
    intro: Texts | None = None,
    thanks: Texts | None = None,
    closed_text: Texts | None = None,
    site: Site | None = None,
    owner: Member | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> Survey:
    """A draft of a survey with its questions. Whoever makes it owns it, unless someone else is named."""
    survey = Survey(
        reference=next_reference("SUR", at),
        created_at=at,
        owner=owner or (by if isinstance(by, Member) else None),
    )
    _set(
        survey,
        {
            "title": title,
            "languages": list(languages),
            "intro": intro or {},
            "thanks": thanks or {},
            "closed_text": closed_text or {},
            "site": site,
            "opens_at": opens_at,
            "closes_at": closes_at,
        },
    )
    survey.save()
    _write_questions(survey, questions)
    return survey


@action("surveys.amend_draft")
def amend_draft(
    survey: Survey, by: Actor, *, at: datetime, questions: Sequence[NewQuestion] | None = None, **changes: Any
) -> Survey:
    """Change a draft. `questions`, if given, are all of them: those with a known key are changed, missing ones go."""
    if survey.status != Survey.Status.DRAFT:
        raise Refusal(
            f"“{survey.title}” was opened already, so its questions stand as they were asked. Nothing was changed; "
            "give a single question a new wording, or write a new survey.",
            code="wrong_status",
        )
    _set(survey, changes)
    # It may have been moved to another site, where this member has no say.
    access.require(by, "surveys.amend_draft", survey)
    survey.save()
    if questions is not None:
        _write_questions(survey, questions)
    return survey


@action("surveys.open")
def open_survey(survey: Survey, by: Actor, *, at: datetime) -> Survey:
    """From now on customers can answer. The wording is frozen with the first answer."""
    SURVEY_FLOW.take(survey, "open")
    questions = survey.asked()
    if not questions:
        raise Refusal("This survey asks nothing yet. It stays a draft; write a question, then open it.")
    for question in questions:
        if not question.texts.get(survey.main_language):
            raise Refusal(
                f"Question {question.position} has no wording in {survey.main_language}, the survey’s main language. "
                "It stays a draft; write the wording, then open it."
            )
    survey.opened_at = at
    survey.save()
    _show_on_the_answer_page()
    return survey


@action("surveys.close")
def close_survey(survey: Survey, by: Actor, *, at: datetime) -> Survey:
    """No more answers; those there are stay, with their scores."""
    SURVEY_FLOW.take(survey, "close")
    survey.closed_at = at
    survey.save()
    _show_on_the_answer_page()
    return survey


@action("surveys.reopen")
def reopen_survey(survey: Survey, by: Actor, *, at: datetime) -> Survey:
    """Take answers again. Not for imported surveys: nobody was asked here."""
    if survey.is_imported:
        raise Refusal("This survey was imported and can’t be answered here. Nothing was changed; write a new one.")
    SURVEY_FLOW.take(survey, "reopen")
    survey.closed_at = None
    if survey.closes_at is not None and survey.closes_at <= at:
        survey.closes_at = None
    survey.save()
    _show_on_the_answer_page()
    return survey


@action("surveys.reword")
def reword(survey: Survey, question: Question, texts: Texts, by: Actor, *, at: datetime) -> Question:
    """Give a question of this survey another wording.

    Before anyone answered it, the words are simply changed. Afterwards that is refused: what people said was said about
    the old words. `ask_anew` then starts a new series, and charts draw a break between the two.
    """
    _own_question(survey, question)
    _check_wording(survey, texts)
    if Answer.objects.filter(question=question).exists():
        raise Refusal(
            "People have answered this question as it stands, so its wording is frozen. Nothing was changed; ask it anew "
            "with the new wording: its score starts again, and charts show the break.",
            field="texts",
            code="frozen",
        )
    question.texts = as_json(dict(texts))
    question.save()
    _show_on_the_answer_page()
    return question


@action("surveys.reword")
def ask_anew(survey: Survey, question: Question, texts: Texts, by: Actor, *, at: datetime) -> Question:
    """Replace a question by one with a new wording: the old one is asked no longer, and its answers stay its own."""
    _own_question(survey, question)
    _check_wording(survey, texts)
    if question.retired_at is not None:
        raise Refusal("This question was replaced already. Nothing was changed; give its successor the new wording.")
    question.retired_at = at
    question.save()
    successor = Question(
        survey=survey,
        key=_free_key(survey, question.key),
        kind_of_question=question.kind_of_question,
        texts=as_json(dict(texts)),
        hints=question.hints,
        low_words=question.low_words,
        high_words=question.high_words,
        required=question.required,
        position=question.position,
        replaces=question,
    )
    successor.save()
    _show_on_the_answer_page()
    return successor


def _show_on_the_answer_page() -> None:
    """The answer page remembers surveys for a second; from the commit on, this process asks anew."""
    transaction.on_commit(forget)


@action("surveys.leave_out")
def leave_out(response: Response, reason: str, by: Actor, *, at: datetime) -> Response:
    """Let a response count no longer (a test, a double), with the reason; it stays where it is and can be read.

    The survey's row is not locked: answers that arrive meanwhile hold counters and wait for it, which would be a deadlock.
    """
    _require_for(response, by, "surveys.leave_out")
    reason = reason.strip()
    if not reason:
        raise Refusal(
            "Say why it doesn’t count. Nothing was changed; the reason is shown beside the score.", field="reason"
        )
    if len(reason) > LONGEST_REASON:
        raise Refusal(
            f"The reason stands beside the score, so it has room for {LONGEST_REASON} characters. Nothing was changed; "
            "say it in fewer words.",
            field="reason",
        )
    if _recount(response, reason):
        writing().happened(response.survey, response=response.pk, left_out=reason)
    return response


@action("surveys.count_again")
def count_again(response: Response, by: Actor, *, at: datetime) -> Response:
    """Let a response that was left out count again."""
    _require_for(response, by, "surveys.count_again")
    if _recount(response, ""):
        writing().happened(response.survey, response=response.pk, counted_again=True)
    return response


def may_leave_out(response: Response, by: Actor) -> bool:
    """May this actor decide whether it counts?"""
    return all(access.may(by, "surveys.leave_out", each) for each in (response.survey, response))


def _require_for(response: Response, by: Actor, permission: str) -> None:
    """A survey of every site is everyone's; an answer that was given at one site is decided about there."""
    access.require(by, permission, response.survey)
    access.require(by, permission, response)


def _recount(response: Response, reason: str) -> bool:
    """Set why a response doesn't count, and raise or lower the counters when that changes whether it counts. No when
    nothing changes: the button was pressed twice."""
    try:
        fresh = Response.objects.select_for_update().get(pk=response.pk)
    except Response.DoesNotExist:
        raise Refusal("This answer is no longer there; its import was taken back. Nothing was changed.") from None
    response.left_out = reason
    if fresh.left_out == reason:
        return False
    step = int(bool(fresh.left_out)) - int(bool(reason))
    if step:
        scored = fresh.answers.filter(score__isnull=False).values_list("question_id", "score")
        tallies.add(
            {
                tallies.Scored(
                    question, fresh.answered_on, fresh.segment, fresh.site_id or 0, fresh.channel, score
                ): step
                for question, score in scored
                if score is not None
            }
        )
    Response.objects.filter(pk=fresh.pk).update(left_out=reason)
    return True


def _set(survey: Survey, changes: Mapping[str, Any]) -> None:
    if unknown := set(changes) - CHANGEABLE:
        raise TypeError(f"There is no {', '.join(sorted(unknown))} to change here")
    for name, value in changes.items():
        setattr(survey, name, as_json(dict(value)) if isinstance(value, Mapping) else value)
    survey.title = survey.title.strip()
    if not survey.title:
        raise Refusal("A survey needs a title. Nothing was saved; give it one and save again.", field="title")
    if not survey.languages:
        raise Refusal("A survey needs a language. Nothing was saved; choose one.", field="languages")
    if survey.opens_at and survey.closes_at and survey.closes_at <= survey.opens_at:
        raise Refusal("It would close before it opens. Nothing was saved; correct one of the dates.", field="closes_at")


def _write_questions(survey: Survey, questions: Sequence[NewQuestion]) -> None:
    """Make the survey's questions these, in this order."""
    there = {question.key: question for question in Question.objects.filter(survey=survey)}
    taken = {each.key for each in questions if each.key}
    if len(taken) < sum(1 for each in questions if each.key):
        raise Refusal("Two questions have the same key. Nothing was saved; give each its own.", field="questions")
    for key, question in there.items():
        if key not in taken:
            question.delete()
    for position, each in enumerate(questions, start=1):
        if each.kind not in QuestionKind.values:
            raise Refusal(f"There is no kind of question called “{each.kind}”. Nothing was saved.", field="kind")
        if not any(text.strip() for text in each.texts.values()):
            raise Refusal(f"Question {position} has no wording. Nothing was saved; write it.", field="texts")
        if each.key in RESERVED:
            raise Refusal(
                f"The page itself uses the name “{each.key}”. Nothing was saved; choose another key.", field="key"
            )
        key = each.key or _free_key(survey, each.kind, taken)
        taken.add(key)
        question = there.get(key) or Question(survey=survey, key=key)
        question.kind_of_question, question.position, question.required = each.kind, position, each.required
        for name in ("texts", "hints", "low_words", "high_words"):
            kept = {language: text.strip() for language, text in getattr(each, name).items() if text.strip()}
            setattr(question, name, kept)
        question.save()
    # What was read of the questions before is no longer so.
    survey.__dict__.pop("_prefetched_objects_cache", None)


def _own_question(survey: Survey, question: Question) -> None:
    if question.survey_id != survey.pk:
        raise Refusal("This question belongs to another survey. Nothing was changed.")


def _check_wording(survey: Survey, texts: Texts) -> None:
    if not texts.get(survey.main_language, "").strip():
        raise Refusal(
            f"There is no wording in {survey.main_language}, the survey’s main language. Nothing was changed; write it.",
            field="texts",
        )


def _free_key(survey: Survey, wanted: str, taken: set[str] | None = None) -> str:
    """`wanted`, or with a number behind it when it is taken."""
    base = slugify(wanted)[:50] or "question"
    used = set(Question.objects.filter(survey=survey).values_list("key", flat=True)) | (taken or set())
    key, number = base, 2
    while key in used:
        key, number = f"{base}-{number}", number + 1
    return key
