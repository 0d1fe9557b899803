"""Two records that may be one customer, and merges that can be replayed and taken back."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from wellheard.core.models import Site
from wellheard.core.records import Record


class DuplicatePair(Record):
    """Two accounts, or two people, that may be the same: with the reasons, until someone decides. `first_id` < `second_id`."""

    class Status(models.TextChoices):
        OPEN = "open", "to be decided"
        DIFFERENT = "different", "two different ones"
        MERGED = "merged", "merged"

    about = models.CharField(max_length=8, choices=[("account", "accounts"), ("person", "people")])
    first_id = models.BigIntegerField()
    second_id = models.BigIntegerField()
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    likeness = models.SmallIntegerField(help_text="0 to 100")
    reasons = models.JSONField(default=list, help_text="sentences")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_reason = models.CharField(max_length=500, blank=True)

    trail_personal = frozenset({"reasons", "decided_reason"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about", "first_id", "second_id"], name="a_pair_is_noted_once"),
        ]
        indexes = [models.Index(fields=["status", "-likeness"], name="pair_to_decide")]

    def get_absolute_url(self) -> str:
        return reverse("customers:pair", args=[self.pk])


class Merge(Record):
    """One record was merged into another: who chose what, what was moved, and what was there before; all of it to go back."""

    reference = models.CharField(max_length=20, unique=True)
    about = models.CharField(max_length=8, choices=[("account", "accounts"), ("person", "people")])
    kept_id = models.BigIntegerField()
    gone_id = models.BigIntegerField()
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    by_member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    choices = models.JSONField(default=dict, help_text="field → kept or gone: whose value was taken")
    before = models.JSONField(default=dict, help_text="both records as they were")
    moved = models.JSONField(
        default=list, help_text="model, field and ids of what was moved, and how clashes were resolved"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = models.CharField(max_length=500, blank=True)

    trail_personal = frozenset({"before", "choices", "undone_reason"})

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["about", "gone_id"], name="merge_gone"),
            models.Index(fields=["about", "kept_id"], name="merge_kept"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("customers:merge", args=[self.pk])
