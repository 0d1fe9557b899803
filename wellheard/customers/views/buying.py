"""Pages about buying: the overview, RFM, who comes back, what customers are worth, what is at stake."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from wellheard.core import access
from wellheard.core.errors import Refusal
from wellheard.core.models import Member
from wellheard.core.templatetags.words import count, counted, percent, score
from wellheard.core.views import member_of
from wellheard.customers.actions.buying import cut_rfm, look_at_buying
from wellheard.customers.actions.segments import add_segment
from wellheard.customers.buying import reading
from wellheard.customers.buying.currencies import code_of, currencies, currency_of
from wellheard.customers.buying.money import currency_name, money
from wellheard.customers.buying.scoring import GROUPS, Group, group, group_of
from wellheard.customers.forms.buying import CutForm
from wellheard.customers.models import BuyingLook, RfmCut, Segment
from wellheard.ground.retention import Share

MONTHS_SHOWN, QUARTERS_SHOWN, COHORTS_SHOWN = 12, 8, 18
MOVES_SHOWN = 12
FIVE = 5
GROUP_COLUMNS = (
    {"label": "Group"},
    {"label": "Customers", "numeric": True},
    {"label": "Bought for, on average", "numeric": True},
    {"label": "What to do"},
)


def _only_readers(member: Member) -> None:
    if not access.may(member, "customers.see_order"):
        raise Http404


def _currency(request: HttpRequest, member: Member) -> tuple[str, list[str]]:
    """The currency asked for, or the one of most orders; and all there are."""
    there = currencies(member)
    asked = currency_of(request.GET.get("currency", "") or request.POST.get("currency", ""))
    said = "currency" in request.GET or "currency" in request.POST
    return (asked if said and asked in there else next(iter(there), "")), there


def _chips(name: str, there: Sequence[str], current: str, **also: str) -> list[dict[str, Any]]:
    if len(there) < 2:
        return []
    return [
        {
            "label": currency_name(each),
            "url": f"{reverse(name)}?{urlencode({'currency': code_of(each), **also})}",
            "current": each == current,
        }
        for each in there
    ]


def _shared(request: HttpRequest, name: str, **also: str) -> dict[str, Any]:
    member = member_of(request)
    _only_readers(member)
    currency, there = _currency(request, member)
    last = BuyingLook.objects.order_by("-at", "-pk").first()
    return {
        "member_is_reader": member.is_read_only,
        "currency": currency,
        "currency_code": code_of(currency),
        "currency_name": currency_name(currency),
        "chips": _chips(name, there, currency, **also),
        "has_buyers": bool(there),
        "look": last,
        "import_url": _import_url(member),
        "may_look": access.may(member, "customers.look_at_buying") and not member.is_read_only,
    }


def _import_url(member: Member) -> str:
    """Where orders are brought in, for those who may."""
    may_import = access.may(member, "core.import") and access.may(member, "customers.add_orders")
    return reverse("customers:import-transactions") if may_import and not member.is_read_only else ""


def _buyers(currency: str, **filters: str) -> str:
    return f"{reverse('customers:buyers')}?{urlencode({'currency': code_of(currency), **filters})}"


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Who buys, whether it is more or less, and what is at stake."""
    shared = _shared(request, "customers:buying")
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
                    "url": _buyers(currency, signal="active"),
                },
                {
                    "value": count(found["new"]),
                    "label": "of them for the first time",
                    "url": _buyers(currency, since="year"),
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
    if before <= 0:
        return f"{words}."
    change = round(100 * (now - before) / before)
    return (
        f"{words}: now it is {f'{change} % more' if change > 0 else f'{-change} % less' if change < 0 else 'as much'}."
    )


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
        ("unhappy", "Gave 6 or less of 10 when last asked"),
        ("open", "Have a complaint or a request open"),
        ("silent", "Answered no survey for 12 months"),
    )
    return [
        {
            "words": text,
            "buyers": found[f"{name}_buyers"],
            "amount": money(found[f"{name}_amount"], currency),
            "url": _buyers(currency, signal=name),
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


# ---- who comes back ------------------------------------------------------------------------------------------------
@login_required
@require_GET
def cohorts(request: HttpRequest) -> HttpResponse:
    """Of those who first ordered in a period, how many ordered again later."""
    unit = "quarter" if request.GET.get("unit") == "quarter" else "month"
    shared = _shared(request, "customers:buying-cohorts", unit=unit)
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


# ---- what they are worth -------------------------------------------------------------------------------------------
@login_required
@require_GET
def worth(request: HttpRequest) -> HttpResponse:
    """Repeat rate, what a customer brought so far, and what one is expected to bring."""
    shared = _shared(request, "customers:buying-worth")
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
            "buyers_url": _buyers(currency),
            "again_url": _buyers(currency, signal="again"),
            "active_url": _buyers(currency, signal="active"),
        },
    )


