"""Orders for programs: many at once, each number of a source stored once."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from wellheard.core.errors import NotAllowed
from wellheard.core.models import Site
from wellheard.core.views import member_of
from wellheard.customers.actions.buying import add_orders
from wellheard.customers.api.paging import Asked, page
from wellheard.customers.api.schemas import Sent
from wellheard.customers.buying.storing import NewOrder
from wellheard.customers.models import Order

router = Router()
BIGGEST = 2**63
AT_ONCE = 1_000
MOST_MONEY = Decimal("99999999999.99")


class OrderOut(Schema):
    """An order or a credit note. `customer` is what its source calls the customer."""

    id: int
    source: str
    external_id: str
    customer: str = Field(alias="customer_key")
    account: int | None = Field(None, alias="account_id")
    person: int | None = Field(None, alias="person_id")
    site: int | None = Field(None, alias="site_id")
    ordered_on: date
    amount: Decimal
    currency: str
    quantity: Decimal | None
    is_cancelled: bool
    what: str


class OrdersOut(Schema):
    items: list[OrderOut]
    next: int | None


class AskedOrders(Asked):
    """Which orders."""

    account: int | None = Field(None, ge=0, lt=BIGGEST)
    person: int | None = Field(None, ge=0, lt=BIGGEST)
    source: str = Field("", max_length=60)


class OrderIn(Sent):
    """An order as your program knows it."""

    external_id: str = Field(min_length=1, max_length=100, description="The number of the order at its source.")
    customer: str = Field(
        "", max_length=200, description="Your program's id of the customer, or an e-mail address that one person has."
    )
    ordered_on: date
    amount: Decimal = Field(ge=-MOST_MONEY, le=MOST_MONEY, description="Below zero for what was given back.")
    currency: str = Field("", pattern="^([A-Z]{3})?$")
    quantity: Decimal | None = Field(None, ge=-(10**9), le=10**9)
    is_cancelled: bool = False
    what: str = Field("", max_length=300)


class OrdersIn(Sent):
    """Up to a thousand orders of one source."""

    site: int | None = Field(None, ge=0, lt=BIGGEST, description="Where orders of unknown customers are kept.")
    orders: list[OrderIn] = Field(min_length=1, max_length=AT_ONCE)


class Differing(Schema):
    """An order that is there already with another content; it was left as it is."""

    external_id: str
    sent_amount: Decimal
    kept_amount: Decimal | None = Field(description="Nothing for one that you may not see.")


class StoredOut(Schema):
    """What became of them: the numbers add up to those that were sent."""

    stored: int
    same: int
    differing: list[Differing]


@router.get("/orders", response=OrdersOut, operation_id="list_orders")
def list_orders(request: HttpRequest, asked: Query[AskedOrders]) -> dict[str, Any]:
    """A page of orders, in the order in which they came in."""
    rows = Order.objects.visible_to(member_of(request))
    for name in ("account", "person"):
        if (value := getattr(asked, name)) is not None:
            rows = rows.filter(**{name: value})
    if asked.source:
        rows = rows.filter(source=asked.source.strip().lower())
    return page(request, asked, rows)


@router.post("/orders/{source}", response=StoredOut, operation_id="add_orders")
def add(request: HttpRequest, source: str, given: OrdersIn) -> dict[str, Any]:
    """Store orders of a source; sent again, each is stored once. What differs from what is there is named, not changed."""
    member = member_of(request)
    if given.site is not None:
        get_object_or_404(Site.objects.visible_to(member), pk=given.site)
        if member.site_id != given.site and all(held.site_id not in {None, given.site} for held in member.held()):
            raise NotAllowed("You may not keep orders at that site. Nothing was saved.")
    orders = [
        NewOrder(
            external_id=each.external_id.strip(),
            customer_key=each.customer.strip(),
            ordered_on=each.ordered_on,
            amount=each.amount,
            currency=each.currency,
            quantity=each.quantity,
            is_cancelled=each.is_cancelled,
            what=each.what,
        )
        for each in given.orders
    ]
    found = add_orders(source, orders, member, at=timezone.now(), site_id=given.site)
    differing = [known.pk for _, known in found.differing]
    visible = set(Order.objects.visible_to(member).filter(pk__in=differing).values_list("pk", flat=True))
    return {
        "stored": len(found.new),
        "same": len(found.same),
        "differing": [
            {
                "external_id": new.external_id,
                "sent_amount": new.amount,
                "kept_amount": known.amount if known.pk in visible else None,
            }
            for new, known in found.differing
        ],
    }
