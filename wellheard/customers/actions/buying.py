"""What we do about buying: look at all orders, cut RFM, add orders of other programs, match them, dismiss warnings."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Sum
from django.utils import timezone

from wellheard.core.action import action, detail
from wellheard.core.actors import Actor
from wellheard.core.batches import in_batches
from wellheard.core.errors import Refusal
from wellheard.customers.actions.external import remember_external_id
from wellheard.customers.buying import figures, scoring
from wellheard.customers.buying.known import owners_of
from wellheard.customers.buying.storing import NewOrder, Stored, store
from wellheard.customers.models import (
    Account,
    Buyer,
    BuyingLook,
    Order,
    Person,
    RfmCut,
    WarningDismissal,
)

LONGEST_QUIET = 366
REASON_LENGTH = 500


@action("customers.look_at_buying")
def look_at_buying(by: Actor, *, at: datetime) -> BuyingLook:
    """Work out everything that follows from orders, as of today: figures, cohorts, warnings."""
    day = timezone.localdate(at)
    buyers = figures.renew_everybody(at)
    figures.count_cohorts(day)
    look = BuyingLook(
        on=day,
        at=at,
        buyers=buyers,
        orders=Buyer.objects.aggregate(orders=Sum("orders"))["orders"] or 0,
        warnings=Buyer.objects.filter(warning__gt=0).count(),
    )
    look.save()
    return look


@action("customers.cut_rfm")
def cut_rfm(by: Actor, *, at: datetime, currency: str, on: date | None = None) -> RfmCut:
    """Set the limits between the scores as of a day (today), and score everybody who bought in this currency."""
    day = on or timezone.localdate(at)
    if day > timezone.localdate(at):
        raise Refusal("That day lies ahead. Nothing was saved; choose today or an earlier one.", field="on")
    made, buyers = scoring.cut(day, currency, at)
    if not buyers:
        raise Refusal(
            f"Nobody has ordered by {day:%-d %B %Y} in this currency. Nothing was saved; choose a later day.",
            field="on",
        )
    made.save()
    scoring.keep_scores(made, buyers)
    return made


@action("customers.add_orders")
def add_orders(
    source: str, orders: Sequence[NewOrder], by: Actor, *, at: datetime, site_id: int | None = None
) -> Stored:
    """Orders that another program sends: each number of the source is stored once.

    What is there already with another content is not changed; it is among `differing`. Refused as a whole when a number
    is given twice in one call.
    """
    name = _source(source)
    numbers = [order.external_id for order in orders]
    if len(set(numbers)) < len(numbers):
        raise Refusal("One order number is given twice. Nothing was saved; send each order once.", field="external_id")
    found = store(name, orders, owners_of(name, [order.customer_key for order in orders]), site_id=site_id)
    new = Order.objects.filter(source=name).order_by("pk").values_list("account_id", "person_id")
    rows = [
        row for some in in_batches(found.new) for row in new.filter(external_id__in=[each.external_id for each in some])
    ]
    figures.renew_customers(
        sorted({account for account, _ in rows if account}),
        sorted({person for account, person in rows if person and not account}),
        at,
    )
    detail(source=name, stored=len(found.new), there=len(found.same), differing=len(found.differing))
    return found


@action("customers.match_orders", creates=True)
def match_orders(customer: Account | Person, source: str, customer_key: str, by: Actor, *, at: datetime) -> int:
    """The orders of an unknown customer of a source are this customer's; later ones will find them. Gives how many."""
    if customer.is_merged or customer.erased_at is not None:
        raise Refusal("That record stands for nobody any more. Nothing was saved; choose another customer.")
    if not customer_key:
        raise Refusal("These orders name no customer. Nothing was saved.")
    remember_external_id(customer, source, customer_key, by, at=at)
    rows = Order.objects.of_buyer(None, None, source, customer_key)
    account_id = customer.pk if isinstance(customer, Account) else customer.account_id
    person_id = customer.pk if isinstance(customer, Person) else None
    matched = rows.update(account_id=account_id, person_id=person_id, site_id=customer.site_id)
    Buyer.objects.filter(key=f"k:{source}:{customer_key}").delete()
    figures.renew_customers([account_id] if account_id else [], [person_id] if person_id and not account_id else [], at)
    detail(source=source, orders=matched)
    return matched


@action("customers.dismiss_warning", creates=True)
def dismiss_warning(buyer: Buyer, reason: str, days: int, by: Actor, *, at: datetime) -> WarningDismissal:
    """The warning is a false alarm: it stays quiet for so many days, for all to see why."""
    words = " ".join(reason.split())
    if not words:
        raise Refusal("Why is it a false alarm? Nothing was saved; say it in a few words.", field="reason")
    if len(words) > REASON_LENGTH:
        raise Refusal(f"The reason is longer than {REASON_LENGTH} characters. Nothing was saved.", field="reason")
    if not 1 <= days <= LONGEST_QUIET:
        raise Refusal(f"A warning stays quiet for 1 to {LONGEST_QUIET} days. Nothing was saved.", field="days")
    if buyer.customer is None:
        raise Refusal("Nobody knows this customer yet. Nothing was saved; match their orders first.")
    until = timezone.localdate(at) + timedelta(days=days)
    made = WarningDismissal(
        account=buyer.account,
        person=None if buyer.account else buyer.person,
        site_id=buyer.customer.site_id,
        reason=words,
        until=until,
        noted_at=at,
        said=[each["words"] for each in buyer.reasons],
    )
    made.save()
    Buyer.objects.filter(key=buyer.key).update(dismissed_until=until)
    return made


def _source(source: str) -> str:
    name = " ".join(source.split()).lower()
    if not name or len(name) > 60:
        raise Refusal(
            "Which program do the orders come from? Nothing was saved; name it in 1 to 60 characters.", field="source"
        )
    return name
