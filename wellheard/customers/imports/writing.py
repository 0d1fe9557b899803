"""From rows to records: new customers are inserted many at once, known ones are brought up to date one by one."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any, cast

from django.db import IntegrityError

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.limits import refuse_what_no_database_holds
from wellheard.core.models import ImportBatch, Site
from wellheard.core.records import Record
from wellheard.customers.actions.directory import set_values
from wellheard.customers.actions.segments import add_segment
from wellheard.customers.actions.upserting import bring_up_to_date
from wellheard.customers.imports.comparing import OWN, keys_of, says_more, told_apart, values_of
from wellheard.customers.imports.found import Found, RejectedRow, add_note
from wellheard.customers.imports.groups import Groups
from wellheard.customers.imports.inserting import ROWS_AT_ONCE, Planned, insert
from wellheard.customers.imports.known import Customer, HiddenMatch, Known
from wellheard.customers.models import (
    Account,
    Address,
    Affiliation,
    ContactPoint,
    ExternalId,
    ImportedChange,
    Lifecycle,
    Person,
    Segment,
)
from wellheard.customers.points import contact_point, country_of
from wellheard.customers.values import clean_words

WAS_ERASED = (
    "This person was erased on request, so they were not noted again. If they came back to us themselves, add them by hand; "
    "and ask the other program to erase them too."
)
Verdict = ImportedChange.Verdict


@dataclass
class Writer:
    """Writes rows as they come. `verdicts` and `rejected` add up to the rows taken."""

    batch: ImportBatch
    by: Actor
    at: datetime
    source: str
    known: Known
    site: Site | None = None
    erases_blanks: bool = False
    verdicts: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)
    _planned: list[Planned] = field(default_factory=list)
    _keys: set[tuple[str, ...]] = field(default_factory=set)
    _accounts: dict[tuple[str, str], Account] = field(default_factory=dict)
    """Organisations that are planned, by number and by name."""
    _segments: dict[str, Segment] = field(default_factory=dict)
    _changes: list[ImportedChange] = field(default_factory=list)
    _records: dict[int, tuple[str, int]] = field(default_factory=dict)
    _groups: Groups = field(init=False)
    _adds_at: dict[int | None, bool] = field(default_factory=dict)
    """Site → may the member add customers there?"""

    def __post_init__(self) -> None:
        access.require(self.by, "customers.add_account")
        access.require(self.by, "customers.add_person")
        self._groups = Groups(self.batch, self.by, self.at, self.known, self.verdicts, self.remarks)

    # ---- rows ----

    def take(self, rows: Sequence[Found]) -> None:
        """Write these rows; at most `ROWS_AT_ONCE`."""
        self.known.look_up(rows)
        for found in rows:
            try:
                self._take(found)
            except RejectedRow as verdict:
                self.reject(found.row, verdict.column, verdict.reason)
            except HiddenMatch:
                self.reject(
                    found.row, found.column("email"), "This customer is noted already, where you may not see them."
                )
            except Refusal as refusal:
                self.reject(found.row, found.column(refusal.field or found.what), refusal.sentence)
        self._flush()

    def reject(self, row: int, column: str, reason: str) -> None:
        """This row is not taken."""
        self.rejected.append({"row": row, "field": column, "reason": reason})
        self.verdicts["rejected"] += 1

    def same_as(self, row: int, earlier: int) -> None:
        """This row says exactly what an earlier one said, and shares its fate."""
        why = next((each for each in self.rejected if each["row"] == earlier), None) if self.rejected else None
        if why is not None:
            self.reject(row, why["field"], why["reason"])
            return
        self.verdicts[Verdict.SAME] += 1
        self.remarks["exactly the same as an earlier row"] += 1
        record = self._records.get(earlier)
        if record is not None:
            self._note(row, *record, Verdict.SAME, note=f"exactly the same as row {earlier}")

    def _take(self, found: Found) -> None:
        keys = keys_of(found)
        if keys & self._keys:
            self._flush()  # an earlier row of this file meant the same customer
            self.known.look_up([found])
        record = self.known.match(found)
        if record is None:
            self._refuse_erased(found)
            if found.what == "person" and self.known.has_namesake(found):
                found.remarks.append("somebody of this name is known already, perhaps the same person")
            self._plan(found)
            self._keys |= keys
        else:
            self._refuse_other_number(found, record)
            self._update(found, record)

    def _refuse_erased(self, found: Found) -> None:
        """Whoever was erased doesn't come back by a file: a person of ours decides that."""
        emails = [each.value for each in found.points if each.what == "email"] if found.what == "person" else []
        if any(self.known.is_erased(each) for each in emails):
            raise RejectedRow(found.column("email"), WAS_ERASED)

    def _refuse_other_number(self, found: Found, record: Customer) -> None:
        """An address that two customers of the source share does not make them one."""
        if not found.external_id or not self.source:
            return
        numbers = {each.value for each in record.external_ids.all() if each.source == self.source}
        if numbers and found.external_id not in numbers:
            raise RejectedRow(
                found.column("email" if found.email else "name"),
                f"{found.email or found.name} is {record} already, whom {self.source} calls {min(numbers)}, not "
                f"{found.external_id}.",
            )

    # ---- new ones ----

    def _plan(self, found: Found) -> None:
        record, beside = self._account(found) if found.what == "account" else self._person(found)
        record.site = record.site or self.site
        if isinstance(record, Account):
            self._refuse_other_site(found, record)
        planned = Planned(found, record, beside)
        for each in beside:
            each.site_id = record.site_id  # type: ignore[attr-defined]
        for one in (record, *beside):
            refuse_what_no_database_holds(one)
        self._planned.append(planned)
        if isinstance(record, Account):
            self._remember_account(record, found.external_id)

    def _refuse_other_site(self, found: Found, account: Account) -> None:
        """Who adds customers at some sites adds none at the others, by a file neither."""
        site = account.site_id
        if site not in self._adds_at:
            # An account that has a number is asked about at its place, one without in general.
            probe = Account(pk=0, site_id=site)
            self._adds_at[site] = access.may(self.by, "customers.add_account", probe)
        if not self._adds_at[site]:
            raise RejectedRow(found.column("site"), f"Your role adds no customers at {account.site}.")

    def _remember_account(self, account: Account, number: str = "") -> None:
        self._accounts["name", account.name.casefold()] = account
        if number:
            self._accounts["id", number] = account

    def _account(self, found: Found) -> tuple[Account, list[Record]]:
        account = Account(noted_at=self.at, lifecycle_since=self.at)
        self._set(account, found)
        if not account.name:
            raise RejectedRow(found.column("name"), "An organisation needs a name.")
        if "segment_name" in found.values:
            account.segment = self._segment(found.values["segment_name"])
        if account.segment is not None and (account.segment.basis != Segment.Basis.HAND or account.segment.retired_at):
            raise RejectedRow(
                found.column("segment"),
                f"Nobody is put into “{account.segment.name}” by hand: leave it empty, or choose another.",
            )
        return account, self._beside(account, found)

    def _person(self, found: Found) -> tuple[Person, list[Record]]:
        person = Person(noted_at=self._moment(found), lifecycle_since=self.at)
        account = self._account_for(found)
        self._set(person, found)
        person.account = account
        person.site = person.site or (account.site if account is not None else None)
        person.name = person.name or clean_words(f"{person.given_name} {person.family_name}")
        beside = self._beside(person, found)
        if account is not None:
            beside.append(Affiliation(person=person, account=account, is_main=True, job_title=found.job_title))
        elif found.job_title:
            add_note(found, f"Job title: {found.job_title}")
            person.notes = found.values["notes"]
        return person, beside

    def _set(self, record: Customer, found: Found) -> None:
        own = {name: value for name, value in found.values.items() if name in OWN[found.what]}
        if found.custom:
            own["custom"] = found.custom
        set_values(record, own, OWN[found.what])
        if "lifecycle" in found.values:
            record.lifecycle = Lifecycle(found.values["lifecycle"])
        if isinstance(record, Person):
            record.email, record.phone = found.email or None, found.phone[:50]

    def _moment(self, found: Found) -> datetime:
        """When somebody was first written down: the day that the file says, never one to come."""
        day = found.values.get("since")
        if day is None or day > self.at.date():
            return self.at
        return min(datetime.combine(day, time(12), tzinfo=UTC), self.at)

    def _beside(self, record: Customer, found: Found) -> list[Record]:
        owner: dict[str, Any] = {found.what: record}
        country = country_of(record) if record.site or found.what == "account" else self._country(record)
        beside: list[Record] = []
        seen: set[tuple[str, str, str]] = set()
        for each in found.points:
            point = contact_point(each.what, each.value, country=country, use=each.use, **owner)
            if each.what == "email" and isinstance(record, Person) and self._is_taken(point, found):
                continue
            if (point.what, point.key, point.extension) in seen:
                continue
            is_first = not any(one == point.what for one, *_ in seen)
            seen.add((point.what, point.key, point.extension))
            main = found.email if each.what == "email" else found.phone if each.what == "phone" else ""
            point.is_main = each.value == main or (each.what == "website" and is_first)
            beside.append(point)
        beside += [Address(**owner, **address) for address in found.addresses]
        if found.external_id and self.source:
            beside.append(ExternalId(**owner, source=self.source, value=found.external_id))
        return beside

    def _country(self, record: Customer) -> str:
        account = record.account if isinstance(record, Person) else None
        return (account.country if account else "") or (self.site.country if self.site else "")

    def _is_taken(self, point: ContactPoint, found: Found) -> bool:
        """Does the address belong to somebody else? One that several read may be noted again."""
        points = self.known.points_with(point.key)
        point.is_shared = any(each.is_shared for each in points)
        if not points or point.is_shared:
            return False
        if point.value == found.email:
            raise RejectedRow(found.column("email"), f"The address {point.value} already belongs to someone else.")
        found.remarks.append(f"{point.value} already belongs to someone else, so it was left out")
        return True

    def _account_for(self, found: Found) -> Account | None:
        """The organisation that a person's row names; one that nobody knows yet is made beside."""
        if not found.account_name and not found.account_id:
            return None
        known = self.known.account_of(found)
        if known is not None:
            if not self.known.is_seen(known):
                raise RejectedRow(
                    found.column("account" if found.account_name else "account_id"),
                    "This organisation is noted already, where you may not see it.",
                )
            return known
        planned_by_id = self._accounts.get(("id", found.account_id))
        if planned_by_id is not None:
            return planned_by_id
        name = found.account_name
        if not name:
            found.remarks.append(
                f"no organisation is known under the number {found.account_id[:40]}; import the organisations first"
            )
            return None
        if self.known.is_ambiguous(name):
            found.remarks.append(f"several organisations are called {name[:60]}, so nobody can say which one is meant")
            return None
        planned = self._accounts.get(("name", name.casefold()))
        if planned is not None:
            return planned
        account = Account(
            name=name, noted_at=self.at, lifecycle_since=self.at, site=found.values.get("site") or self.site
        )
        beside: list[Record] = []
        if found.account_id and self.source:
            beside.append(ExternalId(account=account, source=self.source, value=found.account_id, site=account.site))
        refuse_what_no_database_holds(account)
        self._planned.append(Planned(Found(found.row, "account", {"name": name}), account, beside, is_beside=True))
        self._keys.add(("name", name.casefold()))
        self._remember_account(account, found.account_id)
        return account

    def _segment(self, name: str) -> Segment:
        key = name.casefold()
        if key not in self._segments:
            found = Segment.objects.filter(name__iexact=name).order_by("pk").first()
            self._segments[key] = found or add_segment(name, self.by, at=self.at)
            self.made["segments"] += found is None
        return self._segments[key]

    def _flush(self) -> None:
        """Insert what is planned, and note the verdicts."""
        planned, self._planned = self._planned, []
        self._keys.clear()
        if planned:
            for account in insert(planned, self.at):
                self.known.note_account(account)
            for each in planned:
                self._note_created(each)
        if self._changes:
            ImportedChange.objects.bulk_create(self._changes, batch_size=ROWS_AT_ONCE)
            self._changes = []
        self._accounts.clear()

    def _note_created(self, planned: Planned) -> None:
        record, found = planned.record, planned.found
        added: dict[str, list[int]] = {}
        for one in planned.beside:
            added.setdefault(one.kind, []).append(one.pk)
        self._note(
            found.row,
            record.kind,
            record.pk,
            Verdict.CREATED,
            after={"added": added},
            note=self._noticed(found),
            is_beside=planned.is_beside,
        )
        self.made["accounts" if isinstance(record, Account) else "people"] += 1
        if not planned.is_beside:
            self.verdicts[Verdict.CREATED] += 1
            self._records[found.row] = (record.kind, record.pk)
            self._groups.note(record, found)

    # ---- those we know ----

    def _update(self, found: Found, record: Customer) -> None:
        found.points = told_apart(found.points, record)
        values = values_of(found, record, self.source, erases_blanks=self.erases_blanks)
        if isinstance(record, Person):
            account = self._account_for(found)
            if account is not None and account._state.adding:
                self._flush()
                self.known.look_up([found])
                record = self.known.match(found) or record
            if account is not None:
                values["affiliations"] = [{"account": account, "job_title": found.job_title}]
        if isinstance(record, Account) and "segment_name" in found.values:
            values["segment"] = self._segment(found.values["segment_name"])
        self._groups.note(record, found)
        if not says_more(found, record, values, self.source):
            self._records[found.row] = (record.kind, record.pk)
            self.verdicts[Verdict.SAME] += 1
            self._note(found.row, record.kind, record.pk, Verdict.SAME, note=self._noticed(found))
            return
        try:
            done: Any = bring_up_to_date(
                cast("Person", record),
                self.source,
                found.external_id if self.source else "",
                values,
                self.by,
                at=self.at,
            )
        except IntegrityError:
            raise RejectedRow(found.column("email"), "An address of this row belongs to somebody else.") from None
        self._records[found.row] = (record.kind, record.pk)
        self.verdicts[done.verdict] += 1
        self._note(
            found.row,
            record.kind,
            record.pk,
            done.verdict,
            before=done.before,
            after={"fields": done.after, "added": done.added},
            note=self._noticed(found),
        )
        self.known.look_up_again(record)

    # ---- the end ----

    def finish(self) -> None:
        """Put organisations under their groups, which may stand anywhere in the file, and note the last verdicts."""
        self._groups.put_together()
        self._flush()

    def _noticed(self, found: Found) -> str:
        for each in found.remarks:
            self.remarks[_without_values(each)] += 1
        return "; ".join(found.remarks)[:300]

    def _note(self, row: int, kind: str, pk: int, verdict: str, **more: Any) -> None:
        self._changes.append(
            ImportedChange(batch=self.batch, row=row, record_kind=kind, record_id=pk, verdict=verdict, **more)
        )


def _without_values(remark: str) -> str:
    """A remark without what the row says, so that the same ones are counted together."""
    return re.sub(r"“[^”]*”", "“…”", remark)
