"""What accounts and people have in common: who looks after them, where they stand with us, and what else is known."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from wellheard.core.models import Site
from wellheard.core.records import Record

PRESENT = Q(merged_into__isnull=True, erased_at__isnull=True)
"""Shown in lists and choices: neither merged into another nor erased."""

MERGED = Q(merged_into__isnull=False)


class Lifecycle(models.TextChoices):
    """Where a customer stands with us."""

    PROSPECT = "prospect", "prospect"
    ACTIVE = "active", "active"
    AT_RISK = "at_risk", "at risk"
    LOST = "lost", "lost"
    WON_BACK = "won_back", "won back"


class CustomerRecord(Record):
    """The base of `Account` and `Person`."""

    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        help_text="who looks after them",
    )
    lifecycle = models.CharField(max_length=10, choices=Lifecycle.choices, default=Lifecycle.ACTIVE)
    lifecycle_reason = models.CharField(max_length=500, blank=True)
    lifecycle_since = models.DateTimeField(null=True, blank=True)
    tags = models.JSONField(default=list, blank=True, help_text="words, each once, in the order of the alphabet")
    custom = models.JSONField(default=dict, blank=True, help_text="values of custom fields, by the key of the field")
    notes = models.TextField(blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        db_index=False,  # nearly all have none: each model indexes the few that have one
        help_text="a duplicate that was merged: the record that stands for it now, never itself a merged one",
    )
    erased_at = models.DateTimeField(null=True, blank=True, help_text="when everything personal was erased")
    noted_at = models.DateTimeField(null=True, blank=True, help_text="when we first wrote them down")

    personal_of_every: ClassVar = frozenset({"lifecycle_reason", "notes", "custom", "tags"})

    class Meta:
        abstract = True

    @property
    def is_merged(self) -> bool:
        """Does another record stand for this one now?"""
        return self.merged_into_id is not None  # type: ignore[attr-defined]
