"""Conversations: calls, visits, meetings and mails, written down in seconds."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from wellheard.core.models import Site
from wellheard.core.records import Record
from wellheard.customers.models.accounts import Account
from wellheard.customers.models.people import Person


class Conversation(Record):
    """One of us spoke with a customer. `happened_at` is when it was heard, `typed_at` when it was written down."""

    class How(models.TextChoices):
        CALL = "call", "call"
        VISIT = "visit", "visit"
        MEETING = "meeting", "meeting"
        MAIL = "mail", "mail"
        LETTER = "letter", "letter"
        CHAT = "chat", "chat"
        EVENT = "event", "event"

    reference = models.CharField(max_length=20, unique=True)
    how = models.CharField(max_length=8, choices=How.choices, default=How.CALL)
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="conversations")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="conversations", help_text="from whom it was heard"
    )
    others = models.CharField(max_length=500, blank=True, help_text="who else took part, in words")
    heard_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="conversations")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    happened_at = models.DateTimeField()
    typed_at = models.DateTimeField()
    subject = models.CharField(max_length=200, blank=True)
    notes = models.TextField(blank=True, help_text="what it was about, in our words")
    key = models.CharField(max_length=120, null=True, unique=True, help_text="given by the sender: logged once")

    trail_left_out = frozenset({"key"})
    trail_personal = frozenset({"subject", "notes", "others"})
    fingerprint_fields: ClassVar = ("subject", "notes", "happened_at", "person_id")

    class Meta:
        ordering = ["-happened_at", "-pk"]
        indexes = [
            models.Index(fields=["account", "happened_at"], name="conversation_account"),
            models.Index(fields=["person", "happened_at"], name="conversation_person"),
        ]

    def __str__(self) -> str:
        return self.subject or f"{self.get_how_display().capitalize()} of {self.happened_at:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        return reverse("customers:conversation", args=[self.pk])

    def search_text(self) -> tuple[str, str]:
        return str(self), f"{self.reference} {self.notes} {self.others}"

    @property
    def label(self) -> str:
        """What a link to it says."""
        return f"{self.reference}: {self}"

    @property
    def who(self) -> str:
        """With whom we spoke, as far as we know."""
        return str(self.person or self.account or self.others or "Someone who left no name")


class HeardWords(Record):
    """Something the customer said in a conversation, in their words. With one click it becomes a statement (feedback)."""

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="heard_words")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField()
    language = models.CharField(max_length=8, blank=True)

    trail_personal = frozenset({"words"})

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.words[:80]

    def get_absolute_url(self) -> str:
        return reverse("customers:conversation", args=[self.conversation_id])

    @property
    def label(self) -> str:
        """What a link to it says."""
        words = " ".join(self.words.split())
        return f"A conversation: “{words if len(words) <= 80 else words[:80].rsplit(' ', 1)[0] + '…'}”"
