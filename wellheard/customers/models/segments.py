"""Segments: customers with like needs, by hand, by a rule, by buying behaviour or from the data; and who was in when."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from wellheard.core.records import Record


class Segment(Record):
    """Customers with like needs: landscapers, municipalities."""

    class Basis(models.TextChoices):
        HAND = "hand", "chosen by hand"
        RULE = "rule", "by a rule"
        BUYING = "buying", "by buying behaviour"
        CLUSTER = "cluster", "found in the data"

    name = models.CharField(max_length=200, unique=True)
    basis = models.CharField(max_length=8, choices=Basis.choices, default=Basis.HAND)
    about = models.CharField(max_length=8, choices=[("account", "accounts"), ("person", "people")], default="account")
    needs = models.TextField(blank=True, help_text="what these customers need and expect, in our words")
    rule = models.JSONField(default=dict, blank=True, help_text="as customers.segmenting.rules reads it")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True, help_text="no longer used; its history stays")

    fingerprint_fields: ClassVar = ("name", "basis", "about", "needs", "rule")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:segment", args=[self.pk])

    def search_text(self) -> tuple[str, str]:
        return self.name, self.needs


class SegmentMembership(models.Model):
    """Someone was in a segment from one moment to another. Rows are only added and ended, so any past day can be read.

    No `Record`: it follows from the rule or the field that an action changed; a `SegmentRun` says when and how.
    """

    segment = models.ForeignKey(Segment, models.PROTECT, related_name="memberships", db_index=False)
    account = models.ForeignKey("customers.Account", models.PROTECT, null=True, related_name="memberships")
    person = models.ForeignKey("customers.Person", models.PROTECT, null=True, related_name="memberships")
    is_main = models.BooleanField(default=False, help_text="follows the segment that stands on the account itself")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "account"],
                condition=Q(until__isnull=True, account__isnull=False),
                name="an_account_is_in_a_segment_once",
            ),
            models.UniqueConstraint(
                fields=["segment", "person"],
                condition=Q(until__isnull=True, person__isnull=False),
                name="a_person_is_in_a_segment_once",
            ),
        ]
        indexes = [
            models.Index(fields=["segment", "until"], name="membership_now"),
            models.Index(fields=["segment", "since"], name="membership_since"),
        ]


class SegmentRun(Record):
    """One look at who belongs to a segment: the rule as it was, and how many joined and left."""

    segment = models.ForeignKey(Segment, models.PROTECT, related_name="runs")
    at = models.DateTimeField()
    rule = models.JSONField(default=dict, blank=True)
    members = models.IntegerField(default=0)
    joined = models.IntegerField(default=0)
    left = models.IntegerField(default=0)
    found = models.JSONField(default=dict, blank=True, help_text="for clusters: features, centres, stability, profile")

    class Meta:
        indexes = [models.Index(fields=["segment", "at"], name="segment_run_at")]

    def __str__(self) -> str:
        return f"{self.segment} on {self.at:%Y-%m-%d}"
