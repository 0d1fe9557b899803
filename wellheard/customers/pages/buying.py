"""The list of buyers with their figures, narrowed to those behind a number."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from wellheard.core.lists import Column, Filter, ListPage, how_many, site_filter
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.customers.buying.adding_up import YEAR
from wellheard.customers.buying.currencies import code_of, currencies, currency_of
from wellheard.customers.buying.money import currency_name, money
from wellheard.customers.buying.reading import OPEN_NOW, SILENT_NOW, UNHAPPY_NOW
from wellheard.customers.buying.warnings import UNHAPPY
from wellheard.customers.models import Buyer

NO_ORDERS = {
    "title": "No orders yet",
    "why": "Bring a file of orders from your shop or your accounts: one row an order, or a row a line. What customers buy, "
    "who comes back and who is about to leave follows from it.",
    "clause": "ISO 9001 asks in 9.1.2 how customers see us; whether they come back is one answer.",
    "button": "Bring a file of orders",
    "url": "customers:import-transactions",
    "permission": "core.import",
}

SIGNALS: tuple[tuple[str, str, Q], ...] = (
    ("unhappy", f"Gave {UNHAPPY} or less of 10", UNHAPPY_NOW),
    ("open", "Something is open", OPEN_NOW),
    ("silent", "Silent for 12 months", SILENT_NOW),
    ("stake", "Unhappy, open or silent", UNHAPPY_NOW | OPEN_NOW | SILENT_NOW),
    ("active", "Ordered in 12 months", Q(orders_12__gt=0)),
    ("lost", "Lost", Q(is_lost=True)),
    ("again", "Ordered again", Q(again_after__isnull=False)),
    ("unknown", "Not matched yet", Q(account__isnull=True, person__isnull=True)),
)


def buyers(member: Member) -> Rows:
    return Buyer.objects.visible_to(member).select_related("account__owner", "person__owner", "site")


def currency_choices(member: Member) -> Sequence[tuple[str, str]]:
    return [(code_of(each), currency_name(each)) for each in currencies(member)]


def in_currency(rows: Rows, code: str) -> Rows:
    return rows.filter(currency=currency_of(code))


def with_signal(rows: Rows, value: str) -> Rows:
    return rows.filter(next(condition for key, _, condition in SIGNALS if key == value))


def new_lately(rows: Rows) -> Rows:
    return rows.filter(first_on__gt=timezone.localdate() - timedelta(days=YEAR))


def named(rows: Rows, words: str) -> Rows:
    for word in words.split()[:10]:
        rows = rows.filter(
            Q(account__name__icontains=word) | Q(person__name__icontains=word) | Q(customer_key__icontains=word)
        )
    return rows


def owner(buyer: Buyer) -> object:
    return buyer.customer.owner if buyer.customer else None


CURRENCY = Filter("currency", "Currency", currency_choices, in_currency)
SIGNAL = Filter("signal", "Which", lambda member: [(key, words) for key, words, _ in SIGNALS], with_signal)
NEW = Filter(
    "since", "First order", lambda member: [("year", "in the last 12 months")], lambda rows, value: new_lately(rows)
)

NAME = Column("customer", "Customer", str, url=Buyer.get_absolute_url, note=lambda b: currency_name(b.currency))
FIGURES = (
    Column("last_on", "Last order", lambda b: b.last_on, kind="date", sort="last_on"),
    Column("orders_12", "Orders in 12 months", lambda b: b.orders_12, kind="number", sort="orders_12"),
    Column(
        "amount_12",
        "Amount in 12 months",
        lambda b: money(b.amount_12, b.currency),
        kind="text",
        sort="amount_12",
        whole=lambda b: b.amount_12,
    ),
    Column(
        "amount_before",
        "In the 12 before",
        lambda b: money(b.amount_before, b.currency),
        sort="amount_before",
        whole=lambda b: b.amount_before,
    ),
    Column("amount", "In all", lambda b: money(b.amount, b.currency), sort="amount", whole=lambda b: b.amount),
)
SCORE = Column("score", "Last recommendation", lambda b: b.last_score, kind="number", sort="last_score")
ALSO = (
    Column("currency", "Currency", lambda b: b.currency),
    Column("first_on", "First order", lambda b: b.first_on, kind="date"),
    Column("orders", "Orders in all", lambda b: b.orders, kind="number"),
    Column("gap", "Usual days between orders", lambda b: None if b.usual_gap is None else round(b.usual_gap, 1)),
)


def list_of(
    key: str, rows: Callable[..., Rows], lead: str = "", one: str = "customer", many: str = "customers"
) -> ListPage:
    """A list of buyers with their figures, narrowed to those behind a number."""
    return ListPage(
        key=key,
        title=lambda count: how_many(count, one, many),
        rows=rows,
        columns=(NAME, *FIGURES, SCORE),
        also=ALSO,
        filters=(CURRENCY, SIGNAL, NEW, site_filter()),
        search=named,
        default_sort="-amount_12",
        lead=lead,
        teach=NO_ORDERS,
    )


BUYERS = list_of(
    "customers.buyers", buyers, "Figures of each customer and currency, as of the last look.", "buyer", "buyers"
)
