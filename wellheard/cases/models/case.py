"""A case: something that a customer wants an end to, most often a complaint."""

import secrets
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from wellheard.cases.flow import OPEN, Status
from wellheard.core.actors import Actor
from wellheard.core.models.organisation import Site
from wellheard.core.records import Record, RecordQuerySet


class Kind(models.TextChoices):
    """What the customer came with. Only complaints count as complaints; all of them are handled to an end."""

    COMPLAINT = "complaint", "complaint"
    QUESTION = "question", "question"
    REQUEST = "request", "request"
    COMPLIMENT = "compliment", "compliment"
    SUGGESTION = "suggestion", "suggestion"


class Channel(models.TextChoices):
    """How it reached us."""

    FORM = "form", "web form"
    MAIL = "mail", "e-mail"
    PHONE = "phone", "phone"
    LETTER = "letter", "letter"
    VISIT = "visit", "in person"
    SURVEY = "survey", "survey answer"
    OTHER = "other", "another way"


class Severity(models.IntegerChoices):
    """How bad it is for the customer."""

    SMALL = 1, "small: annoying, no harm done"
    MODERATE = 2, "moderate: cost time or money"
    SERIOUS = 3, "serious: real damage, or it happened before"
    CRITICAL = 4, "critical: harm to people, or to many customers"


class Finding(models.TextChoices):
    """Were they right?"""

    UPHELD = "upheld", "they were right"
    PARTLY = "partly", "partly right"
    NOT_UPHELD = "not_upheld", "we see it differently"
    UNDETERMINED = "undetermined", "could not be found out"
    WITHDRAWN = "withdrawn", "withdrawn"
    OUT_OF_SCOPE = "out_of_scope", "not for us to decide"


class Settled(models.TextChoices):
    """The customer's own word on our answer."""

    YES = "yes", "settled for them"
    NO = "no", "not settled for them"


class Outcome(models.TextChoices):
    """How it ended."""

    CONTENT = "content", "the customer is content"
    NO_WORD = "no_word", "answered; no further word from the customer"
    NOT_ACCEPTED = "not_accepted", "the customer does not accept our answer"
    WITHDRAWN = "withdrawn", "the customer withdrew it"


def is_late(now: datetime) -> Q:
    """A promise is broken at this moment: not acknowledged, or not answered, and the time is over."""
    unacknowledged = Q(status=Status.RECEIVED, acknowledge_due__lt=now)
    unanswered = Q(reopened_at=None, answer_due__lt=now) | Q(reopened_at__isnull=False, again_due__lt=now)
    return unacknowledged | (Q(status__in=OPEN) & unanswered)


class CaseQuerySet(RecordQuerySet["Case"]):
    """Questions about cases."""

    def visible_to(self, actor: Actor) -> Self:
        """The cases that this actor may see; never one about themselves."""
        rows = super().visible_to(actor)
        pk = getattr(actor, "pk", None)
        return rows.exclude(subject_member_id=pk) if pk else rows

    def open(self) -> Self:
        """The customer still waits for our answer."""
        return self.filter(status__in=OPEN)

    def late(self, now: datetime) -> Self:
        """A promise is broken at this moment."""
        return self.filter(is_late(now))


def new_secret() -> str:
    """What makes the address of a status page unguessable: 192 random bits."""
    return secrets.token_urlsafe(24)


