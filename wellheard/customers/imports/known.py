"""Whom we know already: the customers that rows of a file may mean, fetched for many rows at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, cast

from wellheard.core.actors import Actor
from wellheard.core.batches import in_batches
from wellheard.customers.imports.found import Found
from wellheard.customers.models import Account, ContactPoint, CustomField, ExternalId, Person
from wellheard.customers.suppression import erased_among, normal_address
from wellheard.customers.values import clean_words
from wellheard.ground.phones import read_phone

Customer = Account | Person


class HiddenMatch(Exception):
    """The row means somebody whom the importing member may not see."""


class Known:
    """The customers that the rows in hand may mean. `look_up` fetches; `match` decides without a query."""

    def __init__(self, source: str, by: Actor, *, key: str = "") -> None:
        self.source, self.by, self.key = source, by, key
        self._ids: dict[tuple[str, str], int] = {}
        self._emails: dict[str, list[ContactPoint]] = defaultdict(list)
        self._erased: set[str] = set()
        self._names: dict[str, list[int]] = defaultdict(list)
        self._custom: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._people: dict[int, Person] = {}
        self._accounts: dict[int, Account] = {}
        self._account_names: dict[str, set[int]] | None = None
        self._seen: dict[type, set[int]] = {Person: set(), Account: set()}

    def look_up(self, rows: Sequence[Found]) -> None:
        """Fetch everybody whom these rows may mean, and forget the others."""
        for kept in (self._ids, self._emails, self._names, self._custom, self._people, self._accounts):
            kept.clear()
        self._look_up_ids(rows)
        emails = {p.value.lower() for each in rows if each.what == "person" for p in each.points if p.what == "email"}
        for some in in_batches(sorted(emails)):
            points = ContactPoint.objects.filter(what="email", key__in=some, person__isnull=False)
            for point in points.order_by("is_former", "pk"):
                self._emails[point.key].append(point)
        self._erased = erased_among(emails - self._emails.keys())
        names = {each.name for each in rows if each.what == "person" and each.name}
        for some in in_batches(sorted(names)):
            namesakes = Person.objects.filter(name__in=some, merged_into=None, erased_at=None).order_by("pk")
            for pk, name in namesakes.values_list("pk", "name"):
                self._names[name.casefold()].append(pk)
        if self.key.startswith("custom."):
            self._look_up_custom(rows)
        accounts = {pk for (what, _), pk in self._ids.items() if what == "account"}
        for each in rows:
            for name in (
                each.account_name,
                each.name if each.what == "account" else "",
                each.values.get("parent_name", ""),
            ):
                accounts |= self._account_ids(name)
        people = {pk for (what, _), pk in self._ids.items() if what == "person"}
        people |= {point.person_id for points in self._emails.values() for point in points if point.person_id}
        people |= {pk for found in (*self._names.values(), *self._custom.values()) for pk in found}
        self._fetch(people, accounts)

    def _look_up_ids(self, rows: Sequence[Found]) -> None:
        if not self.source:
            return
        wanted = {each.external_id for each in rows} | {each.account_id for each in rows}
        wanted |= {str(each.values.get("parent_id", "")) for each in rows}
        for some in in_batches(sorted(wanted - {""})):
            for each in ExternalId.objects.filter(source=self.source, value__in=some).order_by("pk"):
                what = "account" if each.account_id else "person"
                self._ids[what, each.value] = each.account_id or each.person_id or 0

    def _look_up_custom(self, rows: Sequence[Found]) -> None:
        key = self.key.removeprefix("custom.")
        wanted = {each.custom[key] for each in rows if each.custom.get(key)}
        for what, model in (("account", Account), ("person", Person)):
            if not CustomField.objects.filter(about=what, key=key).exists():
                continue
            for some in in_batches(sorted(wanted), 500):
                people: Any = model.objects.filter(merged_into=None, erased_at=None, **{f"custom__{key}__in": some})
                for pk, values in people.order_by("pk").values_list("pk", "custom"):
                    self._custom[what, str(values.get(key))].append(pk)

    def _fetch(self, people: Iterable[int], accounts: set[int]) -> None:
        beside = ("contact_points", "addresses", "affiliations", "external_ids")
        for some in in_batches(sorted(people)):
            rows = Person.objects.filter(pk__in=some).select_related("account", "site", "merged_into")
            self._people |= {each.pk: each for each in rows.prefetch_related(*beside)}
        for some in in_batches(sorted(accounts)):
            found = Account.objects.filter(pk__in=some).select_related("site", "segment", "parent", "merged_into")
            self._accounts |= {
                each.pk: each for each in found.prefetch_related("contact_points", "addresses", "external_ids")
            }
        self._seen[Person] |= self._visible(Person, people)
        self._seen[Account] |= self._visible(Account, accounts)

    def _visible(self, model: Any, there: Iterable[int]) -> set[int]:
        seen: set[int] = set()
        for some in in_batches(sorted(there)):
            seen |= set(model.objects.visible_to(self.by).filter(pk__in=some).values_list("pk", flat=True))
        return seen

    def _account_ids(self, name: str) -> set[int]:
        """Accounts of this name, whatever its case. The names of all are read once, when a file first names one."""
        if not name:
            return set()
        if self._account_names is None:
            self._account_names = defaultdict(set)
            rows = Account.objects.filter(merged_into=None, erased_at=None)
            for pk, each in rows.order_by("pk").values_list("pk", "name").iterator(chunk_size=5_000):
                self._account_names[each.casefold()].add(pk)
        return self._account_names.get(name.casefold(), set())

    def has_namesake(self, found: Found) -> bool:
        """Is somebody called so already? They may be the same person, with another address."""
        return bool(self._names.get(found.name.casefold()))

    def points_with(self, key: str) -> list[ContactPoint]:
        """Who has this address, as far as it was looked up."""
        return self._emails.get(key, [])

    def look_up_again(self, record: Customer) -> None:
        """It was just changed: a later row of the same file compares with what it says now."""
        if isinstance(record, Person):
            self._fetch({record.pk}, set())
        else:
            self._fetch(set(), {record.pk})

    def note_account(self, account: Account) -> None:
        """It was just made."""
        if self._account_names is not None:
            self._account_names[account.name.casefold()].add(account.pk)

    # ---- decide ----

    def is_erased(self, address: str) -> bool:
        """Was the person of this address, whom nobody has noted again, erased on request?"""
        return normal_address(address) in self._erased

    def match(self, found: Found) -> Customer | None:
        """Whom the row means, None for somebody new. Raises HiddenMatch when they are not the member's to see."""
        record: Customer | None = self._person(found) if found.what == "person" else self._account(found)
        if record is not None and record.merged_into is not None:
            record = cast("Customer", record.merged_into)
        if record is None or record.erased_at is not None:
            return None
        rows: Any = type(record)._default_manager
        if record.pk not in self._seen[type(record)] and not rows.visible_to(self.by).filter(pk=record.pk).exists():
            raise HiddenMatch
        return record

    def _person(self, found: Found) -> Person | None:
        if found.external_id and ("person", found.external_id) in self._ids:
            return self._people.get(self._ids["person", found.external_id])
        if self.key.startswith("custom."):
            pks = self._custom.get(("person", found.custom.get(self.key.removeprefix("custom."), "")), [])
            if len(pks) == 1:
                return self._people.get(pks[0])
        if found.email:
            points = self._emails.get(found.email.lower(), [])
            people = [self._people[each.person_id] for each in points if each.person_id in self._people]
            if not any(each.is_shared for each in points):
                return people[0] if people else None
            return next((each for each in people if _same(each.name, found.name)), None)
        return self._namesake(found)

    def _namesake(self, found: Found) -> Person | None:
        """Without an address: somebody of this name who has the same number, or speaks for the same organisation; or of
        whom nothing else is known, on both sides. A name alone is never enough."""
        people = [self._people[pk] for pk in self._names.get(found.name.casefold(), []) if pk in self._people]
        number = read_phone(found.phone).key if found.phone else ""
        wanted: int | None = None
        if found.account_name or found.account_id:
            account = self.account_of(found)
            wanted = account.pk if account is not None else -1
        for each in people:
            numbers = {point.value for point in each.contact_points.all() if point.what == "phone"}
            if found.external_id and any(one.source == self.source for one in each.external_ids.all()):
                continue  # the source knows them under another number
            if wanted is not None and each.account_id == wanted:
                return each
            same_number = found.phone in numbers or number in {read_phone(one).key for one in numbers}
            if found.phone and same_number and wanted is None:
                return each
            bare = not found.phone and wanted is None and not found.external_id
            if bare and not numbers and not each.email and each.account_id is None:
                return each
        return None

    def _account(self, found: Found) -> Account | None:
        if found.external_id and ("account", found.external_id) in self._ids:
            return self._accounts.get(self._ids["account", found.external_id])
        if self.key.startswith("custom."):
            pks = self._custom.get(("account", found.custom.get(self.key.removeprefix("custom."), "")), [])
            if len(pks) == 1:
                return self._accounts.get(pks[0])
        account = self._named(found.name)
        by_number = bool(found.external_id and self.source)
        if account is not None and by_number and any(one.source == self.source for one in account.external_ids.all()):
            return None  # two organisations of one name, told apart by their numbers
        return account

    def account_of(self, found: Found) -> Account | None:
        """The organisation that a person's row names: by its number, else by its name if only one is called so."""
        if found.account_id and ("account", found.account_id) in self._ids:
            return self._accounts.get(self._ids["account", found.account_id])
        return self._named(found.account_name)

    def is_seen(self, account: Account) -> bool:
        """May the member who imports see this organisation? One that is planned is theirs."""
        return account.pk is None or account.pk in self._seen[Account] or bool(self._visible(Account, {account.pk}))

    def parent_of(self, found: Found) -> Account | None:
        """The group that an organisation's row names."""
        number = str(found.values.get("parent_id", ""))
        if number and ("account", number) in self._ids:
            return self._accounts.get(self._ids["account", number])
        return self._named(str(found.values.get("parent_name", "")))

    def is_ambiguous(self, name: str) -> bool:
        """Are several organisations called so?"""
        return len(self._account_ids(name)) > 1

    def _named(self, name: str) -> Account | None:
        pks = self._account_ids(name)
        if len(pks) != 1:
            return None
        pk = next(iter(pks))
        if pk not in self._accounts:
            self._fetch_one(pk)
        return self._accounts.get(pk)

    def _fetch_one(self, pk: int) -> None:
        account = Account.objects.select_related("site", "segment", "parent", "merged_into").filter(pk=pk).first()
        if account is not None:
            self._accounts[pk] = account
            self._seen[Account] |= self._visible(Account, {pk})


def _same(one: str, two: str) -> bool:
    return clean_words(one).casefold() == clean_words(two).casefold()
