"""Pages about buying: the overview, and the look that works it out."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from wellheard.core.templatetags.words import count, counted
from wellheard.core.views import member_of
from wellheard.customers.actions.buying import look_at_buying
from wellheard.customers.buying import reading
from wellheard.customers.buying.currencies import code_of
from wellheard.customers.buying.money import change_in_words, currency_name, money
from wellheard.customers.buying.warnings import UNHAPPY
from wellheard.customers.views.buying_shared import buyers_url, shared_of


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Who buys, whether it is more or less, and what is at stake."""
    shared = shared_of(request, "customers:buying")
    if not shared["has_buyers"]:
        return render(request, "customers/buying_empty.html", shared)
    member, currency, today = member_of(request), shared["currency"], timezone.localdate()
    found = reading.overview(member, currency, today)
    months = reading.amounts_by_month(member, currency, today)
    return render(
        request,
        "customers/buying.html",
        shared
        | {
            "heading": _heading(found, currency),
            "first_step": _first_step(found, currency),
            "lead": _change_words(found, currency),
            "numbers": [
                {
                    "value": count(found["active"]),
                    "label": "ordered in 12 months",
                    "url": buyers_url(currency, signal="active"),
                },
                {
                    "value": count(found["new"]),
                    "label": "of them for the first time",
                    "url": buyers_url(currency, since="year"),
                },
                {
                    "value": count(found["warned"]),
                    "label": "may be about to leave",
                    "url": f"{reverse('customers:buying-warnings')}?currency={code_of(currency)}",
                },
                {
                    "value": count(found["lost"]),
                    "label": "are lost",
                    "url": f"{reverse('customers:buying-lost')}?currency={code_of(currency)}",
                },
            ],
            "stake_words": _stake_words(found, currency),
            "stakes": _stakes(found, currency),
            "unknown": found["unknown"],
            "months": {
                "sentence": _months_words(months, currency),
                "columns": [
                    {"name": "period", "label": "Month"},
                    {"name": "count", "label": f"Ordered, {currency_name(currency)}", "numeric": True, "decimals": 0},
                ],
                "rows": [{"period": f"{month:%b %Y}", "count": int(amount)} for month, amount in months]
                if any(amount for _, amount in months)
                else [],
            },
        },
    )


def _heading(found: dict[str, Any], currency: str) -> str:
    if not found["active"]:
        return "Nobody has ordered in the last 12 months"
    amount = money(found["amount_12"], currency)
    return f"{counted(found['active'], 'customer,customers')} bought for {amount} in 12 months"


def _first_step(found: dict[str, Any], currency: str) -> dict[str, str]:
    """Where there is something to see: those who may be about to leave, else those who have left, else all."""
    if found["warned"]:
        name, words = "customers:buying-warnings", "See who may be about to leave"
    elif found["lost"]:
        name, words = "customers:buying-lost", "See who has left"
    else:
        name, words = "customers:buyers", "See all buyers"
    return {"url": f"{reverse(name)}?{urlencode({'currency': code_of(currency)})}", "words": words}


def _change_words(found: dict[str, Any], currency: str) -> str:
    if not found["before"]:
        return "Nobody ordered in the 12 months before, so there is nothing to compare with."
    before, now = found["amount_before"], found["amount_12"]
    words = f"In the 12 months before, {counted(found['before'], 'customer,customers')} bought for {money(before, currency)}"
    change = change_in_words(now, before)
    return f"{words}: now it is {change}." if change else f"{words}."


def _stake_words(found: dict[str, Any], currency: str) -> str:
    if not found["stake_buyers"]:
        return "No customer who ordered in the last 12 months was unhappy, has something open or is silent."
    share = round(100 * found["stake_amount"] / found["amount_12"]) if found["amount_12"] > 0 else 0
    return (
        f"{money(found['stake_amount'], currency)} of the last 12 months, {share} %, are with "
        f"{counted(found['stake_buyers'], 'customer,customers')} who were unhappy, have something open or are silent. "
        "A customer may be in several of these."
    )


def _stakes(found: dict[str, Any], currency: str) -> list[dict[str, Any]]:
    words = (
        ("unhappy", f"Gave {UNHAPPY} or less of 10 when last asked"),
        ("open", "Have a complaint or a request open"),
        ("silent", "Answered no survey for 12 months"),
    )
    return [
        {
            "words": text,
            "buyers": found[f"{name}_buyers"],
            "amount": money(found[f"{name}_amount"], currency),
            "url": buyers_url(currency, signal=name),
        }
        for name, text in words
    ]


def _months_words(months: Sequence[tuple[date, Any]], currency: str) -> str:
    whole = months[:-1]
    if not any(amount for _, amount in months):
        return f"Nothing was ordered in this month or the {len(whole)} before it. “All orders” has the older ones."
    if not any(amount for _, amount in whole):
        return "Nothing was ordered in the last 23 whole months."
    best = max(whole, key=lambda each: each[1])
    return f"The strongest month was {best[0]:%B %Y} with {money(best[1], currency)}."


@login_required
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Work out everything anew."""
    made = look_at_buying(member_of(request), at=timezone.now())
    messages.success(request, f"Worked out anew from {counted(made.orders, 'order,orders')}.")
    return HttpResponseRedirect(reverse("customers:buying"))
