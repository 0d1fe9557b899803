"""The lists of buyers to do something about: early warnings, who is lost, and whom nobody knows yet."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from wellheard.core.lists import Column, Filter, ListPage, how_many, site_filter
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.customers.buying.money import money
from wellheard.customers.models import Buyer
from wellheard.customers.pages.buying import CURRENCY, SCORE, buyers, named, owner


def known(member: Member) -> Rows:
    gone = Q(account__merged_into__isnull=False) | Q(account__erased_at__isnull=False)
    gone |= Q(person__merged_into__isnull=False) | Q(person__erased_at__isnull=False)
    return buyers(member).filter(Q(account__isnull=False) | Q(person__isnull=False)).exclude(gone)


def warned(member: Member) -> Rows:
    return known(member).filter(warning__gt=0)


def quiet(rows: Rows, value: str) -> Rows:
    today = timezone.localdate()
    is_quiet = Q(dismissed_until__gte=today)
    return rows.filter(is_quiet) if value == "quiet" else rows.exclude(is_quiet)


def warning_url(buyer: Buyer) -> str:
    return reverse("customers:buying-warning", args=[buyer.pk])


def why(buyer: Buyer) -> str:
    return " ".join(each["words"] for each in buyer.reasons)


WARNINGS = ListPage(
    key="customers.warnings",
    title=lambda count: how_many(count, "customer may be about to leave", "customers may be about to leave"),
    rows=warned,
    columns=(
        Column(
            "customer", "Customer", str, url=warning_url, note=lambda b: f"Looked after by {owner(b) or 'nobody yet'}"
        ),
        Column("why", "Why", why),
        Column("points", "Points", lambda b: b.warning, kind="number", sort="warning"),
        Column(
            "amount_12",
            "Amount in 12 months",
            lambda b: money(b.amount_12, b.currency),
            sort="amount_12",
            whole=lambda b: b.amount_12,
        ),
        Column("last_on", "Last order", lambda b: b.last_on, kind="date", sort="last_on"),
    ),
    filters=(
        Filter(
            "state",
            "State",
            lambda member: [("waiting", "To be looked at"), ("quiet", "False alarms, quiet for now")],
            quiet,
            default="waiting",
        ),
        Filter(
            "proposes",
            "Suggests",
            lambda member: [("at_risk", "at risk"), ("won_back", "won back")],
            lambda rows, value: rows.filter(proposes=value),
        ),
        CURRENCY,
        site_filter(),
    ),
    search=named,
    default_sort="-warning,amount_12",
    lead="Each says why, with its numbers. Points add up the signs; they are no probability.",
    teach={
        "title": "Nobody gives signs of leaving",
        "why": "A customer stands here when orders stay away longer than usual, when amounts fall, when they were unhappy "
        "the last time we asked, or when something of theirs is open.",
        "button": "See who buys",
        "url": "customers:buyers",
    },
)


def lost(member: Member) -> Rows:
    return known(member).filter(is_lost=True)


LOST = ListPage(
    key="customers.lost",
    title=lambda count: how_many(count, "customer is lost", "customers are lost"),
    rows=lost,
    columns=(
        Column(
            "customer",
            "Customer",
            str,
            url=lambda b: reverse("customers:buying-signals", args=[b.pk]),
            note=lambda b: f"Standing: {b.customer.get_lifecycle_display()}",
        ),
        Column("last_on", "Last order", lambda b: b.last_on, kind="date", sort="last_on"),
        Column("gap", "Usual days between", lambda b: round(b.usual_gap) if b.usual_gap else None, kind="number"),
        Column("orders", "Orders", lambda b: b.orders, kind="number", sort="orders"),
        Column("amount", "Bought for", lambda b: money(b.amount, b.currency), sort="amount", whole=lambda b: b.amount),
        SCORE,
    ),
    filters=(
        Filter(
            "proposes",
            "Standing",
            lambda member: [("lost", "not marked as lost yet")],
            lambda rows, value: rows.filter(proposes=value),
        ),
        CURRENCY,
        site_filter(),
    ),
    search=named,
    default_sort="-last_on",
    lead="No order for a year, or for three times as long as usual. Open one to see their last signals.",
    teach={
        "title": "Nobody is lost",
        "why": "A customer is lost who has not ordered for a year, or for three times as long as usual.",
        "button": "See who may be about to leave",
        "url": "customers:buying-warnings",
    },
)


def unknown(member: Member) -> Rows:
    return buyers(member).filter(account__isnull=True, person__isnull=True)


UNKNOWN = ListPage(
    key="customers.unknown-buyers",
    title=lambda count: how_many(
        count, "customer of your orders is not known here", "customers of your orders are not known here"
    ),
    rows=unknown,
    columns=(
        Column(
            "customer",
            "As the source calls them",
            lambda b: b.customer_key,
            url=Buyer.get_absolute_url,
            sort="customer_key",
        ),
        Column("source", "Source", lambda b: b.source, sort="source"),
        Column("orders", "Orders", lambda b: b.orders, kind="number", sort="orders"),
        Column("amount", "Bought for", lambda b: money(b.amount, b.currency), sort="amount", whole=lambda b: b.amount),
        Column("last_on", "Last order", lambda b: b.last_on, kind="date", sort="last_on"),
    ),
    filters=(CURRENCY, site_filter()),
    search=named,
    default_sort="-amount",
    lead="Say once who it is, and later orders find them by themselves.",
    teach={
        "title": "Every customer of your orders is known",
        "why": "Orders whose customer nobody knows wait here to be matched.",
        "button": "See who buys",
        "url": "customers:buyers",
    },
)
