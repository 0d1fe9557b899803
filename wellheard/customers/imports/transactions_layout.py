"""Which table of transactions this is, and which column is which: by its header, or as the person said."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any

from wellheard.core.errors import Refusal
from wellheard.core.imports import Question
from wellheard.customers.imports.guessing import columns_by_header
from wellheard.ground.tabular import NotANumber, Row, Table, guess_dates, is_blank, parse_number

FORMATS = {
    "online-retail": "lines of invoices: InvoiceNo, Quantity, UnitPrice, CustomerID",
    "cdnow": "fixed width without a header: customer, sample, day, quantity, amount",
    "orders-wide": "a row an order, with several products and their sales side by side",
    "totals": "a row a customer, with what they bought up to now",
    "orders": "a row an order, or a row a line of an order",
}
FIELDS = {
    "order": "Order number",
    "date": "Day of the order",
    "customer": "What the source calls the customer",
    "name": "The customer's name",
    "amount": "Amount",
    "quantity": "Quantity",
    "price": "Price of one",
    "currency": "Currency (a column, or as EUR)",
    "what": "What was bought",
}
ANSWERS = (
    "day_month_order",
    "decimal",
    "day",
    "new_customers",
    "encoding",
    "delimiter",
    "sheet",
    "header_row",
    "source",
)
ANSWER_TITLES = {
    "source": "The program that it comes from",
    "decimal": "Decimal sign",
    "day": "Day of the orders",
    "dates_look_swapped": "Day and month look swapped",
    "new_customers": "New customers",
    "totals": "Columns of totals",
    "sales": "Products and their sales",
}
LOOKED_AT = 50_000

_NAMES: tuple[tuple[str, str], ...] = (
    (
        "order",
        r"(invoice|order|transaction|receipt|purchase|sale)s?( ?(no|nr|number|id|ref|reference|code))|invoice|order|"
        r"(bestell|auftrags?|rechnungs?|beleg)[ -]?(nr|nummer|id)|(num[eé]ro de )?(commande|facture)|n[uú]mero de pedido",
    ),
    (
        "date",
        r"((invoice|order|transaction|purchase|sales?|posting) ?)?(date|day|time(stamp)?)|"
        r"(ordered|purchased|created|paid) (at|on)|((bestell|auftrags?|rechnungs?|kauf|beleg)[ -]?)?datum|"
        r"date( de (commande|facture|l'achat))?|fecha|data|tag",
    ),
    ("price", r"(unit|item|single) ?price|price|(einzel|st[uü]ck)?preis|prix( unitaire)?|precio"),
    ("quantity", r"quantity|qty|units|pieces|menge|anzahl|st[uü]ck|quantit[eé]|cantidad|quantit[aà]"),
    ("currency", r"currency( ?code)?|curr|w(ä|ae|a)hrung|devise|moneda|valuta"),
    (
        "amount",
        r"((order|invoice|line|grand|net|gross|total) )?(amount|total|value|revenue|sales|turnover)( net| gross)?|"
        r"dollars|euros?|paid|(gesamt|rechnungs)?(betrag|summe|umsatz)|montant|importe|importo|bedrag",
    ),
    ("name", r"(customer|client|account|company|kunden?|firmen?) ?name|company|firma|kundenname|name"),
    (
        "customer",
        r"(customer|client|account|contact|buyer|user|member|kunden?) ?(id|no|nr|number|key|code|nummer)?|"
        r"((customer|client|buyer|contact) )?e ?mail( address)?|kundin|cliente?|klant",
    ),
    (
        "what",
        r"(product|item|article|artikel|produkt)( ?(name|description))?|description|bezeichnung|stock ?code|sku|"
        r"beschreibung",
    ),
)
_PATTERNS = [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _NAMES]
_TOTAL = re.compile(r".*(to date|lifetime|total sales|sales total|turnover|revenue|bisher|gesamt).*", re.IGNORECASE)
_PRODUCT = re.compile(r"(product|item|artikel|produkt) ?(\d+)", re.IGNORECASE)
_SALES = re.compile(r"(sales|amount|value|revenue|umsatz|betrag)( ?[.(]?\d*\)?)?", re.IGNORECASE)
_CURRENCY = re.compile(r"[A-Z]{3}")
_RETAIL = {"invoice no", "quantity", "invoice date", "unit price", "customer id"}
CDNOW_LINE = re.compile(
    r"\s*(?P<customer>\d{1,8})\s+(?:\d{1,6}\s+)?(?P<day>(?:19|20)\d{6})\s+(?P<quantity>\d{1,6})\s+(?P<amount>\d{1,9}\.\d{1,2})\s*"
)


@dataclass
class Layout:
    """The format, which column is which (by `FIELDS`), pairs of product and sales, totals; and what was not said by anybody."""

    format: str
    columns: dict[str, str] = field(default_factory=dict)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    totals: list[str] = field(default_factory=list)
    currency: str = ""
    guessed: dict[str, Any] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    @property
    def has_days(self) -> bool:
        return self.format == "cdnow" or "date" in self.columns


def is_cdnow(data: bytes) -> bool:
    """Do the first lines look like the fixed columns of CDNOW: customer, day, quantity, amount?"""
    lines = [line for line in data[:4_000].decode("latin-1").splitlines()[:30] if line.strip()][
        : -1 if len(data) > 4_000 else None
    ]
    return bool(lines) and all(CDNOW_LINE.fullmatch(line) for line in lines)


def layout_of(table: Table, wanted: str, told: Mapping[str, str]) -> Layout:
    """The layout of a table. `told` gives columns by field, or a currency; names that are no column are refused."""
    plain = {name: plain_name(name) for name in table.columns}
    columns, currency = _said(table, told)
    shape = wanted or _format(table, plain, columns)
    layout = Layout(shape, dict(columns), currency=currency)
    if shape == "orders-wide":
        layout.pairs = _pairs(table.columns)
    taken = set(columns.values()) | {name for pair in layout.pairs for name in pair}
    for name, pattern in _PATTERNS:
        if name in layout.columns or f"-{name}" in told:
            continue
        found = [each for each in table.columns if each not in taken and pattern.fullmatch(plain[each])]
        if found and not (shape == "totals" and name in ("amount", "date", "order", "price", "quantity")):
            layout.columns[name] = found[0]
            layout.guessed[name] = found[0]
            taken.add(found[0])
    if shape == "totals":
        layout.totals = [layout.columns.pop("amount")] if "amount" in layout.columns else _totals(table, plain)
        layout.guessed["totals"] = layout.totals
    if "customer" not in layout.columns and "name" in layout.columns:
        # Where nothing else names the customer, the name does.
        layout.columns["customer"] = layout.columns["name"]
    if shape == "orders" and "date" not in layout.columns:
        _find_dates(table, layout, taken)
    _refuse_without_amounts(table, layout)
    _ask(table, layout)
    return layout


def plain_name(header: str) -> str:
    """`InvoiceNo` and `invoice_no` are “invoice no”."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return " ".join(re.sub(r"[_.:/-]+", " ", parted).lower().split())


