"""Responses and their answers: many, so no trail entry each. They are sealed into the trail in batches instead.

A response never changes once written, so its `digest` is computed when it is inserted, over `response_body`. Only
`seal_id`, `noticed_at` and `left_out` are set later; they are no part of the body. Nothing a customer wrote is trimmed.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from json.encoder import encode_basestring
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.models.imports import ImportBatch
from wellheard.core.models.organisation import Site
from wellheard.customers.models import Account, Person
from wellheard.feedback.models import Statement
from wellheard.feedback.withheld import kept_from
from wellheard.ground.canonical import digest
from wellheard.surveys.models.surveys import Question, Survey

_quoted = encode_basestring


class Channel(models.TextChoices):
    """How a response reached us."""

    LINK = "link", "by the public link"
    MAIL = "mail", "by a link in a mail"
    IMPORT = "import", "in an imported file"
    API = "api", "from another program"
    PHONE = "phone", "on the phone"


class ResponseQuerySet(models.QuerySet["Response"]):
    """Questions about responses."""

    def visible_to(self, actor: Actor) -> Self:
        """The responses that this actor may see; never one whose words are a complaint about themselves."""
        kept = Statement.objects.filter(kept_from(actor), origin_kind="surveys.response")
        return access.visible(self, actor).exclude(pk__in=kept.values("origin_id"))  # type: ignore[return-value]

    def counted(self) -> Self:
        """Those that nobody left out."""
        return self.filter(left_out="")


class Response(models.Model):
    """What one customer answered at one time. Segment, site and day are frozen as they were then."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="responses", db_index=False)
    received_at = models.DateTimeField(help_text="when it reached us")
    answered_at = models.DateTimeField(help_text="when it was given; for imports as the file says")
    answered_on = models.DateField(help_text="the day of answered_at in the survey's zone; what tallies count by")
    language = models.CharField(max_length=8, blank=True)
    channel = models.CharField(max_length=6, choices=Channel.choices)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    segment = models.CharField(max_length=100, blank=True)
    segments = models.JSONField(default=list, blank=True, help_text="the names of all segments that they were in then")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    submission_key = models.CharField(max_length=80, help_text="given by the sender: the same one is stored once")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    row = models.IntegerField(null=True, blank=True, help_text="in the imported file, counted from its first record, 1")
    digest = models.CharField(max_length=64)
    seal_id = models.BigIntegerField(null=True, help_text="the seal in the trail that covers it")
    noticed_at = models.DateTimeField(null=True, help_text="when it was passed on as a statement")
    left_out = models.CharField(max_length=40, blank=True, help_text="why it doesn't count; empty: it counts")

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "submission_key"], name="a_submission_is_stored_once"),
        ]
        indexes = [
            models.Index(fields=["survey", "answered_on", "id"], name="response_day"),
            models.Index(fields=["id"], condition=Q(noticed_at__isnull=True), name="response_unnoticed"),
            models.Index(fields=["id"], condition=Q(seal_id__isnull=True), name="response_unsealed"),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="response_batch"),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="response_person"),
            models.Index(fields=["account"], condition=Q(account__isnull=False), name="response_account"),
            models.Index(fields=["survey"], condition=~Q(left_out=""), name="response_left_out"),
        ]

    def __str__(self) -> str:
        return f"Answer {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:answer", args=[self.pk])

    @property
    def label(self) -> str:
        """What a person would call it."""
        return f"the answer of {self.answered_on:%-d %B %Y}"


class Answer(models.Model):
    """The answer to one question: a whole number on its scale, or words, exactly as they were given."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="answers", db_index=False)
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers", db_index=False)
    score = models.SmallIntegerField(null=True)
    text = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "question"], name="a_question_is_answered_once"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=10), name="a_score_lies_between_0_and_10"
            ),
        ]
        indexes = [
            models.Index(fields=["question", "score"], name="answer_score"),
            models.Index(fields=["question", "-id"], condition=Q(text__isnull=False), name="answer_words"),
        ]

    def __str__(self) -> str:
        return str(self.score) if self.text is None else self.text


def response_body(
    *,
    survey_id: int,
    submission_key: str,
    received_at: datetime,
    answered_at: datetime,
    language: str,
    channel: str,
    segment: str,
    segments: Sequence[str] = (),
    site_id: int | None,
    account_id: int | None,
    person_id: int | None,
    batch_id: int | None,
    row: int | None,
    answers: Iterable[tuple[int, int | None, str | None]],
) -> dict[str, Any]:
    """What is hashed of a response, version 1. `answers` are (question id, score, text); they are sorted by question.

    `segments` are part of it only where there are any, so that responses from before they were kept have their digest still.

    The submission key is random, so nobody can find out words or score by trying which ones give the digest.
    """
    body: dict[str, Any] = {
        "v": 1,
        "survey": survey_id,
        "key": submission_key,
        "received": received_at,
        "answered": answered_at,
        "language": language,
        "channel": channel,
        "segment": segment,
        "site": site_id,
        "account": account_id,
        "person": person_id,
        "batch": batch_id,
        "row": row,
        "answers": [[question, score, text] for question, score, text in sorted(answers, key=lambda each: each[0])],
    }
    if segments:
        body["segments"] = list(segments)
    return body


def response_text(body: dict[str, Any]) -> str:
    """The canonical text of a `response_body`, made four times as quickly as `ground.canonical` makes it of anything.

    Every answer pays for this. A test holds the two to the same text.
    """
    moments = [
        body[name].astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
        for name in ("answered", "received")
    ]
    words = [_quoted(body[name]) for name in ("channel", "key", "language", "segment")]
    numbers = [
        "null" if body[name] is None else str(body[name]) for name in ("account", "batch", "person", "row", "site")
    ]
    answers = ",".join(
        f"[{question},{'null' if score is None else score},{'null' if text is None else _quoted(text)}]"
        for question, score, text in body["answers"]
    )
    named = ",".join(_quoted(name) for name in body.get("segments", ()))
    segments = f',"segments":[{named}]' if named else ""
    return (
        f'{{"account":{numbers[0]},"answered":"{moments[0]}","answers":[{answers}],"batch":{numbers[1]},'
        f'"channel":{words[0]},"key":{words[1]},"language":{words[2]},"person":{numbers[2]},"received":"{moments[1]}",'
        f'"row":{numbers[3]},"segment":{words[3]}{segments},"site":{numbers[4]},"survey":{body["survey"]},"v":{body["v"]}}}'
    )


def response_digest(body: dict[str, Any]) -> str:
    """SHA-256 of the canonical text of a `response_body`, as 64 hexadecimal digits."""
    return digest(response_text(body))
