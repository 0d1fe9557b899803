"""Personalised messages: a template with named fields, a mailing of it, and what became of it for each recipient."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from wellheard.core.models import OutboxMessage, Site
from wellheard.core.records import Record
from wellheard.customers.models.consent import Purpose
from wellheard.customers.models.people import Person
from wellheard.customers.models.segments import Segment


class MessageTemplate(Record):
    """A message with named fields (`{person.name}`), by language: {language: {"subject": …, "text": …}}."""

    name = models.CharField(max_length=200, unique=True)
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="templates")
    texts = models.JSONField(default=dict)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    fingerprint_fields: ClassVar = ("name", "purpose_id", "texts")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:template", args=[self.pk])


class Mailing(Record):
    """One sending of a template to the people of a segment or to chosen ones. The texts are frozen when it goes out."""

    class Status(models.TextChoices):
        DRAFT = "draft", "draft"
        SENDING = "sending", "being sent"
        SENT = "sent", "sent"
        STOPPED = "stopped", "stopped"

    reference = models.CharField(max_length=20, unique=True)
    template = models.ForeignKey(MessageTemplate, models.PROTECT, related_name="mailings")
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="+")
    texts = models.JSONField(default=dict, blank=True, help_text="the template's, as they were sent")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.DRAFT)
    drafted_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-drafted_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.reference}, {self.template}"

    def get_absolute_url(self) -> str:
        return reverse("customers:mailing", args=[self.pk])


class MailingRecipient(Record):
    """What becomes of a mailing for one person: waiting, written, or left out with the reason."""

    class Status(models.TextChoices):
        WAITING = "waiting", "waiting"
        WRITTEN = "written", "written"
        LEFT_OUT = "left_out", "left out"

    mailing = models.ForeignKey(Mailing, models.PROTECT, related_name="recipients")
    person = models.ForeignKey(Person, models.PROTECT, related_name="mailings")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    reason = models.CharField(max_length=200, blank=True)
    message = models.ForeignKey(OutboxMessage, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailing", "person"], name="a_mailing_reaches_a_person_once")]
        indexes = [models.Index(fields=["mailing", "status"], name="mailing_recipient_status")]

    def __str__(self) -> str:
        return f"{self.person}: {self.mailing}"
