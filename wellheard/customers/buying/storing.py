"""Storing orders in bulk: each once, sealed later, and joined to the customers whom we know."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from wellheard.core.batches import in_batches
from wellheard.core.bulk import insert_rows
from wellheard.customers.models import Order
from wellheard.ground.canonical import digest

COLUMNS = (
    "source",
    "external_id",
    "customer_key",
    "key_salt",
    "key_digest",
    "account_id",
    "person_id",
    "site_id",
    "ordered_on",
    "amount",
    "currency",
    "quantity",
    "lines",
    "is_cancelled",
    "is_total",
    "what",
    "batch_id",
    "digest",
    "seal_id",
)
CENT, THOUSANDTH = Decimal("0.01"), Decimal("0.001")


class Owner(NamedTuple):
    """Whose an order is, and the site of that customer."""

    account_id: int | None = None
    person_id: int | None = None
    site_id: int | None = None


NOBODY = Owner()


@dataclass(slots=True)
class NewOrder:
    """An order on its way in; `rows` are the numbers of the file's rows that it was made of."""

    external_id: str
    customer_key: str
    ordered_on: date
    amount: Decimal
    currency: str = ""
    quantity: Decimal | None = None
    lines: int = 1
    is_cancelled: bool = False
    is_total: bool = False
    what: str = ""
    customer_name: str = ""
    rows: list[int] = field(default_factory=list)

    @property
    def row(self) -> int:
        """The first of its rows."""
        return self.rows[0] if self.rows else 0


@dataclass
class Stored:
    """What became of some orders. `differing`: there already, and with another content: (the new one, what is there)."""

    new: list[NewOrder] = field(default_factory=list)
    same: list[NewOrder] = field(default_factory=list)
    added_to: list[NewOrder] = field(default_factory=list)
    differing: list[tuple[NewOrder, Order]] = field(default_factory=list)


def store(
    source: str,
    orders: Sequence[NewOrder],
    owners: Mapping[str, Owner],
    *,
    batch_id: int | None = None,
    site_id: int | None = None,
) -> Stored:
    """Store orders of a source, with different numbers among themselves, within the transaction that runs.

    One that is there already is not stored again. One that this very batch brought before is added to: its lines were
    not together in the file. `owners` gives the customer of a key; an order of nobody is kept at `site_id`.
    """
    found = Stored()
    _alone_with(source)
    there = {
        each.external_id: each
        for some in in_batches([order.external_id for order in orders])
        for each in Order.objects.filter(source=source, external_id__in=some)
    }
    rows = []
    for order in orders:
        known = there.get(order.external_id)
        if known is None:
            found.new.append(order)
            rows.append(_row(source, order, owners.get(order.customer_key, NOBODY), batch_id, site_id))
        elif batch_id is not None and known.batch_id == batch_id:
            _add_to(known, order)
            found.added_to.append(order)
        elif _is_same(known, order):
            found.same.append(order)
        else:
            found.differing.append((order, known))
    insert_rows(Order._meta.db_table, COLUMNS, rows)
    return found


def _alone_with(source: str) -> None:
    """Nobody else stores orders of this source until the transaction ends: two who send the same ones at once would both
    find none there. SQLite's transactions are alone anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"wellheard.orders.{source}"])


def _row(source: str, order: NewOrder, owner: Owner, batch_id: int | None, site_id: int | None) -> tuple[Any, ...]:
    salt = secrets.token_hex(16) if order.customer_key else ""
    key_digest = digest_of_key(salt, order.customer_key)
    amount = order.amount.quantize(CENT)
    quantity = None if order.quantity is None else order.quantity.quantize(THOUSANDTH)
    adapt = connection.ops.adapt_decimalfield_value
    return (
        source,
        order.external_id,
        order.customer_key,
        salt,
        key_digest,
        owner.account_id,
        owner.person_id,
        owner.site_id if owner != NOBODY else site_id,
        connection.ops.adapt_datefield_value(order.ordered_on),
        adapt(amount, 14, 2),
        order.currency,
        None if quantity is None else adapt(quantity, 14, 3),
        order.lines,
        order.is_cancelled,
        order.is_total,
        order.what,
        batch_id,
        digest(
            _text(
                source=source,
                external_id=order.external_id,
                key_digest=key_digest,
                ordered_on=order.ordered_on,
                amount=amount,
                currency=order.currency,
                quantity=quantity,
                lines=order.lines,
                is_cancelled=order.is_cancelled,
                is_total=order.is_total,
                what=order.what,
            )
        ),
        None,
    )


def _add_to(known: Order, more: NewOrder) -> None:
    """Further lines of an order that the same file brought before; it is not sealed before the transaction ends."""
    known.amount += more.amount.quantize(CENT)
    if known.quantity is not None or more.quantity is not None:
        known.quantity = (known.quantity or Decimal()) + (more.quantity or Decimal()).quantize(THOUSANDTH)
    known.lines += more.lines
    known.digest = digest(_text_of(known))
    known.save(update_fields=["amount", "quantity", "lines", "digest"])


def _is_same(known: Order, order: NewOrder) -> bool:
    """Does it say what is there already? The words beside it don't count, nor does a key that was erased since."""
    quantity = None if order.quantity is None else order.quantity.quantize(THOUSANDTH)
    was = (known.ordered_on, known.amount, known.currency, known.quantity, known.lines)
    if was != (order.ordered_on, order.amount.quantize(CENT), order.currency, quantity, order.lines):
        return False
    if (known.is_cancelled, known.is_total) != (order.is_cancelled, order.is_total):
        return False
    is_erased = bool(known.key_digest) and not known.key_salt
    return is_erased or known.key_digest == digest_of_key(known.key_salt, order.customer_key)


def digest_of_key(salt: str, customer_key: str) -> str:
    """What the seal covers of the customer's key; of none, nothing."""
    return hashlib.sha256(f"{salt}:{customer_key}".encode()).hexdigest() if customer_key else ""


def _text(*, ordered_on: date, amount: Decimal, quantity: Decimal | None, **said: Any) -> str:
    """The canonical text of what the source said about an order, version 1.

    Made more quickly than `ground.canonical` makes it of anything, since every order pays for it; a test holds the two to
    the same text.
    """
    plain = said | {
        "v": 1,
        "ordered_on": ordered_on.isoformat(),
        "amount": str(amount),
        "quantity": None if quantity is None else str(quantity),
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _text_of(order: Order) -> str:
    return _text(
        source=order.source,
        external_id=order.external_id,
        # An erased key leaves its digest, which nothing can be guessed from once the salt is gone.
        key_digest=digest_of_key(order.key_salt, order.customer_key) if order.customer_key else order.key_digest,
        ordered_on=order.ordered_on,
        amount=order.amount.quantize(CENT),
        currency=order.currency,
        quantity=None if order.quantity is None else order.quantity.quantize(THOUSANDTH),
        lines=order.lines,
        is_cancelled=order.is_cancelled,
        is_total=order.is_total,
        what=order.what,
    )


def bodies(orders: Sequence[Order]) -> Iterable[str]:
    """The canonical text of each order as the database holds it now: what its digest must match."""
    return [_text_of(order) for order in orders]
