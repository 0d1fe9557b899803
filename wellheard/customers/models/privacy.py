"""What customers may ask of us about their data, what must be kept all the same, and how long anything is kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from wellheard.core.models import Site
from wellheard.core.records import Record
from wellheard.customers.models.accounts import Account
from wellheard.customers.models.people import Person


class PrivacyRequest(Record):
    """Someone asks what we know of them, or that it be erased. Due a month after it was received."""

    class Wish(models.TextChoices):
        ACCESS = "access", "wants to know what we have"
        ERASURE = "erasure", "wants to be erased"

    class Status(models.TextChoices):
        OPEN = "open", "open"
        ERASING = "erasing", "being erased"
        DONE = "done", "done"
        REFUSED = "refused", "refused"

    reference = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="privacy_requests")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", help_text="the person's")
    wish = models.CharField(max_length=8, choices=Wish.choices)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField()
    due_on = models.DateField()
    identity_checked = models.CharField(max_length=500, blank=True, help_text="how we made sure that it is them")
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="why it was refused")
    chosen = models.JSONField(default=list, blank=True, help_text="words to be removed too, as feedback.statement:12")
    did = models.JSONField(default=dict, blank=True, help_text="what was erased, counted by holding")
    progress = models.JSONField(default=dict, blank=True, help_text="how far each holding has come")
    fault = models.TextField(blank=True, help_text="what stopped the erasure last time; it is tried again")

    trail_personal = frozenset({"identity_checked", "reason"})
    trail_left_out = frozenset({"progress", "fault"})
    written_freely = frozenset({"fault"})

    class Meta:
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("customers:privacy-request", args=[self.pk])


class LegalHold(Record):
    """This customer's data must be kept: a dispute, an authority, the law. Erasure is refused while it stands."""

    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="holds")
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="holds")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", help_text="the owner's")
    reason = models.CharField(max_length=500)
    since = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_reason = models.CharField(max_length=500, blank=True)

    trail_personal = frozenset({"reason", "lifted_reason"})

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) ^ Q(account__isnull=False), name="a_hold_has_one_subject"
            )
        ]

    def __str__(self) -> str:
        return f"A legal hold since {self.since:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        return reverse("customers:holds")


class RetentionRule(Record):
    """How long a kind of record keeps what is personal in it. `holding` names the kind, as its app registered it."""

    holding = models.CharField(max_length=60, unique=True)
    months = models.IntegerField(help_text="after the record's last event")
    is_on = models.BooleanField(default=False, help_text="applied every night; off, it only shows what would go")
    ground = models.CharField(max_length=500, blank=True, help_text="why that long: a law, our own decision")
    applied_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.holding}, {self.months} months"
