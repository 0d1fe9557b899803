"""Which rows belong to a customer: their own, those of the duplicates that were merged into them, and for an account those
of its people.

    lineage = lineage_of(record)
    lineage.of(Conversation.objects.visible_to(member))

Most rows move when records are merged. Sealed ones (responses) keep the customer they came with: they are read through
the ids of all that are one customer now.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from wellheard.customers.models import Account, Affiliation, Person

Row = TypeVar("Row", bound=Model)
MOST_PEOPLE = 2_000
"""Of larger accounts, the other people's rows are found by the account that stands on them."""


@dataclass(frozen=True)
class Lineage:
    """The ids that are one customer. `accounts` is empty for a person; `people` are those who speak for the account today."""

    accounts: tuple[int, ...]
    people: tuple[int, ...]

    def belongs(self, account: str = "account", person: str = "person") -> Q:
        """Rows of this customer, where the two fields are called so. An account has what its people said, too."""
        mine = Q(**{f"{person}__in": self.people})
        return Q(**{f"{account}__in": self.accounts}) | mine if self.accounts else mine

    def belongs_alone(self, account: str = "account", person: str = "person") -> Q:
        """As `belongs`, without what its people said for another account: what is counted is counted for one."""
        if not self.accounts:
            return Q(**{f"{person}__in": self.people})
        return Q(**{f"{account}__in": self.accounts}) | Q(**{f"{account}__isnull": True, f"{person}__in": self.people})

    def of(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Those among `rows` (of a model with `account` and `person`) that belong to this customer, as `belongs` has it.

        They are looked for by the customer first, and by each of the two apart: joined with “of my sites” or “still open” in
        one condition, a database may read a whole site instead.
        """
        return self._found(rows, Q(person__in=self.people))

    def of_alone(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """As `of`, for what is counted: see `belongs_alone`."""
        mine = Q(person__in=self.people)
        return self._found(rows, mine & Q(account__isnull=True) if self.accounts else mine)

    def _found(self, rows: QuerySet[Row], by_person: Q) -> QuerySet[Row]:
        every = rows.model._default_manager.order_by()
        ids = every.filter(by_person).values("pk")
        if self.accounts:
            ids = every.filter(account__in=self.accounts).values("pk").union(ids)
        return rows.filter(pk__in=ids)

    def for_another(self, account: Account | None) -> str:
        """`, for Stadt Halle` where one of this account's people spoke for that other one; else nothing."""
        is_other = bool(self.accounts) and account is not None and account.pk not in self.accounts
        return f", for {account}" if is_other else ""


_held: ContextVar[tuple[type, int, Lineage] | None] = ContextVar("lineage", default=None)


def ids_of(record: Account | Person) -> tuple[int, ...]:
    """The record's id and those of the duplicates that were merged into it; one query."""
    merged = type(record)._default_manager.filter(merged_into=record.pk).order_by("pk").values_list("pk", flat=True)
    return (record.pk, *merged)


def lineage_of(record: Account | Person) -> Lineage:
    """All ids that are this customer now: one query for a person, four for an account, none within `held_lineage`."""
    known = _held.get()
    if known is not None and known[:2] == (type(record), record.pk):
        return known[2]
    ids = ids_of(record)
    return Lineage(ids, _people_of(ids)) if isinstance(record, Account) else Lineage((), ids)


@contextmanager
def held_lineage(record: Account | Person) -> Iterator[Lineage]:
    """Whoever asks for this customer's lineage within gets the same answer: many parts of one page do."""
    lineage = lineage_of(record)
    token = _held.set((type(record), record.pk, lineage))
    try:
        yield lineage
    finally:
        _held.reset(token)


def _people_of(accounts: tuple[int, ...]) -> tuple[int, ...]:
    """Whoever speaks for these accounts today, the main ones and the others, with the duplicates merged into them."""
    main = Person.objects.filter(account__in=accounts).order_by("pk").values_list("pk", flat=True)[:MOST_PEOPLE]
    speaking = Affiliation.objects.filter(account__in=accounts, until__isnull=True)
    others = speaking.order_by("pk").values_list("person_id", flat=True)[:MOST_PEOPLE]
    people = {*main, *others}
    merged = Person.objects.filter(merged_into__in=sorted(people)).order_by("pk").values_list("pk", flat=True)
    return tuple(sorted(people | set(merged[:MOST_PEOPLE])))
