"""Who comes back, and what customers are worth."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from wellheard.core.templatetags.words import counted, percent, score
from wellheard.core.views import member_of
from wellheard.customers.buying import reading
from wellheard.customers.buying.currencies import code_of
from wellheard.customers.buying.money import money
from wellheard.customers.views.buying_shared import buyers_url, shared_of
from wellheard.ground.retention import Share

MONTHS_SHOWN, QUARTERS_SHOWN, COHORTS_SHOWN = 12, 8, 18


@login_required
@require_GET
def cohorts(request: HttpRequest) -> HttpResponse:
    """Of those who first ordered in a period, how many ordered again later."""
    unit = "quarter" if request.GET.get("unit") == "quarter" else "month"
    shared = shared_of(request, "customers:buying-cohorts", unit=unit)
    if not shared["has_buyers"]:
        return render(request, "customers/buying_empty.html", shared)
    currency = shared["currency"]
    found = reading.cohorts_of(member_of(request), currency, unit, timezone.localdate())
    most = MONTHS_SHOWN if unit == "month" else QUARTERS_SHOWN
    later = found.by_age[1 : most + 1]
    return render(
        request,
        "customers/buying_cohorts.html",
        shared
        | {
            "unit": unit,
            "units": [
                {
                    "label": label,
                    "url": f"{reverse('customers:buying-cohorts')}?{urlencode({'unit': key, 'currency': code_of(currency)})}",
                    "current": key == unit,
                }
                for key, label in (("month", "By month"), ("quarter", "By quarter"))
            ],
            "sentence": _cohort_words(later, unit),
            "data": {"unit": "%", "min": 0},
            "columns": [
                {"name": "period", "label": f"{unit.capitalize()}s after the first order"},
                {"name": "score", "label": "Ordered again, %", "numeric": True, "decimals": 0},
                {"name": "low", "label": "from", "numeric": True, "decimals": 0},
                {"name": "high", "label": "to", "numeric": True, "decimals": 0},
                {"name": "n", "label": "Customers", "numeric": True},
            ],
            "rows": [
                {
                    "period": str(age),
                    "score": _per_cent(each),
                    "low": 100 * each.low,
                    "high": 100 * each.high,
                    "n": each.n,
                }
                for age, each in enumerate(later, start=1)
                if each.n
            ],
            "ages": list(range(1, len(later) + 1)),
            "table": [
                {
                    "label": _period_name(row.cohort, unit),
                    "size": row.size,
                    "url": _cohort_url(unit, currency, row.cohort, 0),
                    "cells": _cohort_cells(row.shares[1 : most + 1], unit, currency, row.cohort, len(later)),
                }
                for row in reversed(found.rows[-COHORTS_SHOWN:])
            ],
        },
    )


def _cohort_words(later: Sequence[Share], unit: str) -> str:
    first = next((each for each in later if each.n), None)
    if first is None:
        return f"No {unit} after a first order is over yet, so nothing can be said."
    return (
        f"{percent(first.value)} ({score(100 * first.low)} to {percent(first.high)}) of "
        f"{counted(first.n, 'customer,customers')} ordered again in the {unit} after the {unit} of their first order."
    )


def _cohort_cells(shares: Sequence[Share], unit: str, currency: str, cohort: str, width: int) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = [
        {
            "x": each.x,
            "percent": percent(each.value or 0),
            "url": _cohort_url(unit, currency, cohort, age) if each.x else "",
        }
        for age, each in enumerate(shares, start=1)
    ]
    return cells + [{} for _ in range(width - len(cells))]


def _cohort_url(unit: str, currency: str, cohort: str, age: int) -> str:
    return reverse("customers:cohort", args=[unit, code_of(currency), cohort, age])


def _period_name(cohort: str, unit: str) -> str:
    first = date.fromisoformat(f"{cohort}-01")
    return f"{first:%B %Y}" if unit == "month" else f"Q{(first.month + 2) // 3} {first.year}"


def _per_cent(share: Share) -> float:
    return 100 * (share.value or 0)


@login_required
@require_GET
def worth(request: HttpRequest) -> HttpResponse:
    """Repeat rate, what a customer brought so far, and what one is expected to bring."""
    shared = shared_of(request, "customers:buying-worth")
    if not shared["has_buyers"]:
        return render(request, "customers/buying_empty.html", shared)
    currency = shared["currency"]
    found = reading.worth_of(member_of(request), currency, timezone.localdate())
    return render(
        request,
        "customers/buying_worth.html",
        shared
        | {
            "found": found,
            "repeats": [
                {
                    "days": days,
                    "share": each,
                    "percent": _per_cent(each),
                    "low": 100 * each.low,
                    "high": 100 * each.high,
                }
                for days, each in found.repeats.items()
            ],
            "so_far": _interval(found.so_far, currency),
            "expected": _interval(found.expected, currency),
            "yearly": _interval(found.yearly, currency),
            "kept_percent": _per_cent(found.kept),
            "kept_low": 100 * found.kept.low,
            "kept_high": 100 * found.kept.high,
            "discount": round(100 * reading.DISCOUNT),
            "buyers_url": buyers_url(currency),
            "again_url": buyers_url(currency, signal="again"),
            "active_url": buyers_url(currency, signal="active"),
        },
    )


def _interval(found: Any, currency: str) -> str:
    """`1,250 EUR (1,100 to 1,400)`; empty when nothing can be said."""
    if found is None or found.value is None:
        return ""
    if found.low is None:
        return f"{money(found.value, currency)}, of one customer alone"
    return f"{money(found.value, currency)} ({money(round(found.low), '')} to {money(round(found.high), '')})"
