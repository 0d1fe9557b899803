"""Our customers: the accounts we serve, the people who speak for them, and the segments that they belong to."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from wellheard.core.models import Site
from wellheard.core.records import Record, RecordQuerySet


class Segment(Record):
    """Customers with like needs: landscapers, municipalities."""

    name = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Account(Record):
    """A customer as we do business with it: a company, an authority, a household."""

    reference = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="accounts")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="accounts")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accounts",
        help_text="who looks after it",
    )
    since = models.DateField(null=True, blank=True, help_text="a customer since this day")
    city = models.CharField(max_length=200, blank=True)
    notes = models.TextField(blank=True)

    trail_personal = frozenset({"name", "city", "notes"})  # a sole trader's name is a person's
    fingerprint_fields: ClassVar = ("name", "segment_id", "city")

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["name"], name="account_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:detail", args=[self.pk])

    def search_text(self) -> tuple[str, str]:
        return self.name, f"{self.reference} {self.city} {self.notes}"


class PersonQuerySet(RecordQuerySet["Person"]):
    """Questions about people."""

    def with_email(self, email: str) -> "PersonQuerySet":
        """Whoever has this address, whatever its case."""
        return self.alias(address=Lower("email")).filter(address=email.strip().lower())


class Person(Record):
    """Someone who speaks to us as a customer. Without an address they can still be heard, and told by hand."""

    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(null=True, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="people")
    language = models.CharField(max_length=8, blank=True, help_text="the language that they prefer, as de")
    wants_no_mail = models.BooleanField(
        default=False, help_text="no news by mail; answers to their own words still go out"
    )
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="people")

    objects = PersonQuerySet.as_manager()  # type: ignore[misc]

    trail_personal = frozenset({"name", "email", "phone"})
    fingerprint_fields: ClassVar = ("name", "email", "phone", "account_id")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="an_address_belongs_to_one_person",
                violation_error_message="Someone else already has this address.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or f"Person {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("customers:person", args=[self.pk])

    def search_text(self) -> tuple[str, str]:
        return str(self), f"{self.email or ''} {self.phone} {self.account or ''}"
