"""Surveys and their questions. The wording of a question is part of its meaning: once answered, it is frozen."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from wellheard.core.models.organisation import Site
from wellheard.core.records import Record, RecordQuerySet
from wellheard.surveys.flow import Status

LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français"}
"""The languages that the public pages speak, each by its own name."""


def new_token() -> str:
    """22 characters that nobody guesses: the survey's public address is /a/<token>/."""
    return secrets.token_urlsafe(16)


def in_language(texts: Mapping[str, str], *languages: str) -> str:
    """The text in the first of these languages that has one, else in any; empty when there is none at all."""
    for language in languages:
        if texts.get(language):
            return texts[language]
    return next((text for text in texts.values() if text), "")


class SurveyQuerySet(RecordQuerySet["Survey"]):
    """Questions about surveys."""

    def open(self) -> "SurveyQuerySet":
        return self.filter(status=Status.OPEN)


class Survey(Record):
    """One listening post: what is asked, in which languages, since when and by whose order."""

    Status = Status

    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    intro = models.JSONField(default=dict, blank=True, help_text="what stands above the first question, by language")
    thanks = models.JSONField(default=dict, blank=True, help_text="what is said after the answer, by language")
    closed_text = models.JSONField(default=dict, blank=True, help_text="what is said once it is closed, by language")
    languages = models.JSONField(default=list, help_text="the languages that it is asked in, the main one first")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    token = models.CharField(max_length=40, unique=True, default=new_token, help_text="in the public link")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="owned_surveys"
    )
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, help_text="none: it concerns every site")
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    is_imported = models.BooleanField(default=False, help_text="made by an import; nobody was asked here")

    objects = SurveyQuerySet.as_manager()  # type: ignore[misc]

    fingerprint_fields: ClassVar = ("title", "languages", "site_id")

    class Meta:
        indexes = [models.Index(fields=["status", "-id"], name="survey_status")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(opens_at__isnull=True) | Q(closes_at__gt=models.F("opens_at")),
                name="a_survey_closes_after_it_opens",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("surveys:detail", args=[self.pk])

    def search_text(self) -> tuple[str, str] | None:
        return f"{self.reference} {self.title}", " ".join(self.intro.values())

    @property
    def main_language(self) -> str:
        """The language that stands in for the ones that have no text."""
        return self.languages[0] if self.languages else "en"

    @property
    def zone(self) -> ZoneInfo:
        """Where the day of an answer is decided: the site's zone, without a site that of the first one, else UTC."""
        site = self.site if self.site_id else Site.objects.order_by("pk").first()
        return site.zone if site is not None else ZoneInfo("UTC")

    def day_of(self, moment: datetime) -> date:
        """The day of a moment where this survey is held; frozen on each response as `answered_on`."""
        return moment.astimezone(self.zone).date()

    def takes_answers(self, at: datetime) -> bool:
        """Can it be answered at this moment?"""
        begun = self.opens_at is None or self.opens_at <= at
        return self.status == Status.OPEN and begun and (self.closes_at is None or at < self.closes_at)

    def asked(self) -> "list[Question]":
        """The questions on the page, in their order: without those that were replaced, or that came with a file."""
        return [question for question in self.questions.all() if question.retired_at is None and question.is_asked]

    def headline(self) -> "Question | None":
        """The question whose score is the survey's: the first one in force that has a scale."""
        return next((each for each in self.questions.all() if each.is_scored and each.retired_at is None), None)


class QuestionKind(models.TextChoices):
    """What is asked for. Each kind has its own scale and its own score; they are never mixed."""

    NPS = "nps", "0 to 10: how likely to recommend"
    CSAT = "csat", "1 to 5: how satisfied"
    TEXT = "text", "in their own words"


SCALES: dict[str, tuple[int, int]] = {QuestionKind.NPS.value: (0, 10), QuestionKind.CSAT.value: (1, 5)}


class Question(Record):
    """One question of a survey. `key` names it for programs and never changes; the words may, until it was answered."""

    Kind = QuestionKind

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=60)
    kind_of_question = models.CharField(max_length=4, choices=QuestionKind.choices)
    texts = models.JSONField(default=dict, help_text="the wording, by language")
    hints = models.JSONField(default=dict, blank=True, help_text="a line below the wording, by language")
    low_words = models.JSONField(default=dict, blank=True, help_text="what the lowest score means, by language")
    high_words = models.JSONField(default=dict, blank=True, help_text="what the highest score means, by language")
    required = models.BooleanField(default=False)
    position = models.SmallIntegerField(default=1)
    is_asked = models.BooleanField(default=True, help_text="no: it came with an imported file and is on no page")
    is_detail = models.BooleanField(
        default=False,
        help_text="stood beside the answers in an imported file: shown with a response, no comment of anyone",
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", help_text="a new wording of this one"
    )
    retired_at = models.DateTimeField(null=True, blank=True, help_text="asked no longer: a new wording replaced it")

    fingerprint_fields: ClassVar = ("kind_of_question", "texts", "low_words", "high_words")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["survey", "key"], name="a_question_has_a_key_of_its_own")]

    def __str__(self) -> str:
        return self.wording()

    def get_absolute_url(self) -> str:
        return reverse("surveys:detail", args=[self.survey_id])

    def wording(self, *languages: str) -> str:
        """The words in the first of these languages that has some."""
        return in_language(self.texts, *languages) or self.key

    @property
    def is_scored(self) -> bool:
        """Is it answered with a number?"""
        return self.kind_of_question in SCALES

    @property
    def scale(self) -> tuple[int, int]:
        """The lowest and the highest score; only for questions that have a scale."""
        return SCALES[self.kind_of_question]

    def accepts(self, score: Any) -> bool:
        """Is this a whole number on the scale? 6.5 is refused: it would fall between the classes."""
        low, high = self.scale
        return isinstance(score, int) and not isinstance(score, bool) and low <= score <= high
