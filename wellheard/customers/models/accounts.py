"""The accounts we serve."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from wellheard.customers.models.base import MERGED, PRESENT, CustomerRecord
from wellheard.customers.models.segments import Segment


class Account(CustomerRecord):
    """A customer as we do business with it: a company, an authority, a household."""

    reference = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="accounts")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", help_text="the group that it belongs to"
    )
    since = models.DateField(null=True, blank=True, help_text="a customer since this day")
    city = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="as DE")
    industry = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, blank=True)

    # A sole trader's name is a person's.
    trail_personal = CustomerRecord.personal_of_every | {"name", "city"}
    fingerprint_fields: ClassVar = ("name", "segment_id", "city")

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["name"], name="account_name"),
            models.Index(fields=["name", "erased_at", "merged_into"], condition=PRESENT, name="account_list"),
            models.Index(fields=["merged_into"], condition=MERGED, name="account_merged"),
            models.Index(fields=["lifecycle", "name"], condition=PRESENT, name="account_lifecycle"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:detail", args=[self.pk])

    def search_text(self) -> tuple[str, str] | None:
        if self.is_merged:
            return None
        return self.name, f"{self.reference} {self.city} {' '.join(self.tags)} {self.notes}"
