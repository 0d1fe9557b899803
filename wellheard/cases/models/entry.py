"""What was said and done in a case, in order: the history on its page, and the messages that the customer sees."""

from typing import Self

from django.db import models

from wellheard.cases.models.case import Case
from wellheard.core.actors import Actor
from wellheard.core.models.outbox import OutboxMessage
from wellheard.core.records import Record, RecordQuerySet


class EntryQuerySet(RecordQuerySet["Entry"]):
    """Questions about entries."""

    def visible_to(self, actor: Actor) -> Self:
        """The entries of the cases that this actor may see; never of one about themselves."""
        rows = super().visible_to(actor)
        pk = getattr(actor, "pk", None)
        return rows.exclude(case__subject_member_id=pk) if pk else rows

    def for_the_customer(self) -> Self:
        """The messages between the customer and us."""
        return self.filter(visible_to_customer=True)


class Entry(Record):
    """One thing that was said or done. It is written once; a mail's fate is read from its row in the outbox."""

    class What(models.TextChoices):
        EVENT = "event", "event"
        NOTE = "note", "note"
        CALL = "call", "call"
        LETTER = "letter", "letter"
        VISIT = "visit", "visit"
        MESSAGE_IN = "message_in", "message from the customer"
        MESSAGE_OUT = "message_out", "message to the customer"

    case = models.ForeignKey(Case, models.CASCADE, related_name="entries")
    at = models.DateTimeField()
    author_words = models.CharField(max_length=200, help_text="who, as the page shows it")
    what = models.CharField(max_length=12, choices=What.choices)
    summary = models.CharField(max_length=500, help_text="what happened, continuing the author's name")
    text = models.TextField(blank=True, help_text="the words themselves, whole")
    language = models.CharField(max_length=8, blank=True)
    message = models.ForeignKey(OutboxMessage, models.PROTECT, null=True, blank=True, related_name="+")
    visible_to_customer = models.BooleanField(default=False)

    objects = EntryQuerySet.as_manager()  # type: ignore[misc]

    trail_personal = frozenset({"author_words", "summary", "text"})

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="case_entry_order")]

    def __str__(self) -> str:
        return f"{self.author_words} {self.summary}"

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()

    @property
    def label(self) -> str:
        return f"An entry of {self.case.reference}"

    @property
    def is_from_customer(self) -> bool:
        return self.what == self.What.MESSAGE_IN
