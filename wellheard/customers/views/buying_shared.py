"""What the pages of buying have in common: the currency, the last look, and the way to those behind a number."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from wellheard.core import access
from wellheard.core.models import Member
from wellheard.core.views import may_offer, member_of, only_those_who
from wellheard.customers.buying.currencies import code_of, currencies, currency_of
from wellheard.customers.buying.money import currency_name
from wellheard.customers.models import BuyingLook


def only_readers(member: Member) -> None:
    """404 for those who see no orders."""
    only_those_who(member, "customers.see_order")


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


def shared_of(request: HttpRequest, name: str, **also: str) -> dict[str, Any]:
    """The context of every page of buying; `name` is its address, `also` what its currency chips keep of the query."""
    member = member_of(request)
    only_readers(member)
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
        "may_look": may_offer(member, "customers.look_at_buying"),
    }


def _import_url(member: Member) -> str:
    """Where orders are brought in, for those who may."""
    may_import = access.may(member, "core.import") and access.may(member, "customers.add_orders")
    return reverse("customers:import-transactions") if may_import and not member.is_read_only else ""


def buyers_url(currency: str, **filters: str) -> str:
    """The list of the buyers in this currency, narrowed by filters."""
    return f"{reverse('customers:buyers')}?{urlencode({'currency': code_of(currency), **filters})}"
