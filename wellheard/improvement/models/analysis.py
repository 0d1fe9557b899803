"""Looking for the cause: a problem, and the whys that lead to what can be changed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from wellheard.core.models import Site
from wellheard.core.records import Record
from wellheard.improvement.flow import AnalysisStatus


class CauseAnalysis(Record):
    """The search for a cause, with why after why: once for how it happened, once for how it reached the customer."""

    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    problem = models.TextField(help_text="what is wrong, where, since when, how often")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="cause_analyses")
    status = models.CharField(max_length=10, choices=AnalysisStatus.choices, default=AnalysisStatus.OPEN)
    cause = models.CharField(max_length=300, blank=True, help_text="the cause in one sentence, once it is found")
    opened_at = models.DateTimeField()
    found_at = models.DateTimeField(null=True)

    trail_personal = frozenset({"title", "problem", "cause"})  # they may quote a customer
    fingerprint_fields: ClassVar = ("title", "problem", "cause")

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("improvement:analysis", args=[self.pk])

    def search_text(self) -> tuple[str, str]:
        return self.title, f"{self.reference} {self.problem} {self.cause}"

    @property
    def is_found(self) -> bool:
        return self.status == AnalysisStatus.FOUND


class Why(Record):
    """One answer to “why?”. Its parent is what it explains; without one it explains the problem itself."""

    class Side(models.TextChoices):
        OCCURRED = "occurred", "Why did it happen?"
        ESCAPED = "escaped", "Why did it reach the customer?"

    analysis = models.ForeignKey(CauseAnalysis, models.CASCADE, related_name="whys")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="becauses")
    side = models.CharField(max_length=10, choices=Side.choices)
    text = models.CharField(max_length=300)
    evidence = models.TextField(blank=True, help_text="how we know: what was seen, measured or tried")
    therefore_holds = models.BooleanField(
        default=False, help_text="read upwards with “therefore”, this does lead to what it explains"
    )
    is_root = models.BooleanField(default=False, help_text="a cause that we can change")

    trail_personal = frozenset({"text", "evidence"})

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(is_root=False) | ~Q(evidence=""), name="a_root_cause_has_evidence")
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return f"{reverse('improvement:analysis', args=[self.analysis_id])}#why-{self.pk}"
