"""Listening rules: when something like this is said, that happens."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from wellheard.core.models import Site
from wellheard.core.records import Record
from wellheard.feedback.models.statements import Statement


class ListeningRule(Record):
    """A promise about what we do when we hear something; it can be read aloud (`feedback.sentences.rule_sentence`)."""

    name = models.CharField(max_length=200)
    is_on = models.BooleanField(default=True)
    position = models.IntegerField(default=0, help_text="rules are asked in this order")
    conditions = models.JSONField(default=dict, help_text="see feedback.conditions.Conditions")
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, help_text="only for what is said at this site"
    )
    reactions = models.JSONField(default=list, help_text="keys of reactions, in the order in which they happen")
    promised_minutes = models.IntegerField(
        null=True, blank=True, help_text="working time until the owner has called back"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="is alerted when the customer has no owner",
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(promised_minutes__isnull=True) | models.Q(promised_minutes__gt=0),
                name="a_promise_takes_some_time",
            )
        ]

    fingerprint_fields: ClassVar = ("name", "conditions", "site_id", "reactions", "promised_minutes")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("feedback:rule", args=[self.pk])


class RuleFiring(Record):
    """A rule has reacted to a statement. It does so once, however often it is asked."""

    rule = models.ForeignKey(ListeningRule, models.PROTECT, related_name="firings")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="firings")
    fired_at = models.DateTimeField()
    did = models.JSONField(default=list, help_text="what each reaction did, in words")

    trail_personal = frozenset({"did"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "statement"], name="a_rule_reacts_once_to_a_statement"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} on {self.statement}"

    @property
    def did_words(self) -> str:
        """Everything it did, as sentences."""
        said = (str(each["did"]) for each in self.did)
        return " ".join(words if words.endswith((".", "…")) else f"{words}." for words in said)
