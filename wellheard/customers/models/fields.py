"""What an organisation adds of its own: custom fields, and what its other programs call the same customer."""

from django.db import models
from django.db.models import Q

from wellheard.core.models import Site
from wellheard.core.records import Record
from wellheard.customers.models.accounts import Account
from wellheard.customers.models.people import Person


class CustomField(Record):
    """A field of the organisation's own, on accounts or people. Values stand in their `custom`, under `key`."""

    class Value(models.TextChoices):
        TEXT = "text", "text"
        NUMBER = "number", "number"
        DATE = "date", "date"
        CHOICE = "choice", "one of several"
        YES_NO = "yes_no", "yes or no"

    about = models.CharField(max_length=8, choices=[("account", "accounts"), ("person", "people")])
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=100)
    value_type = models.CharField(max_length=8, choices=Value.choices, default=Value.TEXT)
    choices = models.JSONField(default=list, blank=True)
    help_words = models.CharField(max_length=300, blank=True)
    position = models.IntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True, help_text="no longer asked for; values stay")

    class Meta:
        ordering = ["about", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["about", "key"], name="a_custom_field_has_its_own_key")]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A word that was put to some account or person, to choose from while filtering. The tags themselves stand on those.

    No `Record`: it follows from the tags that an action sets.
    """

    about = models.CharField(max_length=8, choices=[("account", "accounts"), ("person", "people")])
    words = models.CharField(max_length=60)

    class Meta:
        ordering = ["about", "words"]
        constraints = [models.UniqueConstraint(fields=["about", "words"], name="a_tag_is_known_once")]

    def __str__(self) -> str:
        return self.words


class ExternalId(Record):
    """What another program (`source`) calls this account or person: the key of an upsert."""

    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="external_ids")
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="external_ids")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", help_text="the owner's")
    source = models.CharField(max_length=60)
    value = models.CharField(max_length=200)

    trail_personal = frozenset({"value"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "value"], condition=Q(person__isnull=False), name="a_person_has_an_external_id_once"
            ),
            models.UniqueConstraint(
                fields=["source", "value"],
                condition=Q(account__isnull=False),
                name="an_account_has_an_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) ^ Q(account__isnull=False), name="an_external_id_has_one_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.value}"
