"""RFM: how many buyers score how, which groups that makes, and who moved."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from wellheard.core.templatetags.words import count, counted
from wellheard.core.views import may_offer, member_of
from wellheard.customers.actions.buying import cut_rfm
from wellheard.customers.actions.segments import add_segment
from wellheard.customers.buying import reading
from wellheard.customers.buying.money import money
from wellheard.customers.buying.scoring import GROUPS, Group, group, group_of
from wellheard.customers.forms.buying import CutForm
from wellheard.customers.forms.refusals import RefusalsAt
from wellheard.customers.models import RfmCut, Segment
from wellheard.customers.views.buying_shared import only_readers, shared_of

MOVES_SHOWN = 12
FIVE = 5
GROUP_COLUMNS = (
    {"label": "Group"},
    {"label": "Customers", "numeric": True},
    {"label": "Bought for, on average", "numeric": True},
    {"label": "What to do"},
)


@login_required
@require_GET
def rfm(request: HttpRequest) -> HttpResponse:
    """How many buyers score how, which groups that makes, and who moved since the cut before."""
    shared = shared_of(request, "customers:buying-rfm")
    if not shared["has_buyers"]:
        return render(request, "customers/buying_empty.html", shared)
    return _rfm_page(request, shared, CutForm())


def _rfm_page(request: HttpRequest, shared: dict[str, Any], form: CutForm, status: int = 200) -> HttpResponse:
    member, currency = member_of(request), shared["currency"]
    found = reading.cuts(currency)
    shared |= {
        "form": form,
        "may_cut": may_offer(member, "customers.cut_rfm"),
        "may_segment": may_offer(member, "customers.add_segment"),
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
    shared = shared_of(request, "customers:buying-rfm")
    form = CutForm(request.POST)
    address = f"{reverse('customers:buying-rfm')}?currency={shared['currency_code']}"
    if form.is_valid():
        with RefusalsAt(form):
            made = cut_rfm(
                member_of(request), at=timezone.now(), currency=shared["currency"], on=form.cleaned_data["on"]
            )
            messages.success(request, f"{counted(made.buyers, 'customer,customers')} scored as of {made.on:%-d %B %Y}.")
            return HttpResponseRedirect(address)
    return _rfm_page(request, shared, form, 422)


@login_required
@require_POST
def make_segment(request: HttpRequest, key: str) -> HttpResponse:
    """A group of scores as a segment that follows every later cut."""
    member = member_of(request)
    only_readers(member)
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
