"""What follows from orders: figures of each buyer, cohorts, RFM cuts and scores. All of it can be worked out again.

Only `BuyingLook`, `RfmCut` and `WarningDismissal` are somebody's doing, so they are records with a trail.
"""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.models import Site
from wellheard.core.records import Record
from wellheard.customers.models.accounts import Account
from wellheard.customers.models.people import Person


class BuyingLook(Record):
    """One look at all orders: the day up to which they count, and how much there was."""

    on = models.DateField(help_text="the day from which recency and the last 12 months count back")
    at = models.DateTimeField()
    orders = models.IntegerField(default=0)
    buyers = models.IntegerField(default=0)
    warnings = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="buying_look_at")]

    def __str__(self) -> str:
        return f"look of {self.on:%-d %B %Y}"


class BuyerQuerySet(models.QuerySet["Buyer"]):
    """Questions about buyers."""

    def visible_to(self, actor: Actor) -> Self:
        """Those whom this actor may see."""
        return access.visible(self, actor)  # type: ignore[return-value]


class Proposal(models.TextChoices):
    """What the figures suggest about where a customer stands. A person decides."""

    NONE = "", "nothing"
    AT_RISK = "at_risk", "at risk"
    LOST = "lost", "lost"
    WON_BACK = "won_back", "won back"


class Buyer(models.Model):
    """The figures of one buyer in one currency: an account, a person without one, or a customer whom nobody knows yet.

    `key` is `a12`, `p7` or `k:source:number`. Credit notes lower amounts; they and totals are no orders.
    """

    key = models.CharField(max_length=270)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="buyers")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="buyers")
    site = models.ForeignKey(Site, models.CASCADE, null=True, related_name="+")
    source = models.CharField(max_length=60, blank=True)
    customer_key = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    first_on = models.DateField(null=True)
    again_after = models.IntegerField(null=True, help_text="days from the first order to the next day with one")
    last_on = models.DateField(null=True)
    orders = models.IntegerField(default=0)
    order_days = models.IntegerField(default=0, help_text="different days with an order")
    amount = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    orders_12 = models.IntegerField(default=0, help_text="in the last 12 months")
    amount_12 = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    orders_before = models.IntegerField(default=0, help_text="in the 12 months before")
    amount_before = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    usual_gap = models.FloatField(null=True, help_text="days between order days on average; from three order days on")
    last_score = models.SmallIntegerField(null=True, help_text="the last recommendation, 0 to 10")
    open_matters = models.IntegerField(default=0)
    is_silent = models.BooleanField(default=False, help_text="answered no survey in 12 months")
    is_lost = models.BooleanField(default=False, help_text="no order for a year, or three times the usual gap")
    warning = models.SmallIntegerField(default=0, help_text="points of the early warning")
    reasons = models.JSONField(default=list, help_text="why: sentences with their points")
    proposes = models.CharField(max_length=10, choices=Proposal.choices, blank=True)
    dismissed_until = models.DateField(null=True)

    objects = BuyerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "currency"], name="a_buyer_has_figures_once")]
        indexes = [
            models.Index(fields=["currency", "-amount_12"], name="buyer_amount"),
            models.Index(fields=["currency", "last_on"], name="buyer_last"),
            models.Index(fields=["currency", "first_on"], name="buyer_first"),
            models.Index(fields=["-warning"], condition=Q(warning__gt=0), name="buyer_warning"),
            models.Index(fields=["-last_on"], condition=Q(is_lost=True), name="buyer_lost"),
            models.Index(fields=["proposes"], condition=~Q(proposes=""), name="buyer_proposes"),
        ]

    def __str__(self) -> str:
        if self.account is not None:
            return str(self.account)
        return str(self.person) if self.person is not None else f"{self.source}: {self.customer_key}"

    @property
    def customer(self) -> Account | Person | None:
        """The record behind it, where there is one."""
        return self.account or self.person

    def is_quiet_on(self, day: date) -> bool:
        """Did somebody call the warning a false alarm, for a time that is not over on this day?"""
        return self.dismissed_until is not None and self.dismissed_until >= day

    def get_absolute_url(self) -> str:
        """The customer's page; for one whom nobody knows the page on which they are matched."""
        if self.customer is not None:
            return self.customer.get_absolute_url()
        return reverse("customers:buying-match", args=[self.pk])


class CohortCount(models.Model):
    """Of the buyers whose first order lies in `cohort`, how many ordered in the period `age` periods later."""

    unit = models.CharField(max_length=8, choices=[("month", "month"), ("quarter", "quarter")])
    currency = models.CharField(max_length=3, blank=True)
    site = models.ForeignKey(Site, models.CASCADE, null=True, related_name="+")
    cohort = models.DateField(help_text="the first day of the period")
    age = models.IntegerField()
    buyers = models.IntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        indexes = [models.Index(fields=["unit", "currency", "cohort"], name="cohort_count")]


class RfmCut(Record):
    """Where the limits between the scores lay on one day: buyers move because they change, or because the limits do."""

    on = models.DateField()
    at = models.DateTimeField()
    currency = models.CharField(max_length=3, blank=True)
    buyers = models.IntegerField()
    recency = models.JSONField(help_text="days since the last order: limits upwards; fewer days score higher")
    orders = models.JSONField(help_text="number of orders: limits upwards")
    amount = models.JSONField(help_text="amount: limits upwards")

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes = [models.Index(fields=["currency", "-at"], name="rfm_cut_at")]

    def __str__(self) -> str:
        return f"RFM of {self.on:%-d %B %Y}"


class RfmScoreQuerySet(models.QuerySet["RfmScore"]):
    """Questions about scores."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the buyers whom this actor may see."""
        return access.visible(self, actor)  # type: ignore[return-value]


class RfmScore(models.Model):
    """One buyer at one cut. `buyer` is the key of a `Buyer`, as it was then."""

    cut = models.ForeignKey(RfmCut, models.CASCADE, related_name="scores", db_index=False)
    buyer = models.CharField(max_length=270)
    site = models.ForeignKey(Site, models.CASCADE, null=True, related_name="+", db_index=False)
    recency = models.IntegerField(help_text="days from the last order to the day of the cut")
    orders = models.IntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    r = models.SmallIntegerField()
    f = models.SmallIntegerField()
    m = models.SmallIntegerField()

    objects = RfmScoreQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cut", "buyer"], name="a_buyer_is_scored_once_a_cut")]
        indexes = [models.Index(fields=["cut", "r", "f"], name="rfm_score_cell")]


class WarningDismissal(Record):
    """Somebody said that a warning is a false alarm, why, and until when it stays quiet."""

    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="warning_dismissals")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="warning_dismissals")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=500)
    until = models.DateField()
    noted_at = models.DateTimeField()
    said: Any = models.JSONField(default=list, help_text="the reasons of the warning as they were then")

    trail_personal = frozenset({"reason"})

    class Meta:
        indexes = [models.Index(fields=["until"], name="warning_dismissal_until")]

    def __str__(self) -> str:
        return f"quiet until {self.until:%-d %B %Y}"