def _interval(found: Any, currency: str) -> str:
    """`1,250 EUR (1,100 to 1,400)`; empty when nothing can be said."""
    if found is None or found.value is None:
        return ""
    if found.low is None:
        return f"{money(found.value, currency)}, of one customer alone"
    return f"{money(found.value, currency)} ({money(round(found.low), '')} to {money(round(found.high), '')})"


# ---- RFM -----------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def rfm(request: HttpRequest) -> HttpResponse:
    """How many buyers score how, which groups that makes, and who moved since the cut before."""
    shared = _shared(request, "customers:buying-rfm")
    if not shared["has_buyers"]:
        return render(request, "customers/buying_empty.html", shared)
    return _rfm_page(request, shared, CutForm())


def _rfm_page(request: HttpRequest, shared: dict[str, Any], form: CutForm, status: int = 200) -> HttpResponse:
    member, currency = member_of(request), shared["currency"]
    found = reading.cuts(currency)
    shared |= {
        "form": form,
        "may_cut": access.may(member, "customers.cut_rfm") and not member.is_read_only,
        "may_segment": access.may(member, "customers.add_segment") and not member.is_read_only,
        "cut": found[0] if found else None,
    }
    if not found:
        return render(request, "customers/buying_rfm.html", shared, status=status)
    newest, cells = found[0], reading.cells(member, found[0])
    by_place = {(each.r, each.f): each for each in cells}
    total = sum(each.buyers for each in cells)
    # With fewer limits there are no five scores of recency, and a group would say something else than its name.
    groups = _groups(cells, newest, total, currency) if len(newest.recency) == FIVE - 1 else []
    moved = reading.moves(member, newest, found[1]) if len(found) > 1 else []
    return render(
        request,
        "customers/buying_rfm.html",
        shared
        | {
            "total": total,
            "heading": _rfm_heading(groups, total)
            if groups
            else f"{counted(total, 'customer,customers')} by recency and frequency",
            "columns": list(range(1, len(newest.orders) + 2)),
            "grid": [
                {
                    "r": r,
                    "words": _limit_words(newest, r),
                    "cells": [_cell(by_place, newest, r, f) for f in _scores(newest.orders)],
                }
                for r in reversed(_scores(newest.recency))
            ],
            "frequencies": [_frequency_words(newest, f) for f in _scores(newest.orders)],
            "groups": groups,
            "group_columns": [*GROUP_COLUMNS, *([{"label": "Segment"}] if shared["may_segment"] else [])],
            "chart": {
                "sentence": _rfm_heading(groups, total) + ".",
                "columns": [
                    {"name": "period", "label": "Group"},
                    {"name": "count", "label": "Customers", "numeric": True},
                ],
                "rows": [
                    {"period": {"value": each["name"], "url": each["url"]}, "count": each["buyers"]} for each in groups
                ],
            },
            "before": found[1] if len(found) > 1 else None,
            "moves": _moves(moved, newest) if groups and moved else [],
            "limits_moved": len(found) > 1
            and (newest.recency, newest.orders, newest.amount) != (found[1].recency, found[1].orders, found[1].amount),
            "amount_limits": ", ".join(money(float(each), currency) for each in newest.amount),
        },
        status=status,
    )


def _scores(limits: Sequence[str]) -> list[int]:
    return list(range(1, len(limits) + 2))


def _groups(cells: Sequence[reading.Cell], cut: RfmCut, total: int, currency: str) -> list[dict[str, Any]]:
    found = []
    for each in GROUPS:
        mine = [cell for cell in cells if group_of(cell.r, cell.f) is each]
        number = sum(cell.buyers for cell in mine)
        amount = sum(cell.amount for cell in mine)
        found.append(
            {
                "key": each.key,
                "name": each.name,
                "advice": each.advice,
                "buyers": number,
                "share": number / total if total else 0,
                "mean": money(amount / number, currency) if number else "",
                "url": reverse("customers:rfm-group", args=[cut.pk, each.key]),
            }
        )
    return found


