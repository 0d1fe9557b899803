"""What customers said, in their own words."""

import operator
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from wellheard.core.actors import Actor
from wellheard.core.models import Link, Site
from wellheard.core.records import Record, RecordQuerySet
from wellheard.customers.models import Account, Person
from wellheard.feedback.flow import StatementStatus
from wellheard.feedback.withheld import kept_from

TAKEN_UP = ("raised", "concerns")
"""Roles of the links from a statement to what was made of it: a case that it raised, a matter that it concerns."""


class Source(models.TextChoices):
    """How it reached us; the words go on a sentence that begins with a person."""

    SURVEY = "survey", "in a survey"
    FORM = "form", "by web form"
    MAIL = "mail", "by mail"
    PHONE = "phone", "by phone"
    VISIT = "visit", "at a visit"
    MEETING = "meeting", "in a meeting"
    LETTER = "letter", "by letter"
    REVIEW = "review", "in a review"
    CHAT = "chat", "in a chat"
    OTHER = "other", "in another way"


@dataclass(frozen=True)
class Scale:
    """A rating scale: its ends, and the ratings up to `low_to` and from `high_from`."""

    key: str
    name: str
    lowest: int
    highest: int
    low_to: int
    high_from: int


# 0 to 10 is split as the Net Promoter Score does it (0 to 6, 7 and 8, 9 and 10); 1 to 5 around its middle.
SCALES = {
    "nps": Scale("nps", "0 to 10", 0, 10, low_to=6, high_from=9),
    "csat": Scale("csat", "1 to 5", 1, 5, low_to=2, high_from=4),
}


def is_low() -> Q:
    """Ratings at the unhappy end of their scale."""
    return _either(Q(rating_scale=scale.key, rating__lte=scale.low_to) for scale in SCALES.values())


def is_high() -> Q:
    """Ratings at the happy end of their scale."""
    return _either(Q(rating_scale=scale.key, rating__gte=scale.high_from) for scale in SCALES.values())


def _either(conditions: Iterable[Q]) -> Q:
    return reduce(operator.or_, conditions)


class StatementQuerySet(RecordQuerySet["Statement"]):
    """Questions about statements."""

    def visible_to(self, actor: Actor) -> Self:
        """The statements that this actor may see; never the words of a complaint about themselves."""
        return super().visible_to(actor).exclude(kept_from(actor))

    def newest_first(self) -> "StatementQuerySet":
        return self.order_by("-heard_at", "-pk")

    def with_outcome(self) -> "StatementQuerySet":
        """Each with `is_taken_up`: a case or an action has come of it."""
        return self.annotate(is_taken_up=_taken_up())

    def waiting(self) -> "StatementQuerySet":
        """Nobody has looked after these yet. Those who are plainly content wait for nothing."""
        unhappy = Q(rating__isnull=True) | is_low()
        return self.filter(unhappy, ~_taken_up(), status=StatementStatus.NEW)

    def about(self, record: Account | Person) -> "StatementQuerySet":
        """What this account, or this person, has said."""
        return self.filter(account=record) if isinstance(record, Account) else self.filter(person=record)


def _taken_up() -> Exists:
    return Exists(Link.objects.filter(source_kind="feedback.statement", source_id=OuterRef("pk"), role__in=TAKEN_UP))


class Statement(Record):
    """Something that a customer said: whole, untouched, with who, where and when. It is never edited."""

    reference = models.CharField(max_length=20, unique=True)
    verbatim = models.TextField(blank=True, help_text="their own words; never trimmed, never corrected")
    language = models.CharField(max_length=8, blank=True, help_text="of the words, as de; empty when nobody can tell")
    source = models.CharField(max_length=10, choices=Source.choices)
    heard_at = models.DateTimeField(help_text="when they said it")
    typed_at = models.DateTimeField(help_text="when it was noted here")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="statements")
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="statements")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    segment = models.CharField(max_length=200, blank=True, help_text="as it was when they said it")
    segments = models.JSONField(default=list, blank=True, help_text="the names of all segments that they were in then")
    rating = models.SmallIntegerField(null=True, blank=True)
    rating_scale = models.CharField(
        max_length=8, blank=True, choices=[(each.key, each.name) for each in SCALES.values()]
    )
    origin_kind = models.CharField(max_length=60, blank=True)
    origin_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=120, null=True, unique=True, help_text="given by the sender: heard once")
    status = models.CharField(max_length=10, choices=StatementStatus.choices, default=StatementStatus.NEW)
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    handled_note = models.TextField(blank=True, help_text="what came of it")

    objects = StatementQuerySet.as_manager()  # type: ignore[misc]

    trail_personal = frozenset({"verbatim", "handled_note"})
    fingerprint_fields: ClassVar = (
        "verbatim",
        "language",
        "source",
        "person_id",
        "account_id",
        "rating",
        "rating_scale",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin_kind", "origin_id"], condition=~Q(origin_kind=""), name="one_statement_an_origin"
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True, rating_scale="")
                | (Q(rating__isnull=False) & ~Q(rating_scale="") & Q(rating__gte=0, rating__lte=10)),
                name="a_rating_has_a_scale",
            ),
        ]
        indexes = [
            models.Index(F("heard_at").desc(), F("id").desc(), name="statement_newest"),
            models.Index(fields=["site", "-heard_at", "-id"], name="statement_newest_of_site"),
            models.Index(fields=["person", "-heard_at"], condition=Q(person__isnull=False), name="statement_of_person"),
            models.Index(
                fields=["account", "-heard_at"], condition=Q(account__isnull=False), name="statement_of_account"
            ),
            models.Index(fields=["-heard_at"], condition=Q(status="new"), name="statement_new"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("feedback:detail", args=[self.pk])

    def search_text(self) -> tuple[str, str]:
        names = f"{self.person or ''} {self.account or ''}"
        return (
            f"“{self.excerpt}”" if self.verbatim.strip() else self.rating_words,
            f"{self.reference} {names} {self.verbatim}",
        )

    @property
    def label(self) -> str:
        return f"{self.reference}: {self.in_short}"

    @property
    def excerpt(self) -> str:
        """The beginning of the words, for a line in a list; the page of the statement has all of them."""
        words = " ".join(self.verbatim.split())
        return words if len(words) <= 120 else words[:120].rsplit(" ", 1)[0] + "…"

    @property
    def rating_words(self) -> str:
        """`2 out of 10`; empty without a rating."""
        if self.rating is None or self.rating_scale not in SCALES:
            return ""
        return f"{self.rating} out of {SCALES[self.rating_scale].highest}"

    @property
    def in_short(self) -> str:
        """`2 out of 10: “nobody picks up”`."""
        quoted = f"“{self.excerpt}”" if self.verbatim.strip() else ""
        return ": ".join(part for part in (self.rating_words, quoted) if part)

    @property
    def who(self) -> str:
        """Who said it, as far as they told us."""
        return str(self.account or self.person or "Someone who left no name")

    @property
    def band(self) -> str:
        """`low`, `middle` or `high` on its scale; empty without a rating."""
        scale = SCALES.get(self.rating_scale)
        if scale is None or self.rating is None:
            return ""
        return "low" if self.rating <= scale.low_to else "high" if self.rating >= scale.high_from else "middle"
