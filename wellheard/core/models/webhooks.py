"""Other programs that are told when something changes, and each telling as a row."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from wellheard.core.records import Record


class Webhook(Record):
    """An address of another program. `events` are kinds (`customers.person`) or a kind and a verb (`customers.person:created`).

    The secret is kept as it is, since each message is signed with it; pages show it once.
    """

    name = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    secret = models.CharField(max_length=100)
    events = models.JSONField(default=list)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", help_text="gets the task when it fails for long"
    )
    is_active = models.BooleanField(default=True)
    paused_reason = models.CharField(max_length=300, blank=True, help_text="why the system stopped it")
    made_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True, help_text="nothing is sent before")
    failures = models.SmallIntegerField(default=0, help_text="in a row")

    trail_left_out = frozenset({"secret", "failing_since", "retry_at", "failures"})
    # How sending goes is nobody's decision.
    written_freely = frozenset({"failing_since", "retry_at", "failures"})
    fingerprint_fields: ClassVar = ("name", "url", "events")

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("hook", args=[self.pk])


class WebhookDelivery(models.Model):
    """One message to one webhook. Not a `Record`: it is written with the change that it tells of, then sending alone moves it."""

    class Status(models.TextChoices):
        WAITING = "waiting", "waiting to be sent"
        SENDING = "sending", "being sent"
        SENT = "sent", "taken"
        FAILED = "failed", "given up"

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", db_index=False)
    message_id = models.CharField(max_length=60, unique=True, help_text="the same for every try")
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=20)
    cursor = models.BigIntegerField(help_text="the number of the trail's entry")
    happened_at = models.DateTimeField()
    body = models.TextField(help_text="exactly what is sent")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    next_try_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    response_code = models.SmallIntegerField(null=True)
    last_fault = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["webhook", "id"], name="delivery_webhook"),
            models.Index(fields=["next_try_at"], condition=Q(status__in=["waiting", "sending"]), name="delivery_due"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} {self.verb}"