def _said(table: Table, told: Mapping[str, str]) -> tuple[dict[str, str], str]:
    columns: dict[str, str] = {}
    currency = ""
    for name, said in told.items():
        if name not in FIELDS or not said:
            continue
        column = next((each for each in table.columns if each.casefold() == said.casefold()), None)
        if column is not None:
            columns[name] = column
        elif name == "currency" and _CURRENCY.fullmatch(said.upper()):
            currency = said.upper()
        else:
            raise Refusal(
                f"The file has no column “{said}”. Nothing was imported; it has: {', '.join(table.columns[:30])}.",
                field=name,
            )
    return columns, currency


def _format(table: Table, plain: Mapping[str, str], said: Mapping[str, str]) -> str:
    names = set(plain.values())
    if names >= _RETAIL:
        return "online-retail"
    if _pairs(table.columns) and not {"amount", "date"} & said.keys():
        return "orders-wide"
    date = next(pattern for name, pattern in _PATTERNS if name == "date")
    has_date = "date" in said or any(date.fullmatch(name) for name in names)
    if not has_date and (_totals(table, plain) or "amount" in said):
        return "totals"
    return "orders"


def _pairs(columns: Sequence[str]) -> list[tuple[str, str]]:
    """`Product 1, Sales, Product 2, Sales.1`: each product with the sales right behind it; at least two of them."""
    found = [(one, two) for one, two in pairwise(columns) if _PRODUCT.fullmatch(one) and _SALES.fullmatch(two)]
    return found if len(found) > 1 else []


