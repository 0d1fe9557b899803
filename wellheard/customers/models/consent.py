"""What customers agreed to, for which purpose, in which words; and addresses that nothing may be sent to."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from wellheard.core.records import Record
from wellheard.customers.models.people import Person


class Purpose(Record):
    """A reason for which we write or ask. A service message answers the customer's own words and needs no consent."""

    class Ground(models.TextChoices):
        SERVICE = "service", "an answer to their own words or orders: always sent"
        INTEREST = "interest", "sent until they object"
        CONSENT = "consent", "sent only when they have agreed"

    key = models.SlugField(max_length=40, unique=True, help_text="surveys, news, offers, …: what a message names")
    name = models.JSONField(default=dict, help_text="by language, as the preference centre shows it")
    about = models.JSONField(default=dict, help_text="by language: a sentence that says what one gets")
    ground = models.CharField(max_length=8, choices=Ground.choices, default=Ground.INTEREST)
    position = models.IntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    fingerprint_fields: ClassVar = ("key", "name", "about", "ground")

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.name.get("en") or next(iter(self.name.values()), self.key))


class ConsentText(Record):
    """The words that someone agreed to; a new wording is a new version, the old ones stay."""

    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="texts")
    version = models.IntegerField()
    texts = models.JSONField(default=dict, help_text="by language")
    valid_from = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="a_consent_text_has_its_version")]

    def __str__(self) -> str:
        return f"{self.purpose}, version {self.version}"


class Consent(Record):
    """One decision of a person about one purpose, with where it came from. The latest one counts; none is ever changed."""

    class Decision(models.TextChoices):
        GIVEN = "given", "agreed"
        WITHDRAWN = "withdrawn", "withdrawn"
        REFUSED = "refused", "refused"

    class Source(models.TextChoices):
        CENTRE = "centre", "preference centre"
        UNSUBSCRIBE = "unsubscribe", "unsubscribe link"
        FORM = "form", "form"
        SAID = "said", "said to one of us"
        IMPORT = "import", "imported"
        API = "api", "another program"

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="consents")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    at = models.DateTimeField()
    source = models.CharField(max_length=12, choices=Source.choices)
    text = models.ForeignKey(ConsentText, models.PROTECT, null=True, blank=True, related_name="+")
    evidence = models.CharField(max_length=500, blank=True, help_text="what shows it: a file, a sentence, an address")

    trail_personal = frozenset({"evidence"})

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["person", "purpose", "-at"], name="consent_latest")]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.get_decision_display()}"


class Suppression(Record):
    """An address to which nothing is sent (for this purpose; without one, nothing but an answer to their own words).

    Kept as a keyed digest, so that it outlives the person's erasure and tells nobody the address.
    """

    class Reason(models.TextChoices):
        BOUNCED = "bounced", "the address does not exist"
        COMPLAINED = "complained", "marked our mail as spam"
        UNSUBSCRIBED = "unsubscribed", "unsubscribed"
        ERASED = "erased", "asked to be erased"
        HAND = "hand", "set by one of us"

    address_digest = models.CharField(max_length=64)
    purpose = models.ForeignKey(Purpose, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    trail_personal = frozenset({"address_digest"})

    class Meta:
        indexes = [
            models.Index(fields=["address_digest"], condition=Q(lifted_at__isnull=True), name="suppression_address")
        ]

    def __str__(self) -> str:
        return self.get_reason_display()
