"""Where a customer stands with us, and the words that we put to them."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.customers.current import refuse_gone
from wellheard.customers.custom import about_of
from wellheard.customers.models import Account, Person
from wellheard.customers.tagging import know_tags
from wellheard.customers.values import clean_lifecycle, clean_tags

Customer = TypeVar("Customer", Account, Person)


@action("customers.set_lifecycle")
def set_lifecycle(record: Customer, to: str, by: Actor, *, at: datetime, reason: str = "") -> Customer:
    """Say where they stand with us. At risk, lost and won back need a reason; it is kept with the moment."""
    refuse_gone(record)
    wanted, words = clean_lifecycle(to, reason)
    if (record.lifecycle, record.lifecycle_reason) == (wanted, words):
        return record
    if record.lifecycle != wanted:
        record.lifecycle_since = at
    record.lifecycle, record.lifecycle_reason = wanted, words
    record.save()
    return record


@action("customers.set_tags")
def set_tags(record: Customer, tags: str | Iterable[str], by: Actor, *, at: datetime) -> Customer:
    """These tags and no others; a text is cut at its commas."""
    refuse_gone(record)
    record.tags = clean_tags(tags)
    if record.has_unsaved_changes:
        know_tags(about_of(record), record.tags)
        record.save()
    return record
