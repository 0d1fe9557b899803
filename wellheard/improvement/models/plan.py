"""How we will know whether it worked: fixed before anyone acts, and never changed after."""

from datetime import date
from typing import Any, ClassVar, cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from wellheard.core.errors import Refusal
from wellheard.core.records import Record
from wellheard.ground.canonical import canonical, digest
from wellheard.ground.effectiveness import Direction, Kind, Plan


class EffectivenessPlan(Record):
    """One version of the plan. Measure, kind and unit are copied from the catalogue, so that the locked plan says by
    itself what was agreed even if the catalogue changes later."""

    action = models.ForeignKey("improvement.CorrectiveAction", models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField(default=1)
    reason = models.TextField(blank=True, help_text="why this version replaces the one before")

    indicator = models.CharField(max_length=100)
    scope = models.JSONField(default=dict, blank=True)
    counted_as = models.CharField(max_length=12, help_text="rate, count, proportion, nps or mean")
    direction = models.CharField(max_length=4)
    measure = models.CharField(max_length=200)
    unit = models.CharField(max_length=60, blank=True)
    per = models.DecimalField(max_digits=12, decimal_places=3, default=1)

    baseline_from = models.DateField()
    baseline_to = models.DateField()
    settling_until = models.DateField(null=True, blank=True)
    follow_up_from = models.DateField()
    follow_up_to = models.DateField()
    trigger_on = models.DateField(null=True, blank=True, help_text="the bad day that raised the alarm")
    smallest_worthwhile = models.DecimalField(
        max_digits=10, decimal_places=4, help_text="ratio after / before, or the difference in the measure's unit"
    )

    verifier = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="plans_to_verify")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="plans_drafted")
    drafted_at = models.DateTimeField()
    outlook = models.JSONField(default=dict, blank=True, help_text="whether the plan can succeed, computed at drafting")
    locked_at = models.DateTimeField(null=True)
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="plans_locked")
    digest = models.CharField(max_length=64, blank=True)

    fingerprint_fields: ClassVar = ("action_id", "version", "digest")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "version"], name="a_plan_has_each_version_once"),
            models.UniqueConstraint(
                fields=["action"], condition=Q(locked_at__isnull=True), name="one_version_is_written_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(baseline_from__lte=F("baseline_to"))
                & Q(baseline_to__lt=F("follow_up_from"))
                & Q(follow_up_from__lte=F("follow_up_to")),
                name="a_plan_compares_before_with_after",
            ),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True) | ~Q(digest=""), name="a_locked_plan_has_its_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"Plan {self.version} of {self.action.reference}"

    def get_absolute_url(self) -> str:
        return reverse("improvement:plan", args=[self.action_id])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Once locked, nothing changes."""
        if self._loaded is not None and self._loaded.get("locked_at") is not None:
            raise Refusal(
                "This plan is locked, so nothing of it was changed. A new version, with a reason and locked by a second "
                "person, can replace it."
            )
        super().save(*args, **kwargs)

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    def content(self) -> dict[str, Any]:
        """What is agreed: what the digest is taken of."""
        return {
            "action": self.action.reference,
            "version": self.version,
            "reason": self.reason,
            "indicator": self.indicator,
            "scope": self.scope,
            "kind": self.counted_as,
            "direction": self.direction,
            "measure": self.measure,
            "unit": self.unit,
            "per": f"{self.per:.3f}",
            "baseline": [self.baseline_from, self.baseline_to],
            "settling_until": self.settling_until,
            "follow_up": [self.follow_up_from, self.follow_up_to],
            "trigger_on": self.trigger_on,
            "smallest_worthwhile": f"{self.smallest_worthwhile:.4f}",
            "period": "month",
            "owner": self.action.owner.actor_id,
            "verifier": self.verifier.actor_id,
        }

    def text(self) -> str:
        """The exact text of what is agreed."""
        return canonical(self.content())

    def computed_digest(self) -> str:
        return digest(self.text())

    def for_engine(self, set_aside: dict[str, str] | None = None) -> Plan:
        """The plan as `ground.effectiveness` judges it."""
        return Plan(
            kind=cast("Kind", self.counted_as),
            direction=cast("Direction", self.direction),
            smallest_worthwhile=float(self.smallest_worthwhile),
            baseline=(self.baseline_from, self.baseline_to),
            follow_up=(self.follow_up_from, self.follow_up_to),
            settling_until=self.settling_until,
            trigger=self.trigger_on,
            overrides=set_aside or {},
            period="month",
            measure=self.measure,
            unit=self.unit,
            per=float(self.per),
        )

    def is_over(self, today: date) -> bool:
        return today > self.follow_up_to