def _totals(table: Table, plain: Mapping[str, str]) -> list[str]:
    return [name for name in table.columns if _TOTAL.fullmatch(plain[name]) and _is_numeric(table, name)]


def _is_numeric(table: Table, name: str) -> bool:
    place = table.columns.index(name)
    cells = [row.cells[place] for row in table.preview(50) if not is_blank(row.cells[place])]
    for cell in cells:
        try:
            parse_number(cell, ".")
        except NotANumber:
            return False
    return bool(cells)


def _find_dates(table: Table, layout: Layout, taken: set[str]) -> None:
    """A column of dates under a name that we don't know: taken when it is the only one."""
    found = []
    for place, name in enumerate(table.columns):
        if name not in taken:
            cells = [row.cells[place] for row in table.preview(50) if row.cells[place].strip()]
            guess = guess_dates(cells)
            if cells and not guess.unread and not guess.serials:
                found.append(name)
    if len(found) == 1:
        layout.columns["date"] = layout.guessed["date"] = found[0]


def _refuse_without_amounts(table: Table, layout: Layout) -> None:
    """Where no column holds amounts, and none could, it is no table of orders: to ask which one does leads nowhere."""
    columns = layout.columns
    if layout.pairs or layout.totals or "amount" in columns or {"price", "quantity"} <= columns.keys():
        return
    if layout.format not in ("orders-wide", "totals"):
        # What the header calls a phone number or a postcode is made of digits, and is no amount.
        taken = {*columns.values(), *columns_by_header(table.columns).values()}
        if any(_is_numeric(table, name) for name in table.columns if name not in taken):
            return
    missing = "the amount, or the price and the quantity" + ("" if layout.has_days else ", and none the day")
    raise Refusal(
        f"This is no table of orders: no column says {missing}. Nothing was imported; the file has: "
        f"{', '.join(table.columns[:30])}. If one of them is meant, say so: amount=COLUMN.",
        field="amount",
    )


def _ask(table: Table, layout: Layout) -> None:
    """Ask for the columns without which there is nothing to import."""
    choices = {name: f"the column “{name}”" for name in table.columns[:40]}
    if layout.format in ("orders-wide", "totals"):
        if "customer" not in layout.columns:
            layout.questions.append(Question("customer", "Which column says whose the sales are?", choices))
        return
    if "amount" not in layout.columns and not {"price", "quantity"} <= layout.columns.keys():
        layout.questions.append(Question("amount", "Which column holds the amount of the order?", choices))
    if "date" not in layout.columns and len(table.columns) > 1 and "amount" in layout.columns:
        layout.questions.append(Question("date", "Which column says when it was ordered?", choices))


def first_cells(table: Table, column: str, number: int = LOOKED_AT) -> Iterator[tuple[int, str]]:
    """(row, cell) of the first rows of a column: what its form is guessed from."""
    place = table.columns.index(column)
    rows: Iterator[Row] = islice(table.rows, number)
    return ((row.number, row.cells[place]) for row in rows)
