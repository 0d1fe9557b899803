"""Orders: what was bought, when, for how much. Many, so they are sealed in batches instead of an entry each."""

from typing import Self

from django.db import models
from django.db.models import Q

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.models import ImportBatch, Site
from wellheard.customers.models.accounts import Account
from wellheard.customers.models.people import Person


class OrderQuerySet(models.QuerySet["Order"]):
    """Questions about orders."""

    def visible_to(self, actor: Actor) -> Self:
        """The orders of the customers whom this actor may see."""
        return access.visible(self, actor)  # type: ignore[return-value]

    def of_buyer(self, account_id: int | None, person_id: int | None, source: str = "", customer_key: str = "") -> Self:
        """The orders of one buyer: of the account; else of the person alone; else of a customer whom nobody knows yet."""
        if account_id is not None:
            return self.filter(account_id=account_id)
        if person_id is not None:
            return self.filter(person_id=person_id, account__isnull=True)
        return self.filter(source=source, customer_key=customer_key, account__isnull=True, person__isnull=True)


class Order(models.Model):
    """One order or credit note. `customer_key` is what its source calls the customer; account and person may follow later.

    The digest covers what the source said, not whom we took the customer for: merging customers changes the latter alone.
    Of the customer's key it covers a salted digest, so that an address in it can be erased and the seal still holds.
    """

    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=100, help_text="the number of the order at its source")
    customer_key = models.CharField(max_length=200, blank=True)
    key_salt = models.CharField(max_length=32, blank=True)
    key_digest = models.CharField(max_length=64, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="orders", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="orders", db_index=False)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    ordered_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, help_text="below zero for what was given back")
    currency = models.CharField(max_length=3, blank=True, help_text="as EUR; empty where the source does not say")
    quantity = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    lines = models.IntegerField(default=1, help_text="rows of the file that make up the order")
    is_cancelled = models.BooleanField(default=False, help_text="a cancellation or a credit note")
    is_total = models.BooleanField(
        default=False, help_text="the sum of all orders up to that day; it counts as an amount and not as an order"
    )
    what = models.CharField(max_length=300, blank=True, help_text="what was bought, in a few words")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)
    seal_id = models.BigIntegerField(null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="an_order_is_stored_once")]
        indexes = [
            models.Index(fields=["account", "ordered_on"], name="order_account"),
            models.Index(fields=["person", "ordered_on"], name="order_person"),
            models.Index(fields=["source", "customer_key"], name="order_customer_key"),
            models.Index(fields=["ordered_on"], name="order_day"),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="order_batch"),
            models.Index(fields=["id"], condition=Q(seal_id__isnull=True), name="order_unsealed"),
        ]

    def __str__(self) -> str:
        return f"{self.external_id} of {self.ordered_on:%-d %B %Y}"
