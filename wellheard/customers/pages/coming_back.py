"""The list behind the numbers of who comes back: a group of first orders, and those of it who ordered again."""

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.customers.buying.adding_up import MONTHS
from wellheard.customers.buying.currencies import currency_of
from wellheard.customers.models import Order
from wellheard.customers.pages.buying import buyers, list_of
from wellheard.ground.periods import month_of

MOST_AGE = 1_200


def of_cohort(member: Member, unit: str, currency: str, cohort: str, age: int) -> Rows:
    """Who first ordered in that period, and again so many periods later (0: all of them)."""
    months = MONTHS.get(unit)
    if months is None or age > MOST_AGE:
        raise Http404
    try:
        first = month_of(date.fromisoformat(f"{cohort}-01"))
        again = first.shifted(age * months)
        first_until, again_until = first.shifted(months), again.shifted(months)
    except (ValueError, OverflowError):
        raise Http404 from None
    rows = buyers(member).filter(
        currency=currency_of(currency), first_on__gte=first.first, first_on__lt=first_until.first
    )
    if not age:
        return rows
    later = Order.objects.filter(
        currency=currency_of(currency),
        is_cancelled=False,
        is_total=False,
        ordered_on__gte=again.first,
        ordered_on__lt=again_until.first,
    )
    of_account = Exists(later.filter(account=OuterRef("account")))
    of_person = Exists(later.filter(account=None, person=OuterRef("person")))
    of_nobody = Exists(
        later.filter(account=None, person=None, source=OuterRef("source"), customer_key=OuterRef("customer_key"))
    )
    return rows.filter(
        Q(of_account, account__isnull=False)
        | Q(of_person, person__isnull=False)
        | Q(of_nobody, account__isnull=True, person__isnull=True)
    )


COHORT = list_of("customers.cohort", of_cohort, "Those of this group of first orders who ordered again then.")
