"""“You said, we did”: what customers are told about what became of their words, and who has been told."""

from typing import ClassVar

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse

from wellheard.core.models import OutboxMessage, Site
from wellheard.core.records import Record, RecordQuerySet
from wellheard.customers.models import Person
from wellheard.feedback.flow import NoticeStatus

TEXT_PARTS = ("headline", "said", "did")


class Outcome(models.TextChoices):
    """What became of it. Customers are told the truth, also when it did not help."""

    WORKED = "worked", "It worked"
    DID_NOT_WORK = "did_not_work", "We tried, and it did not help"
    CHANGED = "changed", "We changed something; whether it helps is not known yet"


class NoticeQuerySet(RecordQuerySet["Notice"]):
    """Questions about notices."""

    def public(self) -> "NoticeQuerySet":
        """What anyone may read, the latest first."""
        return self.exclude(status=NoticeStatus.DRAFT).order_by("-published_at", "-pk")

    def with_people_told(self) -> "NoticeQuerySet":
        """Each with the number of people who have been told."""
        return self.annotate(people_told=Count("tellings", filter=Q(tellings__told_at__isnull=False)))


class Notice(Record):
    """What we tell the customers. `texts` holds headline, said and did by language."""

    texts = models.JSONField(default=dict)
    language = models.CharField(
        max_length=8, help_text="the organisation's own: without a text in it nothing is published"
    )
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    status = models.CharField(max_length=10, choices=NoticeStatus.choices, default=NoticeStatus.DRAFT)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    origin_kind = models.CharField(max_length=60, help_text="what it tells about: an action, or a case")
    origin_id = models.BigIntegerField()
    written_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True, help_text="when people were told last")

    objects = NoticeQuerySet.as_manager()  # type: ignore[misc]

    fingerprint_fields: ClassVar = ("texts", "outcome")

    class Meta:
        indexes = [
            models.Index(fields=["origin_kind", "origin_id"], name="notice_origin"),
            models.Index(fields=["-published_at"], condition=~Q(status="draft"), name="notice_public"),
        ]

    def __str__(self) -> str:
        return self.text()["headline"] or "News without a headline"

    def get_absolute_url(self) -> str:
        return reverse("feedback:notice", args=[self.pk])

    def search_text(self) -> tuple[str, str]:
        return str(self), " ".join(part for text in self.texts.values() for part in text.values())

    @property
    def languages(self) -> list[str]:
        """The languages in which it is written."""
        return sorted(self.texts)

    def language_for(self, *wished: str) -> str:
        """The first of these languages in which there is a text, else the organisation's, else any."""
        languages = (each.split("-")[0] for each in (*wished, self.language, *self.languages) if each)
        return next((each for each in languages if each in self.texts), "")

    def text(self, *wished: str) -> dict[str, str]:
        """Headline, said and did in the language that suits best; empty before anything is written."""
        return dict.fromkeys(TEXT_PARTS, "") | dict(self.texts.get(self.language_for(*wished), {}))


class Telling(Record):
    """One person and one piece of news: told once, ever. By hand, it waits until someone has told them."""

    class Way(models.TextChoices):
        MAIL = "mail", "by mail"
        HAND = "hand", "by hand"

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="tellings")
    person = models.ForeignKey(Person, models.PROTECT, related_name="tellings")
    way = models.CharField(max_length=4, choices=Way.choices)
    language = models.CharField(max_length=8)
    message = models.ForeignKey(OutboxMessage, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "person"], name="a_person_is_told_once"),
            models.CheckConstraint(
                condition=Q(way="hand", message__isnull=True)
                | Q(way="mail", message__isnull=False, told_at__isnull=False),
                name="a_mail_is_in_the_outbox",
            ),
        ]
        indexes = [models.Index(fields=["person", "-told_at"], name="telling_of_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.notice}"
