"""In which currencies customers buy. The house's main one is that of most orders; amounts are never added across them."""

from django.db.models import QuerySet, Sum

from wellheard.core.models import Member
from wellheard.customers.models import Buyer

UNKNOWN_CODE = "none"
"""How an unknown currency stands in an address."""


def main_currency() -> str:
    """The currency of most orders in the whole house; empty when there are none, or when it is not known."""
    return next(iter(_by_orders(Buyer.objects.all())), "")


def currencies(member: Member) -> list[str]:
    """Those in which the customers whom this member may see have bought, the one of most orders first."""
    return _by_orders(Buyer.objects.visible_to(member))


def code_of(currency: str) -> str:
    """As it stands in an address."""
    return currency or UNKNOWN_CODE


def currency_of(code: str) -> str:
    """What a code in an address means."""
    return "" if code == UNKNOWN_CODE else code.upper()


def _by_orders(buyers: QuerySet[Buyer]) -> list[str]:
    rows = buyers.order_by().values("currency").annotate(number=Sum("orders")).order_by("-number", "currency")
    return [row["currency"] for row in rows]
