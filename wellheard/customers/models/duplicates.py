"""Two records that may be one customer, and merges that can be replayed and taken back."""

from typing import Literal, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from wellheard.core.actors import Actor
from wellheard.core.models import Site
from wellheard.core.records import Record, RecordQuerySet
from wellheard.customers.models.accounts import Account
from wellheard.customers.models.people import Person

About = Literal["account", "person"]
MODELS: dict[str, type[Account] | type[Person]] = {"account": Account, "person": Person}


def _both_seen(rows: models.QuerySet[models.Model], actor: Actor, first: str, second: str) -> Q:
    """Rows of which the actor may see both customers: a pair of two sites would otherwise tell one about the other."""
    wanted = Q(pk__in=())
    for about, model in MODELS.items():
        seen = model.objects.visible_to(actor).order_by().values("pk")
        wanted |= Q(about=about, **{f"{first}__in": seen, f"{second}__in": seen})
    return wanted


class DuplicatePairQuerySet(RecordQuerySet["DuplicatePair"]):
    """Questions about pairs."""

    def visible_to(self, actor: Actor) -> Self:
        """The pairs of which this actor may see both."""
        return super().visible_to(actor).filter(_both_seen(self, actor, "first_id", "second_id"))

    def to_decide(self) -> Self:
        """Open ones, both of which are still there by themselves."""
        rows = self.filter(status=DuplicatePair.Status.OPEN)
        for about, model in MODELS.items():
            gone = model.objects.filter(Q(merged_into__isnull=False) | Q(erased_at__isnull=False)).order_by()
            rows = rows.exclude(about=about, first_id__in=gone.values("pk"))
            rows = rows.exclude(about=about, second_id__in=gone.values("pk"))
        return rows


class MergeQuerySet(RecordQuerySet["Merge"]):
    """Questions about merges."""

    def visible_to(self, actor: Actor) -> Self:
        """The merges of customers whom this actor may see."""
        return super().visible_to(actor).filter(_both_seen(self, actor, "kept_id", "gone_id"))

    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(undone_at__isnull=True)


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

    described = models.CharField(
        max_length=64,
        blank=True,
        help_text="a digest of what the two said when they were compared: new when it changes",
    )

    objects = DuplicatePairQuerySet.as_manager()  # type: ignore[misc]

    trail_personal = frozenset({"reasons", "decided_reason"})
    trail_left_out = frozenset({"described"})

    class Meta:
        ordering = ["-likeness", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["about", "first_id", "second_id"], name="a_pair_is_noted_once"),
        ]
        indexes = [models.Index(fields=["status", "-likeness"], name="pair_to_decide")]

    def __str__(self) -> str:
        return f"Pair {self.pk}"

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
    stayed = models.JSONField(
        default=list,
        blank=True,
        help_text="sentences: what changed since and was therefore left when it was taken back",
    )

    objects = MergeQuerySet.as_manager()  # type: ignore[misc]

    trail_personal = frozenset({"before", "choices", "moved", "undone_reason"})

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
