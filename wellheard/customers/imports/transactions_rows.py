"""Rows of a file as orders: lines of one number are one order; a bad row is rejected with its field and the reason."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from wellheard.customers.buying.storing import NewOrder
from wellheard.customers.imports.transactions_forms import Forms, money_in
from wellheard.customers.imports.transactions_layout import CDNOW_LINE, Layout
from wellheard.ground.tabular import NotADate, NotANumber, Table, is_blank, parse_date, parse_number

MOST = Decimal(10) ** 11
SYMBOLS = {"€": "EUR", "£": "GBP", "$": ""}
_FLOAT_KEY = re.compile(r"(\d+)\.0+")
_CANCELLED = re.compile(r"[Cc]-?\d+")
WHAT = 300


class _RejectedError(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


@dataclass
class Rows:
    """Reads the rows; iterating gives orders, and fills the numbers and the list of rejected rows meanwhile."""

    layout: Layout
    forms: Forms
    source: str
    today: date
    table: Table | None = None
    text: bytes = b""
    number: int = 0
    without_customer: int = 0
    cancelled_lines: int = 0
    without_currency: int = 0
    customers: set[str] = field(default_factory=set)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    first: date | None = None
    last: date | None = None
    _seen: Counter[int] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[NewOrder]:
        return self._from_lines() if self.layout.format == "cdnow" else self._from_table()

    def _from_lines(self) -> Iterator[NewOrder]:
        for number, line in enumerate(self.text.decode("latin-1").splitlines(), start=1):
            if not line.strip("\x1a \t\r\n"):
                continue
            self.number += 1
            found = CDNOW_LINE.fullmatch(line)
            try:
                if found is None:
                    raise _RejectedError("line", "This line has no customer, day, quantity and amount at their places.")
                order = NewOrder(
                    external_id="",
                    customer_key=found["customer"],
                    ordered_on=self._day("day", found["day"]),
                    amount=Decimal(found["amount"]),
                    currency=self.layout.currency,
                    quantity=Decimal(found["quantity"]),
                    rows=[number],
                )
            except _RejectedError as rejected:
                self._reject(number, rejected)
                continue
            yield self._counted(self._numbered(order))

    def _from_table(self) -> Iterator[NewOrder]:
        if self.table is None:
            raise TypeError("There is neither a table nor a text to read.")
        places = {name: place for place, name in enumerate(self.table.columns)}
        waiting: NewOrder | None = None
        has_number = "order" in self.layout.columns
        for row in self.table.rows:
            self.number += 1
            try:
                if [cell for cell in row.cells[len(places) :] if cell.strip()]:
                    raise _RejectedError(
                        self.table.columns[-1],
                        "There is more in this row than there are columns. Put words that hold the separator "
                        "into quotation marks.",
                    )
                found = list(self._orders(row.number, row.cells, places))
            except _RejectedError as rejected:
                self._reject(row.number, rejected)
                continue
            for order in found:
                if not has_number:
                    yield self._counted(self._numbered(order))
                elif waiting is not None and waiting.external_id == order.external_id:
                    if _is_of_another(waiting, order):
                        words = f"Order {order.external_id} is of {waiting.customer_key}, and this line of {order.customer_key}."
                        self._reject(row.number, _RejectedError(self.layout.columns["customer"], words))
                        continue
                    _join(waiting, order)
                else:
                    if waiting is not None:
                        yield self._counted(waiting)
                    waiting = order
        if waiting is not None:
            yield self._counted(waiting)

    # ---- one row ----

    def _orders(self, number: int, cells: list[str], places: Mapping[str, int]) -> Iterator[NewOrder]:
        def cell(name: str) -> str:
            column = self.layout.columns.get(name)
            return cells[places[column]].replace("\x00", "\ufffd").strip() if column else ""

        if self.layout.format == "totals":
            yield from self._of_totals(number, cells, places, cell)
            return
        amount, currency, quantity = self._amount(cells, places, cell)
        what = (
            cell("what")
            if not self.layout.pairs
            else ", ".join(
                cells[places[product]].strip() for product, _ in self.layout.pairs if cells[places[product]].strip()
            )
        )
        order_number = self._order_number(cell("order"))
        yield NewOrder(
            external_id=order_number,
            customer_key=self._key(cell("customer")),
            customer_name=cell("name") or ("" if "@" in cell("customer") else self._key(cell("customer"))),
            ordered_on=self._day("date", cell("date")),
            amount=amount,
            currency=currency,
            quantity=quantity,
            is_cancelled=amount < 0 or bool(_CANCELLED.fullmatch(order_number)),
            what=_short(what),
            rows=[number],
        )

    def _of_totals(
        self, number: int, cells: list[str], places: Mapping[str, int], cell: Callable[[str], str]
    ) -> Iterator[NewOrder]:
        key = self._key(cell("customer"))
        if not key:
            raise _RejectedError(self.layout.columns["customer"], "Nobody is named, so nobody’s total this can be.")
        found: list[NewOrder] = []
        for column in self.layout.totals:
            if is_blank(cells[places[column]]):
                continue
            amount, currency = self._money(column, cells[places[column]])
            found.append(
                NewOrder(
                    external_id=f"total:{_hash(key, column)}",
                    customer_key=key,
                    customer_name=cell("name"),
                    ordered_on=self._day("day", cell("date")),
                    amount=amount,
                    currency=self._currency(cell("currency")) or currency,
                    is_total=True,
                    what=_short(column),
                    rows=[number] if not found else [],
                )
            )
        if not found:
            raise _RejectedError(", ".join(self.layout.totals), "There is no amount in this row.")
        yield from found

    def _amount(
        self, cells: list[str], places: Mapping[str, int], cell: Callable[[str], str]
    ) -> tuple[Decimal, str, Decimal | None]:
        columns = self.layout.columns
        quantity = None
        if columns.get("quantity") and not is_blank(cell("quantity")):
            quantity = self._number(columns["quantity"], cell("quantity"))
        if self.layout.pairs:
            parts = [
                self._money(sales, cells[places[sales]])
                for _, sales in self.layout.pairs
                if not is_blank(cells[places[sales]])
            ]
            if not parts:
                raise _RejectedError(self.layout.pairs[0][1], "There is no amount in this row.")
            amount, currency = sum((each for each, _ in parts), Decimal()), parts[0][1]
        elif "amount" in columns:
            amount, currency = self._money(columns["amount"], cell("amount"))
        else:
            price, currency = self._money(columns["price"], cell("price"))
            if quantity is None:
                raise _RejectedError(columns["quantity"], "There is no quantity, so the price makes no amount.")
            amount = price * quantity
        return amount, self._currency(cell("currency")) or currency or self.layout.currency, quantity

    def _money(self, column: str, cell: str) -> tuple[Decimal, str]:
        found = money_in(cell)
        if found is None:
            raise _RejectedError(
                column, f"“{cell.strip()[:60]}” is no amount." if cell.strip() else "There is no amount."
            )
        sign = found["one"] or found["two"] or ""
        number = self._number(column, found["number"])
        return (-number if found["open"] else number), SYMBOLS.get(sign, sign.upper()) or self.layout.currency

    def _number(self, column: str, cell: str) -> Decimal:
        try:
            number = parse_number(cell, self.forms.decimal)
        except NotANumber as fault:
            raise _RejectedError(column, str(fault)) from None
        if abs(number) >= MOST:
            raise _RejectedError(column, f"“{cell.strip()[:60]}” is too large to be right.")
        return number

    def _currency(self, cell: str) -> str:
        if is_blank(cell):
            return ""
        found = SYMBOLS.get(cell, cell.upper())
        if not (found == "" or (len(found) == 3 and found.isascii() and found.isalpha())):
            raise _RejectedError(self.layout.columns["currency"], f"“{cell[:60]}” is no currency; write it as EUR.")
        return found

    def _day(self, name: str, cell: str) -> date:
        column = self.layout.columns.get(name, name)
        try:
            day = parse_date(cell) if self.layout.format == "cdnow" else self.forms.read_day(cell)
        except NotADate as fault:
            raise _RejectedError(column, str(fault)) from None
        except OverflowError:
            raise _RejectedError(column, f"“{cell[:60]}” lies too far from today to be a date.") from None
        day = day.date() if isinstance(day, datetime) else day
        if day > self.today + timedelta(days=1):
            raise _RejectedError(column, f"{day:%-d %B %Y} lies ahead; an order is what was ordered.")
        return day

    def _order_number(self, cell: str) -> str:
        if "order" not in self.layout.columns:
            return ""
        if is_blank(cell):
            raise _RejectedError(
                self.layout.columns["order"], "There is no order number, so it could be counted twice."
            )
        if len(cell) > 100:
            raise _RejectedError(self.layout.columns["order"], "The order number is longer than 100 characters.")
        return _plain_key(cell)

    def _key(self, cell: str) -> str:
        if is_blank(cell):
            return ""
        if len(cell) > 200:
            raise _RejectedError(
                self.layout.columns["customer"], "The customer’s number is longer than 200 characters."
            )
        return _plain_key(cell)

    # ---- numbers of our own, and counts ----

    def _numbered(self, order: NewOrder) -> NewOrder:
        """Without a number of its own an order is known by what it says, and by how many said just that before it."""
        if order.is_total:
            return order
        said = _hash(
            order.customer_key, order.ordered_on.isoformat(), str(order.quantity), str(order.amount), order.what
        )
        place = int(said[:15], 16)
        self._seen[place] += 1
        order.external_id = f"said:{said}:{self._seen[place]}"
        return order

    def _counted(self, order: NewOrder) -> NewOrder:
        lines = len(order.rows)
        if not order.customer_key:
            self.without_customer += lines
        else:
            self.customers.add(order.customer_key)
        if order.is_cancelled:
            self.cancelled_lines += lines
        if not order.currency:
            self.without_currency += 1
        self.amounts[order.currency] = self.amounts.get(order.currency, Decimal()) + order.amount
        self.first = order.ordered_on if self.first is None else min(self.first, order.ordered_on)
        self.last = order.ordered_on if self.last is None else max(self.last, order.ordered_on)
        return order

    def _reject(self, number: int, rejected: _RejectedError) -> None:
        self.rejected.append({"row": number, "field": rejected.column, "reason": rejected.reason})


def _is_of_another(one: NewOrder, two: NewOrder) -> bool:
    return bool(one.customer_key and two.customer_key and one.customer_key != two.customer_key)


def _join(order: NewOrder, line: NewOrder) -> None:
    """A further line of the same order."""
    order.amount += line.amount
    if line.quantity is not None:
        order.quantity = (order.quantity or Decimal()) + line.quantity
    order.lines += line.lines
    order.rows += line.rows
    order.customer_key = order.customer_key or line.customer_key
    order.customer_name = order.customer_name or line.customer_name
    order.currency = order.currency or line.currency
    if line.what and len(order.what) < WHAT - 20 and line.what not in order.what:
        order.what = _short(f"{order.what}, {line.what}" if order.what else line.what)


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= WHAT else f"{words[: WHAT - 1]}…"


def _plain_key(cell: str) -> str:
    """`17850.0`, as spreadsheets write numbers that have gaps, is 17850."""
    found = _FLOAT_KEY.fullmatch(cell)
    return found[1] if found else cell


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]
