"""The import of orders: `wellheard import transactions FILE`, and the same on the page.

What it can't know it asks (the order of day and month, which column, the day where the file has none, whether customers
whom nobody knows are to be made); what it can assume it states in `guessed`. An order that is there already is not
stored again, so a file may be read twice, or overlap with the one before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from wellheard.core import access
from wellheard.core.action import detail
from wellheard.core.actors import Actor
from wellheard.core.batches import in_batches
from wellheard.core.errors import Refusal
from wellheard.core.imports import Options, Question, Result, read_table
from wellheard.core.models import ImportBatch, Site
from wellheard.core.trail.seals import take_back
from wellheard.customers.actions.buying import look_at_buying
from wellheard.customers.buying import figures
from wellheard.customers.buying.known import make_customers, owners_of
from wellheard.customers.buying.money import currency_name, money
from wellheard.customers.buying.storing import NewOrder, Owner, store
from wellheard.customers.imports.transactions_forms import Forms, forms_of
from wellheard.customers.imports.transactions_layout import ANSWERS, FIELDS, FORMATS, Layout, is_cdnow, layout_of
from wellheard.customers.imports.transactions_rows import Rows
from wellheard.customers.imports.undoing import take_back as take_back_customers
from wellheard.customers.models import Buyer, ImportedChange, Order
from wellheard.ground.tabular import Table, UnreadableFile

KIND = "customers.order"
AT_ONCE = 5_000
LOOKED_AT_ONCE = 50_000
"""Up to so many orders altogether, everything that follows from them is worked out with the import; above, by the worker."""
WHOSE = {
    "accounts": "add a customer for each (a person where the key is an e-mail address)",
    "people": "add a person for each",
    "keep": "add nobody; keep the orders, and match them later",
}


class TransactionImporter:
    """Orders in a table, in lines or whole, in several layouts."""

    kind = "transactions"

    def run(self, name: str, data: bytes, options: Options, batch: ImportBatch, by: Actor, at: datetime) -> Result:
        """Read the file and store its orders, in the transaction that this is called in."""
        access.require(by, "customers.add_orders")
        if options.format and options.format not in FORMATS:
            raise Refusal(
                f"Orders can’t be read as “{options.format}”. Nothing was imported; there is: {', '.join(FORMATS)}.",
                field="format",
            )
        try:
            return self._run(name, data, options, batch, by, at)
        except UnreadableFile as fault:
            raise Refusal(str(fault), field="file") from fault

    def _run(self, name: str, data: bytes, options: Options, batch: ImportBatch, by: Actor, at: datetime) -> Result:
        answers = _answers(options)
        rows, table = _rows(name, data, options, answers, timezone.localdate(at))
        site = Site.objects.filter(pk=options.site_id).first() if options.site_id else None
        questions = [*rows.layout.questions, *rows.forms.questions]
        if rows.layout.questions:
            if options.accept_guesses:
                raise Refusal(f"{rows.layout.questions[0].sentence} Nothing was imported; say it and try again.")
            return Result(format=rows.layout.format, guessed=_guessed(rows, table), questions=questions)
        whose = _whose(answers, options)
        brought = _Brought(rows.source, batch, site, whose, by, at)
        for some in in_batches(rows, AT_ONCE):
            brought.take(some)
        rejected = sorted([*rows.rejected, *brought.rejected], key=lambda each: each["row"])
        if brought.unknown and not whose and not options.accept_guesses:
            number = len(brought.unknown)
            words = "One customer is" if number == 1 else f"{number:,} customers are"
            questions.append(Question("new_customers", f"{words} not known here yet. What about them?", WHOSE))
        brought.finish()
        return Result(
            format=rows.layout.format,
            rows=rows.number,
            accepted=brought.accepted,
            rejected=rejected,
            left_out=_left_out(rows, brought),
            guessed=_guessed(rows, table) | brought.guessed(),
            questions=questions,
            created=brought.created(),
            verdicts={"created": brought.accepted, "same": brought.there, "rejected": len(rejected)},
            summary=_summary(rows, brought),
        )

    def undo(self, batch: ImportBatch, by: Actor, at: datetime) -> dict[str, int]:
        """Take back the orders of a batch, and the customers that were made for them and have nothing else yet."""
        access.require(by, "customers.add_orders")
        orders = Order.objects.filter(batch=batch)
        buyers = list(orders.values_list("account_id", "person_id").distinct().order_by("account_id", "person_id"))
        keys = list(orders.filter(account=None, person=None).values_list("source", "customer_key").distinct())
        removed = {"orders": take_back(KIND, orders)}
        for some in in_batches([f"k:{source}:{key}" for source, key in keys]):
            Buyer.objects.filter(key__in=some).delete()
        removed |= take_back_customers(batch, by, at)
        figures.renew_customers(
            sorted({account for account, _ in buyers if account}),
            sorted({person for account, person in buyers if person and not account}),
            at,
        )
        _look(by, at)
        return {name: number for name, number in removed.items() if number}


@dataclass
class _Brought:
    """Takes orders in, some thousands at once, and counts what became of them."""

    source: str
    batch: ImportBatch
    site: Site | None
    whose: str
    by: Actor
    at: datetime
    orders: int = 0
    credits: int = 0
    accepted: int = 0
    there: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)
    made: dict[str, int] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def take(self, orders: list[NewOrder]) -> None:
        """Store these orders; lines of one number that were parted in the file come together here."""
        parted: dict[str, NewOrder] = {}
        rest: list[NewOrder] = []
        for order in orders:
            if parted.setdefault(order.external_id, order) is not order:
                rest.append(order)
        owners = owners_of(self.source, (order.customer_key for order in orders))
        self._make(orders, owners)
        self._store(list(parted.values()), owners)
        for order in rest:
            self._store([order], owners)

    def _make(self, orders: list[NewOrder], owners: dict[str, Owner]) -> None:
        nobody = [order for order in orders if order.customer_key and order.customer_key not in owners]
        if self.whose not in ("accounts", "people"):
            self.unknown |= {order.customer_key for order in nobody}
            return
        made = make_customers(self.source, nobody, self.whose, self.site, self.by, at=self.at)
        owners |= made.owners
        changes = []
        for record, row, added in made.records:
            name = "accounts" if record.kind == "customers.account" else "people"
            self.made[name] = self.made.get(name, 0) + 1
            changes.append(
                ImportedChange(
                    batch=self.batch,
                    row=row,
                    record_kind=record.kind,
                    record_id=record.pk,
                    verdict=ImportedChange.Verdict.CREATED,
                    after={"added": added},
                )
            )
        ImportedChange.objects.bulk_create(changes, batch_size=1_000)
        self._claim_earlier(made.owners)

    def _claim_earlier(self, owners: Mapping[str, Owner]) -> None:
        """Orders that an earlier import left unmatched now have their customer."""
        for some in in_batches(owners):
            rows = Order.objects.filter(source=self.source, account=None, person=None, customer_key__in=some)
            for key in rows.order_by("customer_key").values_list("customer_key", flat=True).distinct():
                owner = owners[key]
                Order.objects.of_buyer(None, None, self.source, key).update(
                    account_id=owner.account_id, person_id=owner.person_id, site_id=owner.site_id
                )
                Buyer.objects.filter(key=f"k:{self.source}:{key}").delete()

    def _store(self, orders: list[NewOrder], owners: dict[str, Owner]) -> None:
        found = store(self.source, orders, owners, batch_id=self.batch.pk, site_id=self.site.pk if self.site else None)
        for order in (*found.new, *found.added_to):
            self.accepted += len(order.rows)
        self.orders += len(found.new)
        self.credits += sum(order.is_cancelled for order in found.new)
        self.there += sum(len(order.rows) for order in found.same)
        for order, known in found.differing:
            batch = f", from {known.batch.reference}" if known.batch is not None else ""
            said = f"{money(known.amount, known.currency)} of {known.ordered_on:%-d %B %Y}{batch}"
            name = "This total" if order.is_total else f"Order {order.external_id}"
            words = (
                f"{name} is there already with other numbers ({said}). It was left as it is; undo that import first."
            )
            self.rejected += [{"row": row, "field": "order", "reason": words} for row in order.rows]

    def finish(self) -> None:
        """Work out what follows."""
        detail(source=self.source, orders=self.orders, **self.made)
        if not _look(self.by, self.at) and self.orders <= LOOKED_AT_ONCE:
            figures.renew_batch(self.batch.pk, self.at)

    def created(self) -> dict[str, int]:
        """What there is now that was not there before."""
        found = {"orders": self.orders, "credit_notes": self.credits, **self.made}
        return {name: number for name, number in found.items() if number}

    def guessed(self) -> dict[str, Any]:
        """What was done about customers whom nobody knew."""
        found: dict[str, Any] = {}
        if self.made:
            found["new_customers"] = f"{sum(self.made.values()):,} not known, added as {self.whose}"
        elif self.unknown:
            found["new_customers"] = f"{len(self.unknown):,} not known; their orders wait to be matched"
        return found


def _look(by: Actor, at: datetime) -> bool:
    """Everything that follows from orders, at once where there are not too many; gives whether it was done."""
    is_small = Order.objects.count() <= LOOKED_AT_ONCE
    if is_small:
        look_at_buying(by, at=at)
    return is_small


def _answers(options: Options) -> dict[str, str]:
    return {name: value for name, value in options.mapping.items() if name in ANSWERS} | dict(options.answers)


def _whose(answers: Mapping[str, str], options: Options) -> str:
    said = answers.get("new_customers", "")
    if said and said not in WHOSE:
        raise Refusal(f"“{said}” is no answer. Nothing was imported; say {' or '.join(WHOSE)}.", field="new_customers")
    return said or ("accounts" if options.accept_guesses else "")


def _rows(
    name: str, data: bytes, options: Options, answers: Mapping[str, str], today: date
) -> tuple[Rows, Table | None]:
    """The rows of the file, to be read as orders; and the table, where the file is one."""
    told = {field: value for field, value in {**options.answers, **options.mapping}.items() if field in FIELDS}
    if options.format == "cdnow" or (not options.format and is_cdnow(data)):
        layout = Layout("cdnow", currency=told.get("currency", "").upper() or "USD")
        if "currency" not in told:
            layout.guessed["currency"] = "USD: CDNOW’s file says dollars"
        layout.guessed["columns"] = "fixed width without a header: customer, day, quantity, amount"
        return Rows(layout, Forms(lambda cell: today, "."), _source(options, answers, "cdnow"), today, text=data), None
    table = read_table(name, data, answers)
    layout = layout_of(table, options.format, told)
    forms = Forms(lambda cell: today, ".") if layout.questions else forms_of(table, layout, answers, today)
    source = _source(options, answers, "orders" if layout.format == "orders" else layout.format)
    return Rows(layout, forms, source, today, table=table), table


def _source(options: Options, answers: Mapping[str, str], usual: str) -> str:
    said = " ".join((answers.get("source") or options.into or usual).split()).lower()
    if len(said) > 60:
        raise Refusal("The name of the source is longer than 60 characters. Nothing was imported.", field="into")
    return said


def _left_out(rows: Rows, brought: _Brought) -> dict[str, int]:
    found = {
        "there already, with the same numbers": brought.there,
        "without a customer: kept, in nobody’s figures": rows.without_customer,
    }
    return {reason: number for reason, number in found.items() if number}


def _guessed(rows: Rows, table: Table | None) -> dict[str, Any]:
    """Everything that nobody said, in words that can be checked."""
    found: dict[str, Any] = {"format": f"{rows.layout.format}: {FORMATS[rows.layout.format]}", "source": rows.source}
    if table is not None:
        found |= {name: table.guessed[name] for name in ("encoding", "delimiter", "sheet") if table.guessed.get(name)}
    found |= rows.layout.guessed | rows.forms.guessed
    if rows.layout.pairs:
        found["sales"] = [f"{product}: {sales}" for product, sales in rows.layout.pairs]
    if rows.without_currency:
        found["currency"] = f"unknown for {rows.without_currency:,} orders; say currency=EUR, or as it is"
    return found


def _summary(rows: Rows, brought: _Brought) -> list[str]:
    lines = [f"{brought.orders:,} orders stored of {len(rows.customers):,} customers."]
    if rows.first and rows.last:
        lines.append(f"Ordered from {rows.first:%-d %B %Y} to {rows.last:%-d %B %Y}.")
    for currency, amount in sorted(rows.amounts.items()):
        lines.append(f"In all {amount:,.2f} {currency or '(' + currency_name('') + ')'}.")
    if rows.cancelled_lines:
        lines.append(f"{rows.cancelled_lines:,} lines are cancelled or given back; they lower the amounts.")
    if rows.without_customer:
        lines.append(f"{rows.without_customer:,} lines name no customer.")
    if brought.there:
        lines.append(f"{brought.there:,} lines were there already and are not counted twice.")
    return lines
