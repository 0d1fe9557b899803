"""New customers with what stands beside them, inserted many at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wellheard.core.records import Record
from wellheard.core.references import next_references
from wellheard.core.writing import create_many
from wellheard.customers.imports.found import Found
from wellheard.customers.imports.known import Customer
from wellheard.customers.models import (
    Account,
    Address,
    Affiliation,
    ContactPoint,
    ExternalId,
    Person,
    SegmentMembership,
)

ROWS_AT_ONCE = 2_000


@dataclass
class Planned:
    """A customer that is about to be inserted, with what stands beside."""

    found: Found
    record: Customer
    beside: list[Record] = field(default_factory=list)
    is_beside: bool = False


def insert(planned: Sequence[Planned], at: datetime) -> list[Account]:
    """Insert them and what stands beside, within an action; gives the organisations among them."""
    accounts = [each.record for each in planned if isinstance(each.record, Account)]
    people = [each.record for each in planned if isinstance(each.record, Person)]
    if accounts:
        for account, reference in zip(accounts, next_references("ACC", len(accounts), at), strict=True):
            account.reference = reference
        create_many(accounts)
    for person in people:
        organisation = person.account
        person.account = organisation  # takes over the number that it has now
    if people:
        create_many(people)
    beside = [one for each in planned for one in each.beside]
    models: tuple[type[Record], ...] = (ContactPoint, Address, Affiliation, ExternalId)
    for model in models:
        rows = [one for one in beside if isinstance(one, model)]
        for row in rows:
            _take_over_numbers(row)
        if rows:
            create_many(rows)
    members = [
        SegmentMembership(segment=account.segment, account=account, since=at, is_main=True)
        for account in accounts
        if account.segment is not None
    ]
    SegmentMembership.objects.bulk_create(members, batch_size=ROWS_AT_ONCE)
    return accounts


def _take_over_numbers(row: Any) -> None:
    """The numbers that owners got when they were inserted."""
    for name in ("person", "account"):
        owner = getattr(row, name)
        if owner is not None:
            setattr(row, name, owner)
            row.site_id = owner.site_id if name == "account" or not isinstance(row, Affiliation) else row.site_id