def _rfm_heading(groups: Sequence[dict[str, Any]], total: int) -> str:
    number = sum(each["buyers"] for each in groups if each["key"] == "leaving")
    if not number:
        return f"Of {counted(total, 'customer,customers')} none who ordered often has stayed away for long"
    has = "has" if number == 1 else "have"
    return f"{counted(number, 'customer,customers')} of {count(total)} ordered often and {has} stayed away"


def _cell(cells: dict[tuple[int, int], reading.Cell], cut: RfmCut, r: int, f: int) -> dict[str, Any]:
    found = cells.get((r, f))
    return {
        "buyers": found.buyers if found else 0,
        "group": group_of(r, f).name,
        "url": reverse("customers:rfm-cell", args=[cut.pk, r, f]) if found else "",
    }


def _limit_words(cut: RfmCut, r: int) -> str:
    """`last order up to 14 days ago`: what a recency score means at this cut."""
    limits = [float(each) for each in cut.recency]
    place = len(limits) + 1 - r
    if not limits:
        return "any day"
    if place == 0:
        return f"up to {limits[0]:,.0f} days ago"
    if place == len(limits):
        return f"more than {limits[-1]:,.0f} days ago"
    return f"more than {limits[place - 1]:,.0f}, up to {limits[place]:,.0f} days ago"


def _frequency_words(cut: RfmCut, f: int) -> str:
    limits = [float(each) for each in cut.orders]
    if not limits:
        return "any number"
    if f == 1:
        return f"up to {limits[0]:,.0f}"
    if f == len(limits) + 1:
        return f"more than {limits[-1]:,.0f}"
    return f"more than {limits[f - 2]:,.0f}, up to {limits[f - 1]:,.0f}"


def _moves(moved: Sequence[tuple[int, int, int, int, int]], newest: RfmCut) -> list[dict[str, Any]]:
    """Between groups, the most frequent first."""
    numbers: dict[tuple[str, str], int] = {}
    for r, f, new_r, new_f, number in moved:
        was, now = group_of(r, f), group_of(new_r, new_f)
        if was is not now:
            numbers[was.key, now.key] = numbers.get((was.key, now.key), 0) + number
    names = {each.key: each.name for each in GROUPS}
    ranked = sorted(numbers.items(), key=lambda each: (-each[1], each[0]))
    return [
        {
            "was": names[was],
            "now": names[now],
            "buyers": number,
            "url": reverse("customers:rfm-moved", args=[newest.pk, was, now]),
        }
        for (was, now), number in ranked[:MOVES_SHOWN]
    ]


@login_required
@require_POST
def cut(request: HttpRequest) -> HttpResponse:
    """Set the limits anew."""
    shared = _shared(request, "customers:buying-rfm")
    form = CutForm(request.POST)
    address = f"{reverse('customers:buying-rfm')}?currency={shared['currency_code']}"
    if form.is_valid():
        try:
            made = cut_rfm(
                member_of(request), at=timezone.now(), currency=shared["currency"], on=form.cleaned_data["on"]
            )
        except Refusal as refusal:
            form.add_error("on", refusal.sentence)
        else:
            messages.success(request, f"{counted(made.buyers, 'customer,customers')} scored as of {made.on:%-d %B %Y}.")
            return HttpResponseRedirect(address)
    return _rfm_page(request, shared, form, 422)


@login_required
@require_POST
def make_segment(request: HttpRequest, key: str) -> HttpResponse:
    """A group of scores as a segment that follows every later cut."""
    member = member_of(request)
    _only_readers(member)
    found = group(key)
    if found is None:
        raise Http404
    made = add_segment(
        f"{found.name} (buying)", member, at=timezone.now(), basis=Segment.Basis.BUYING, needs="", rule=rule_of(found)
    )
    messages.success(request, f"“{made.name}” is a segment now, and follows every later cut.")
    return HttpResponseRedirect(made.get_absolute_url())


def rule_of(found: Group) -> dict[str, Any]:
    """The scores of a group as a segment's rule."""
    return {
        "match": "all",
        "conditions": [
            {"trait": "buying.r", "is": "between", "value": list(found.r)},
            {"trait": "buying.f", "is": "between", "value": list(found.f)},
        ],
    }
