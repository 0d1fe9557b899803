"""Organisations under the groups that their rows name: a group may stand anywhere in the file."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from wellheard.core.actors import Actor
from wellheard.core.batches import in_batches
from wellheard.core.errors import Refusal
from wellheard.core.models import ImportBatch
from wellheard.customers.actions.directory import change_account
from wellheard.customers.imports.found import Found
from wellheard.customers.imports.inserting import ROWS_AT_ONCE
from wellheard.customers.imports.known import Customer, Known
from wellheard.customers.models import Account, ImportedChange

Verdict = ImportedChange.Verdict


@dataclass
class Groups:
    """Waits for the end of the file. `verdicts` and `remarks` are those of the import, and are kept right."""

    batch: ImportBatch
    by: Actor
    at: datetime
    known: Known
    verdicts: Counter[str]
    remarks: Counter[str]
    _waiting: list[tuple[int, Found]] = field(default_factory=list)

    def note(self, record: Customer, found: Found) -> None:
        """Remember the organisation if its row names a group."""
        if isinstance(record, Account) and (found.values.get("parent_id") or found.values.get("parent_name")):
            self._waiting.append((record.pk, found))

    def put_together(self) -> None:
        """Put each organisation under its group, all of them being noted now."""
        for part in in_batches(self._waiting, ROWS_AT_ONCE):
            self.known.look_up([found for _, found in part])
            accounts = Account.objects.in_bulk([pk for pk, _ in part])
            for pk, found in part:
                parent, account = self.known.parent_of(found), accounts[pk]
                if parent is None or not self.known.is_seen(parent):
                    self.remarks["the group of an organisation is not known"] += 1
                elif parent.pk != account.parent_id and parent.pk != pk:
                    self._put_under(account, parent, found)

    def _put_under(self, account: Account, parent: Account, found: Found) -> None:
        before = account.parent_id
        try:
            change_account(account, self.by, at=self.at, parent=parent)
        except Refusal:
            self.remarks["the group of an organisation belongs to it"] += 1
            return
        change = (
            ImportedChange.objects.filter(batch=self.batch, row=found.row, record_id=account.pk).order_by("pk").first()
        )
        if change is not None and change.verdict == Verdict.SAME:
            change.verdict = Verdict.CHANGED
            self.verdicts[Verdict.SAME] -= 1
            self.verdicts[Verdict.CHANGED] += 1
        if change is not None and change.verdict == Verdict.CHANGED:
            change.before = change.before | {"parent_id": before}
            change.after = (
                {"added": {}} | change.after | {"fields": change.after.get("fields", {}) | {"parent_id": parent.pk}}
            )
            change.save()
