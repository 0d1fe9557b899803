"""Interested parties, what they need and expect, and how we know whether it is met (ISO 9001, 4.2)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from wellheard.core.models import Site
from wellheard.core.records import Record
from wellheard.customers.models.segments import Segment


class InterestedParty(Record):
    """Someone who affects what we deliver, or is affected by it. Every segment of customers is one."""

    class Sort(models.TextChoices):
        SEGMENT = "segment", "a segment of customers"
        END_USER = "end_user", "end users"
        REGULATOR = "regulator", "authorities and regulators"
        SUPPLIER = "supplier", "suppliers and partners"
        INTERMEDIARY = "intermediary", "dealers and intermediaries"
        STAFF = "staff", "the people who work here"
        OWNER = "owner", "owners and lenders"
        COMMUNITY = "community", "neighbours and the public"
        OTHER = "other", "others"

    class Climate(models.TextChoices):
        UNDECIDED = "undecided", "not decided yet"
        RELEVANT = "relevant", "has requirements about climate change"
        NOT_RELEVANT = "not_relevant", "has none that concern us"

    reference = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    sort = models.CharField(max_length=12, choices=Sort.choices, default=Sort.OTHER)
    segment = models.OneToOneField(Segment, models.PROTECT, null=True, blank=True, related_name="party")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    why_relevant = models.TextField(blank=True)
    influence = models.SmallIntegerField(null=True, blank=True, help_text="on what we can deliver, 1 to 5")
    interest = models.SmallIntegerField(null=True, blank=True, help_text="in what we deliver, 1 to 5")
    climate = models.CharField(max_length=12, choices=Climate.choices, default=Climate.UNDECIDED)
    climate_reason = models.TextField(blank=True)
    review_every_months = models.SmallIntegerField(default=12)
    next_review_on = models.DateField(null=True, blank=True)
    climate_decided_at = models.DateTimeField(null=True, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True, help_text="when it came into the register")
    retired_at = models.DateTimeField(null=True, blank=True, help_text="no longer relevant")
    retired_reason = models.CharField(max_length=500, blank=True)

    trail_personal = frozenset({"name", "why_relevant", "climate_reason", "retired_reason"})
    fingerprint_fields: ClassVar = ("name", "sort", "why_relevant", "influence", "interest", "climate")

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:party", args=[self.pk])

    def search_text(self) -> tuple[str, str]:
        return self.name, f"{self.reference} {self.why_relevant}"


class PartyNeed(Record):
    """One need or expectation of a party: is it relevant, is it met through the quality system, and how do we know?"""

    class Through(models.TextChoices):
        UNDECIDED = "undecided", "not decided yet"
        YES = "yes", "met through the quality system"
        NO = "no", "not met through the quality system"

    class Standing(models.TextChoices):
        LAW = "law", "the law asks for it"
        CONTRACT = "contract", "we agreed to it"
        CHOSEN = "chosen", "we chose to meet it"
        EXPECTED = "expected", "an expectation only"

    class Met(models.TextChoices):
        NOT_LOOKED = "", "not looked at yet"
        MET = "met", "met"
        NOT_MET = "not_met", "not met"
        UNCLEAR = "unclear", "can’t tell yet"

    reference = models.CharField(max_length=20, unique=True)
    party = models.ForeignKey(InterestedParty, models.PROTECT, related_name="needs")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", help_text="the party's")
    words = models.TextField(help_text="what they need or expect")
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.EXPECTED)
    is_relevant = models.BooleanField(default=True)
    relevance_reason = models.TextField(blank=True)
    is_about_climate = models.BooleanField(default=False)
    through = models.CharField(max_length=10, choices=Through.choices, default=Through.UNDECIDED)
    through_reason = models.TextField(blank=True)
    addressed_by = models.TextField(blank=True, help_text="the process, objective or control that meets it")
    monitored_by = models.TextField(blank=True, help_text="how we find out whether it is met")
    indicator = models.CharField(max_length=100, blank=True, help_text="key of an indicator in the catalogue")
    indicator_scope = models.JSONField(default=dict, blank=True)
    target = models.DecimalField(
        max_digits=12, decimal_places=4, null=True, blank=True, help_text="met at or beyond it"
    )
    judged = models.CharField(
        max_length=8, choices=Met.choices, blank=True, help_text="what a person found at a review, without an indicator"
    )
    met = models.CharField(
        max_length=8, choices=Met.choices, blank=True, help_text="what is in force: measured or judged"
    )
    reading = models.JSONField(
        default=dict, blank=True, help_text="the latest measurement, as customers.needs gives it"
    )
    measured_at = models.DateTimeField(null=True, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    noted_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    trail_personal = frozenset({"words", "relevance_reason", "through_reason", "addressed_by", "monitored_by"})
    # They follow from the indicator's series or from `judged`, so they are nobody's decision.
    trail_left_out = frozenset({"met", "reading", "measured_at"})
    written_freely = trail_left_out
    fingerprint_fields: ClassVar = ("words", "standing", "is_relevant", "through", "addressed_by", "monitored_by")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.words[:100]

    def get_absolute_url(self) -> str:
        return reverse("customers:party", args=[self.party_id])

    def get_own_url(self) -> str:
        """Where it is decided about."""
        return reverse("customers:need", args=[self.pk])


class PartyReview(Record):
    """Someone looked at a party again: what was found, and what changed. The state of then is kept with it."""

    party = models.ForeignKey(InterestedParty, models.PROTECT, related_name="reviews")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", help_text="the party's")
    at = models.DateTimeField()
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    conclusion = models.TextField()
    state = models.JSONField(default=dict, help_text="the party, its needs and whether they were met, as they stood")

    trail_personal = frozenset({"conclusion", "state"})

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.party}, reviewed on {self.at:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        return reverse("customers:party", args=[self.party_id])
