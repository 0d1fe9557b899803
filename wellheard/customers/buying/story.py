"""What they buy, on a customer's own page: the figures in words, and orders in the timeline."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone

from wellheard.core.actors import Actor
from wellheard.core.models import Member
from wellheard.core.templatetags.words import counted, day_in_words
from wellheard.customers.buying.money import change_in_words, money
from wellheard.customers.buying.scoring import group_of
from wellheard.customers.lineage import lineage_of
from wellheard.customers.models import Account, Buyer, Order, Person, RfmScore
from wellheard.customers.parts import Part, register_part
from wellheard.customers.timeline import TimelineItem, register_source
from wellheard.ground.periods import month_of, months

NOON = time(12)
MONTHS_SHOWN = 24


def ordered(record: Account | Person, actor: Actor, until: datetime | None, most: int) -> Iterator[TimelineItem]:
    """The orders of this customer, those of one day together."""
    rows = Order.objects.visible_to(actor).filter(lineage_of(record).belongs_alone())
    if until is not None:
        rows = rows.filter(ordered_on__lte=timezone.localdate(until))
    days = (
        rows.order_by()
        .values("ordered_on", "currency", "is_cancelled", "is_total")
        .annotate(number=Count("pk"), amount=Sum("amount"))
        .order_by("-ordered_on", "currency", "is_cancelled", "is_total")
    )
    url = orders_url(record)
    for each in days[:most]:
        yield TimelineItem(at=_noon(each["ordered_on"]), text=_words(each), url=url, link="Orders")


def orders_url(record: Account | Person) -> str:
    """The list of their orders."""
    return reverse(f"customers:orders-of-{'account' if isinstance(record, Account) else 'person'}", args=[record.pk])


def _noon(day: date) -> datetime:
    """An order has a day and no time: it stands at noon."""
    return timezone.make_aware(datetime.combine(day, NOON))


def _words(each: Mapping[str, Any]) -> str:
    amount = money(each["amount"], each["currency"])
    if each["is_total"]:
        return f"Had bought for {amount} up to then"
    if each["is_cancelled"]:
        return f"Gave back or cancelled: {counted(each['number'], 'credit note,credit notes')} of {amount}"
    return f"Ordered for {amount}" if each["number"] == 1 else f"Ordered {each['number']} times, for {amount} in all"


def what_they_buy(record: Account | Person, member: Member) -> dict[str, Any] | None:
    """The last order, 12 months against the 12 before, RFM at the last cut, and 24 months as a picture."""
    mine = {"account": record} if isinstance(record, Account) else {"person": record, "account": None}
    buyers = list(Buyer.objects.visible_to(member).filter(**mine).order_by("-orders", "currency"))
    if not buyers:
        return None
    today = timezone.localdate()
    scores = RfmScore.objects.filter(buyer=buyers[0].key).select_related("cut").order_by("-cut__at", "-pk")
    newest = {score.cut.currency: score for score in reversed(scores[:10])}
    return {
        "figures": [_figures(each, newest.get(each.currency), today) for each in buyers],
        "chart": _chart(record, member, buyers[0], today),
        "orders_url": orders_url(record),
        "warning": buyers[0] if buyers[0].warning and not buyers[0].is_quiet_on(today) else None,
    }


def _figures(buyer: Buyer, score: RfmScore | None, today: date) -> dict[str, Any]:
    """A currency's figures in words."""
    lines = []
    if buyer.last_on is not None:
        usual = f"; usually they order every {round(buyer.usual_gap)} days" if buyer.usual_gap else ""
        lines.append(f"The last order was {_ago(buyer.last_on, today)}{usual}.")
        lines.append(_change(buyer))
    if not buyer.orders and buyer.amount:
        lines.append(f"In all they bought for {money(buyer.amount, buyer.currency)}; single orders are not known.")
    rfm = ""
    if score is not None:
        group = group_of(score.r, score.f)
        rfm = (
            f"{group.name}: recency {score.r}, frequency {score.f}, amount {score.m} of 5 at the cut of "
            f"{score.cut.on:%-d %B %Y}."
        )
    return {"lines": lines, "rfm": rfm, "rfm_url": reverse("customers:buying-rfm"), "currency": buyer.currency}


def _ago(day: date, today: date) -> str:
    words = day_in_words(day, today)
    days = (today - day).days
    return words if days < 2 else f"{counted(days, 'day,days')} ago, {'on ' if words[0].isdigit() else ''}{words}"


def _change(buyer: Buyer) -> str:
    """`Six orders for 1,200 EUR in 12 months, four for 800 EUR in the 12 before: 50 % more.`"""
    now, before = buyer.amount_12, buyer.amount_before
    words = f"{counted(buyer.orders_12, 'order,orders')} for {money(now, buyer.currency)} in the last 12 months"
    if not buyer.orders_before:
        return f"{words}, none in the 12 before."
    words += f", {buyer.orders_before} for {money(before, buyer.currency)} in the 12 before"
    change = change_in_words(now, before)
    return f"{words}: {change}." if change else f"{words}."


def _chart(record: Account | Person, member: Member, buyer: Buyer, today: date) -> dict[str, Any] | None:
    """What they ordered in each of the last 24 months, in one currency."""
    first = month_of(today).shifted(1 - MONTHS_SHOWN).first
    rows = Order.objects.visible_to(member).filter(
        lineage_of(record).belongs_alone(),
        currency=buyer.currency,
        ordered_on__range=(first, today),
        is_total=False,
    )
    sums = rows.order_by().annotate(month=TruncMonth("ordered_on")).values("month").annotate(amount=Sum("amount"))
    found: dict[date, Decimal] = {each["month"]: each["amount"] for each in sums.order_by("month")}
    if len(found) < 2:
        return None
    return {
        "sentence": f"They bought in {len(found)} of the last {MONTHS_SHOWN} months.",
        "columns": [
            {"name": "period", "label": "Month"},
            {"name": "count", "label": f"Amount {buyer.currency}".strip(), "numeric": True, "decimals": 0},
        ],
        "rows": [
            {"period": month.short, "count": int(found.get(month.first, Decimal()))} for month in months(first, today)
        ],
    }


def register() -> None:
    """Offer the part and the source."""
    register_part(Part("buying.orders", "What they buy", what_they_buy, "customers/buying_part.html", order=30))
    register_source(ordered, "orders")
