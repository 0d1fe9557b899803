"""The list of orders: all of them, or those of one customer."""

from django.db.models import Q
from django.http import Http404

from wellheard.core.lists import Column, Filter, ListPage, how_many, site_filter
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.customers.buying.money import money
from wellheard.customers.models import Account, Order, Person
from wellheard.customers.pages.buying import NO_ORDERS


def orders(member: Member, account: int | None = None, person: int | None = None) -> Rows:
    rows = Order.objects.visible_to(member).select_related("account", "person", "batch")
    if account is not None:
        if not Account.objects.visible_to(member).filter(pk=account).exists():
            raise Http404
        return rows.filter(account=account)
    if person is not None:
        if not Person.objects.visible_to(member).filter(pk=person).exists():
            raise Http404
        return rows.filter(person=person)
    return rows


def whose(order: Order) -> object:
    return order.account or order.person or order.customer_key or "nobody named"


def order_url(order: Order) -> str:
    customer = order.account or order.person
    return customer.get_absolute_url() if customer else ""


def containing(rows: Rows, words: str) -> Rows:
    for word in words.split()[:10]:
        rows = rows.filter(
            Q(external_id__istartswith=word) | Q(customer_key__istartswith=word) | Q(what__icontains=word)
        )
    return rows


ORDERS = ListPage(
    key="customers.orders",
    title=lambda count: how_many(count, "order", "orders"),
    rows=orders,
    columns=(
        Column(
            "number", "Number", lambda o: o.external_id if not o.external_id.startswith(("said:", "total:")) else "none"
        ),
        Column("customer", "Customer", whose, url=order_url),
        Column("day", "Day", lambda o: o.ordered_on, kind="date", sort="ordered_on"),
        Column("amount", "Amount", lambda o: money(o.amount, o.currency), sort="amount", whole=lambda o: o.amount),
        Column("what", "What", lambda o: o.what[:80], whole=lambda o: o.what),
        Column("source", "Source", lambda o: o.source, note=lambda o: o.batch.reference if o.batch else ""),
    ),
    also=(
        Column("currency", "Currency", lambda o: o.currency),
        Column("quantity", "Quantity", lambda o: o.quantity),
        Column("lines", "Lines", lambda o: o.lines),
        Column("customer_key", "Customer at the source", lambda o: o.customer_key),
    ),
    filters=(
        Filter(
            "sort_of",
            "Which",
            lambda member: [
                ("orders", "Orders"),
                ("credit", "Cancelled or given back"),
                ("totals", "Totals up to a day"),
                ("nobody", "Without a customer"),
            ],
            lambda rows, value: rows.filter(
                {
                    "orders": Q(is_cancelled=False, is_total=False),
                    "credit": Q(is_cancelled=True),
                    "totals": Q(is_total=True),
                    "nobody": Q(account=None, person=None, customer_key=""),
                }[value]
            ),
        ),
        site_filter(),
    ),
    search=containing,
    actions=(("Bring a file of orders", "customers:import-transactions", "core.import"),),
    default_sort="-ordered_on",
    teach=NO_ORDERS,
)
