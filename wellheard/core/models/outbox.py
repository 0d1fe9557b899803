"""Everything that leaves the house is a row first: then sent, tried again, proven."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class OutboxMessage(models.Model):
    """A mail. Its message id is fixed when it is written, so that a retry can be recognised as the same mail.

    Not a `Record`: it is written by actions (whose entry names it) and then changes by sending, which it logs itself.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "waiting to be sent"
        SENDING = "sending", "being sent"
        SENT = "sent", "sent"
        FAILED = "failed", "could not be sent"
        HELD = "held", "held back"

    key = models.CharField(max_length=120, unique=True, help_text="what it is for; the same key is never sent twice")
    message_id = models.CharField(max_length=200, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    language = models.CharField(max_length=8, default="en")
    purpose = models.CharField(max_length=40)
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    written_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    last_fault = models.TextField(blank=True)
    held_reason = models.CharField(max_length=300, blank=True, help_text="why it was held back, in words")
    headers = models.JSONField(default=dict, blank=True, help_text="headers beyond the usual ones, as List-Unsubscribe")

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(status__in=["waiting", "sending"]), name="outbox_waiting"),
            models.Index(fields=["about_kind", "about_id"], name="outbox_about"),
            models.Index(Lower("to"), "written_at", name="outbox_to"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} to {self.to}"