class Case(Record):
    """One matter of one customer, from the moment we heard of it to its end.

    Words that came as feedback stay in their statement (linked, role "raised"); words that came by the form, by
    phone or by letter are kept here, as they were. Deadlines are stored with their explanation and never move.
    """

    reference = models.CharField(max_length=20, unique=True)
    secret = models.CharField(max_length=64, default=new_secret)
    submission_key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    kind_of_case = models.CharField(max_length=12, choices=Kind.choices, default=Kind.COMPLAINT)
    title = models.CharField(max_length=300)
    status = models.CharField(max_length=15, choices=Status.choices, default=Status.RECEIVED)
    site = models.ForeignKey(Site, models.PROTECT)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="cases")
    subject_member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", help_text="it is about them"
    )

    account = models.ForeignKey("customers.Account", models.PROTECT, null=True, blank=True, related_name="cases")
    person = models.ForeignKey("customers.Person", models.PROTECT, null=True, blank=True, related_name="cases")
    segments = models.JSONField(default=list, blank=True, help_text="the names of all segments that they were in then")
    contact_name = models.CharField(max_length=200, blank=True)
    contact_email = models.EmailField(null=True, blank=True)
    contact_phone = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=8, default="en")

    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.OTHER)
    complaint_text = models.TextField(blank=True, help_text="verbatim; empty when a statement holds the words")
    remedy_sought = models.TextField(blank=True, help_text="in the customer's words")
    event_on = models.DateField(null=True, blank=True, help_text="the day it is about")
    received_at = models.DateTimeField(help_text="when we were told: the clocks run from here")
    received_on = models.DateField(help_text="the day of `received_at` at the site: months are counted by it")
    logged_at = models.DateTimeField(help_text="when it was typed")

    promised = models.JSONField(default=dict, help_text="the promises that the clocks run on, as they were then")
    acknowledge_due = models.DateTimeField()
    acknowledge_explained = models.CharField(max_length=500)
    answer_due = models.DateTimeField()
    answer_explained = models.CharField(max_length=500)

    acknowledged_at = models.DateTimeField(null=True, blank=True)
    assessed_at = models.DateTimeField(null=True, blank=True)
    severity = models.SmallIntegerField(choices=Severity.choices, null=True, blank=True)
    is_safety = models.BooleanField(default=False)
    assessment_note = models.TextField(blank=True)
    impact = models.TextField(blank=True)

    investigated_at = models.DateTimeField(null=True, blank=True)
    findings = models.TextField(blank=True, help_text="what we found out; for us")
    cause_words = models.CharField(max_length=200, blank=True, help_text="the cause in a few words, to count by")
    cause_told = models.TextField(blank=True, help_text="what the customer may read about the cause")

    finding = models.CharField(max_length=12, choices=Finding.choices, blank=True)
    answer_text = models.TextField(blank=True, help_text="what we told the customer")
    remedies = models.JSONField(default=list, blank=True, help_text="[{asked, decided, when}]")
    answered_at = models.DateTimeField(null=True, blank=True, help_text="our first answer; it stays when reopened")

    reopened_at = models.DateTimeField(null=True, blank=True)
    again_due = models.DateTimeField(null=True, blank=True)
    again_explained = models.CharField(max_length=500, blank=True)
    answered_again_at = models.DateTimeField(null=True, blank=True)

    settled = models.CharField(max_length=3, choices=Settled.choices, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    recourse = models.TextField(blank=True, help_text="which further way was named to a customer who does not accept")

    objects = CaseQuerySet.as_manager()  # type: ignore[misc]

    trail_personal = frozenset(
        {
            "title",
            "contact_name",
            "contact_email",
            "contact_phone",
            "complaint_text",
            "remedy_sought",
            "assessment_note",
            "impact",
            "findings",
            "cause_told",
            "answer_text",
            "remedies",
            "recourse",
        }
    )
    # The secret opens the customer's page: it belongs in no export of the trail.
    trail_left_out = frozenset({"secret", "submission_key"})
    fingerprint_fields: ClassVar = ("kind_of_case", "title", "complaint_text", "site_id", "finding", "cause_words")

    class Meta:
        indexes = [
            models.Index(fields=["status", "answer_due"], name="case_status_due"),
            models.Index(fields=["owner", "status"], name="case_owner"),
            models.Index(fields=["received_on"], name="case_received"),
            models.Index(fields=["site", "received_on"], name="case_site_received"),
            models.Index(fields=["cause_words", "investigated_at"], condition=~Q(cause_words=""), name="case_cause"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("cases:detail", args=[self.pk])

    def search_text(self) -> tuple[str, str]:
        names = (self.contact_name, str(self.person or ""), str(self.account or ""))
        parts = (*names, self.complaint_text, self.remedy_sought, self.cause_words, self.findings)
        return f"{self.reference} {self.title}", " ".join(part for part in parts if part)

    @property
    def customer_name(self) -> str:
        """What we call the customer: the person, else their organisation, else “the customer”."""
        if self.contact_name:
            return self.contact_name
        return str(self.account) if self.account_id else "the customer"

    @property
    def status_path(self) -> str:
        """The customer's own page, without the host."""
        return f"/c/{self.reference}/{self.secret}/"

    @property
    def status_url(self) -> str:
        """The customer's own page, as a mail or a letter gives it."""
        return f"{settings.PUBLIC_URL}{self.status_path}"

    @property
    def is_open(self) -> bool:
        """Does the customer wait for our answer?"""
        return self.status in OPEN

    @property
    def due_at(self) -> datetime:
        """When our answer is due: the first one, or after a reopening the next."""
        return self.again_due if self.again_due is not None else self.answer_due

    def is_late(self, now: datetime) -> bool:
        """Is a promise broken at this moment? The same question as `CaseQuerySet.late`, about one case in hand."""
        is_unacknowledged = self.status == Status.RECEIVED and self.acknowledge_due < now
        return is_unacknowledged or (self.is_open and self.due_at < now)

    @property
    def was_answered_in_time(self) -> bool | None:
        """Was the first answer given in time? None while there is none."""
        return None if self.answered_at is None else self.answered_at <= self.answer_due

    @property
    def was_acknowledged_in_time(self) -> bool | None:
        """Was it acknowledged in time? None while it is not."""
        return None if self.acknowledged_at is None else self.acknowledged_at <= self.acknowledge_due
