"""A corrective action: what is changed so that it doesn't happen again, and whether that worked."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from wellheard.core.models import Site
from wellheard.core.records import Record, RecordQuerySet
from wellheard.improvement.flow import ActionStatus
from wellheard.improvement.models.analysis import CauseAnalysis
from wellheard.improvement.models.plan import EffectivenessPlan
from wellheard.improvement.models.verdict import Verdict


class CorrectiveActionQuerySet(RecordQuerySet["CorrectiveAction"]):
    """Corrective actions, and the questions that are asked about them."""

    def unfinished(self) -> Self:
        return self.exclude(status=ActionStatus.CLOSED)

    def with_measurements_complete(self, today: date) -> Self:
        """Done, and the follow-up of the locked plan has passed: the verdict can be computed."""
        newest = models.Max("plans__version", filter=models.Q(plans__locked_at__isnull=False))
        rows = self.filter(status=ActionStatus.DONE).annotate(newest_version=newest)
        return rows.filter(plans__version=models.F("newest_version"), plans__follow_up_to__lt=today)

    def with_outcome(self) -> Self:
        """With the newest verdict and the plan in force as columns, so that a row of a list asks nothing more."""
        newest = Verdict.objects.filter(action=models.OuterRef("pk")).order_by("-computed_at", "-pk")
        in_force = EffectivenessPlan.objects.filter(action=models.OuterRef("pk"), locked_at__isnull=False)
        in_force = in_force.order_by("-version")
        return self.select_related("owner", "site").annotate(
            computed_word=models.Subquery(newest.values("word")[:1]),
            signed_word=models.Subquery(newest.values("signed_word")[:1]),
            is_final=models.Subquery(newest.values("is_final")[:1]),
            decided=models.Subquery(in_force.values("follow_up_to")[:1]),
            plan_digest=models.Subquery(in_force.values("digest")[:1]),
            verifier=models.Subquery(in_force.values("verifier__name")[:1]),
        )


class CorrectiveAction(Record):
    """What we change. It knows no complaint and no survey: where it came from is a link."""

    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    what = models.TextField(help_text="what is changed, and how")
    analysis = models.ForeignKey(
        CauseAnalysis, models.PROTECT, null=True, blank=True, related_name="corrective_actions"
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="corrective_actions")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True)
    status = models.CharField(max_length=10, choices=ActionStatus.choices, default=ActionStatus.PROPOSED)
    due_on = models.DateField(null=True, blank=True, help_text="when the change should be done")
    opened_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    # What the series can't show and people know: it goes into the verdict.
    other_changes = models.TextField(blank=True, help_text="what else changed in the same time, one thing a line")
    recurrences = models.PositiveIntegerField(default=0, help_text="how often the same cause came back since")
    definition_changed = models.BooleanField(default=False, help_text="it was counted or asked in another way")
    set_aside = models.JSONField(
        default=dict, blank=True, help_text="doubt → the verifier's reason why it doesn't count"
    )

    objects = CorrectiveActionQuerySet.as_manager()  # type: ignore[misc]
    trail_personal = frozenset({"title", "what"})  # they may quote a customer
    fingerprint_fields: ClassVar = ("title", "what")

    class Meta:
        indexes = [models.Index(fields=["status", "due_on"], name="action_status_due")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("improvement:action", args=[self.pk])

    def search_text(self) -> tuple[str, str]:
        return self.title, f"{self.reference} {self.what}"

    @property
    def plan(self) -> EffectivenessPlan | None:
        """The plan in force: the newest that is locked."""
        return (
            self.plans.filter(locked_at__isnull=False)
            .select_related("verifier", "locked_by")
            .order_by("-version")
            .first()
        )

    @property
    def draft(self) -> EffectivenessPlan | None:
        """The version that is being written, if any."""
        return self.plans.filter(locked_at__isnull=True).order_by("-version").first()

    @property
    def verdict(self) -> Verdict | None:
        """The latest verdict."""
        found = self.verdicts.select_related("plan__verifier", "plan__locked_by", "signature")
        return found.order_by("-computed_at", "-pk").first()
