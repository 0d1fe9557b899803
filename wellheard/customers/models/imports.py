"""What stays of an import: how its source writes, what it did row by row, and what it only proposes."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from wellheard.core.models import ImportBatch
from wellheard.core.records import Record
from wellheard.customers.models.people import Person


class ImportSource(Record):
    """Where files come from again and again, and how their columns were mapped the last time."""

    name = models.CharField(max_length=100)
    import_kind = models.CharField(max_length=30)
    columns = models.JSONField(default=list, help_text="the header by which the source is recognised")
    mapping = models.JSONField(default=dict, help_text="our field → the file's column")
    answers = models.JSONField(default=dict, blank=True)
    used_at = models.DateTimeField()

    class Meta:
        ordering = ["-used_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["import_kind", "name"], name="an_import_source_has_its_own_name")
        ]

    def __str__(self) -> str:
        return self.name


class ImportedChange(models.Model):
    """What an import did with one row: whom it made, changed or found to be the same, with what was there before.

    Not a record: what it tells is in the trail already, and a large file has very many of them. `after` of something created
    holds what came with it (`{"contactpoint": [ids], …}`), so that all of it can go again.
    """

    class Verdict(models.TextChoices):
        CREATED = "created", "created"
        CHANGED = "changed", "changed"
        SAME = "same", "already known"

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="+")
    row = models.IntegerField()
    record_kind = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    is_beside = models.BooleanField(default=False, help_text="an organisation that a person's row names")
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    is_left = models.BooleanField(
        default=False, help_text="it stayed when the import was taken back; the note says why"
    )
    note = models.CharField(max_length=300, blank=True, help_text="what else was noticed in the row")

    objects: ClassVar[models.Manager["ImportedChange"]] = models.Manager()

    class Meta:
        ordering = ["row", "pk"]
        indexes = [
            models.Index(fields=["batch", "verdict", "row"], name="imported_change_batch"),
            models.Index(fields=["record_kind", "record_id"], name="imported_change_record"),
        ]

    def __str__(self) -> str:
        return f"row {self.row}: {self.verdict}"


class UnsubscribeRequest(Record):
    """Somebody on a list of people who want no more mail. Who it is may be a guess: a person decides, never the program."""

    class Status(models.TextChoices):
        OPEN = "open", "to be decided"
        CONFIRMED = "confirmed", "stopped"
        DISMISSED = "dismissed", "left as it is"

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="+")
    row = models.IntegerField()
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=320, blank=True)
    asked_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    candidates = models.JSONField(
        default=list, help_text="ids of people whom it may be, with the reason, the likeliest first"
    )
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="unsubscribe_requests")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    trail_personal = frozenset({"name", "email", "candidates"})

    class Meta:
        ordering = ["row", "pk"]
        indexes = [models.Index(fields=["status", "batch", "row"], name="unsubscribe_status")]

    def __str__(self) -> str:
        return self.name or self.email or f"row {self.row}"
