"""How soon we promise to acknowledge and to answer: by kind and site, each with its date and its source."""

from typing import Self

from django.db import models
from django.db.models import Q

from wellheard.cases.models.case import Kind
from wellheard.core.models.organisation import Site
from wellheard.core.records import Record, RecordQuerySet
from wellheard.ground.working_time import Promise


class Unit(models.TextChoices):
    """In what a promise is counted."""

    WORKING_HOURS = "working_hours", "working hours"
    WORKING_DAYS = "working_days", "working days"
    CALENDAR_DAYS = "calendar_days", "calendar days"


class ClockRuleQuerySet(RecordQuerySet["ClockRule"]):
    """Questions about promises."""

    def for_case(self, kind: str, site: Site) -> Self:
        """The rules that could hold for a case of this kind at this site."""
        return self.filter(Q(site=None) | Q(site=site), kind_of_case__in=("", kind))


class ClockRule(Record):
    """A promise, from a day on. It is never changed: a new one with a later day follows it, so that one can read what was
    promised when a case came in."""

    kind_of_case = models.CharField(max_length=12, choices=Kind.choices, blank=True, help_text="empty: every kind")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    acknowledge_amount = models.PositiveSmallIntegerField()
    acknowledge_unit = models.CharField(max_length=15, choices=Unit.choices, default=Unit.WORKING_DAYS)
    answer_amount = models.PositiveSmallIntegerField()
    answer_unit = models.CharField(max_length=15, choices=Unit.choices, default=Unit.WORKING_DAYS)
    valid_from = models.DateField(help_text="for cases received on this day or later")
    source = models.CharField(max_length=300, help_text="who decided it, or which rule asks for it")
    set_at = models.DateTimeField()

    objects = ClockRuleQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(answer_amount__gt=0), name="an_answer_takes_some_time"),
            models.CheckConstraint(condition=Q(acknowledge_amount__gt=0), name="an_acknowledgement_takes_some_time"),
        ]

    def __str__(self) -> str:
        return f"Acknowledge within {self.acknowledge}, answer within {self.answer}"

    @property
    def label(self) -> str:
        return f"The promise for {self.get_kind_of_case_display() if self.kind_of_case else 'every case'}"

    @property
    def acknowledge(self) -> Promise:
        return Promise(self.acknowledge_amount, self.acknowledge_unit)  # type: ignore[arg-type]

    @property
    def answer(self) -> Promise:
        return Promise(self.answer_amount, self.answer_unit)  # type: ignore[arg-type]
