"""The lists of buying: buyers with their figures, orders, early warnings, who is lost, and whom nobody knows yet."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from django.db.models import Exists, JSONField, OuterRef, Q, Subquery, Value
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from wellheard.core.lists import Column, Filter, ListPage, how_many, site_filter
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.customers.buying import scoring
from wellheard.customers.buying.adding_up import MONTHS, YEAR
from wellheard.customers.buying.currencies import code_of, currencies, currency_of
from wellheard.customers.buying.money import currency_name, money
from wellheard.customers.buying.warnings import UNHAPPY
from wellheard.customers.models import Account, Buyer, Order, Person, RfmCut, RfmScore

NO_ORDERS = {
    "title": "No orders yet",
    "why": "Bring a file of orders from your shop or your accounts: one row an order, or a row a line. What customers buy, "
    "who comes back and who is about to leave follows from it.",
    "clause": "ISO 9001 asks in 9.1.2 how customers see us; whether they come back is one answer.",
    "button": "Bring a file of orders",
    "url": "customers:import-transactions",
    "permission": "core.import",
}

SIGNALS: tuple[tuple[str, str, Q], ...] = (
    ("unhappy", f"Gave {UNHAPPY} or less of 10", Q(last_score__lte=UNHAPPY)),
    ("open", "Something is open", Q(open_matters__gt=0)),
    ("silent", "Silent for 12 months", Q(is_silent=True)),
    ("stake", "Unhappy, open or silent", Q(last_score__lte=UNHAPPY) | Q(open_matters__gt=0) | Q(is_silent=True)),
    ("active", "Ordered in 12 months", Q(orders_12__gt=0)),
    ("lost", "Lost", Q(is_lost=True)),
    ("again", "Ordered again", Q(again_after__isnull=False)),
    ("unknown", "Not matched yet", Q(account__isnull=True, person__isnull=True)),
)


def buyers(member: Member) -> Rows:
    return Buyer.objects.visible_to(member).select_related("account__owner", "person__owner", "site")


def currency_choices(member: Member) -> Sequence[tuple[str, str]]:
    return [(code_of(each), currency_name(each)) for each in currencies(member)]


def in_currency(rows: Rows, code: str) -> Rows:
    return rows.filter(currency=currency_of(code))


def with_signal(rows: Rows, value: str) -> Rows:
    return rows.filter(next(condition for key, _, condition in SIGNALS if key == value))


def new_lately(rows: Rows) -> Rows:
    return rows.filter(first_on__gt=timezone.localdate() - timedelta(days=YEAR))


def named(rows: Rows, words: str) -> Rows:
    for word in words.split()[:10]:
        rows = rows.filter(
            Q(account__name__icontains=word) | Q(person__name__icontains=word) | Q(customer_key__icontains=word)
        )
    return rows


def owner(buyer: Buyer) -> object:
    return buyer.customer.owner if buyer.customer else None


CURRENCY = Filter("currency", "Currency", currency_choices, in_currency)
SIGNAL = Filter("signal", "Which", lambda member: [(key, words) for key, words, _ in SIGNALS], with_signal)
NEW = Filter(
    "since", "First order", lambda member: [("year", "in the last 12 months")], lambda rows, value: new_lately(rows)
)

NAME = Column("customer", "Customer", str, url=Buyer.get_absolute_url, note=lambda b: currency_name(b.currency))
FIGURES = (
    Column("last_on", "Last order", lambda b: b.last_on, kind="date", sort="last_on"),
    Column("orders_12", "Orders in 12 months", lambda b: b.orders_12, kind="number", sort="orders_12"),
    Column(
        "amount_12",
        "Amount in 12 months",
        lambda b: money(b.amount_12, b.currency),
        kind="text",
        sort="amount_12",
        whole=lambda b: b.amount_12,
    ),
    Column(
        "amount_before",
        "In the 12 before",
        lambda b: money(b.amount_before, b.currency),
        sort="amount_before",
        whole=lambda b: b.amount_before,
    ),
    Column("amount", "In all", lambda b: money(b.amount, b.currency), sort="amount", whole=lambda b: b.amount),
)
SCORE = Column("score", "Last recommendation", lambda b: b.last_score, kind="number", sort="last_score")
ALSO = (
    Column("currency", "Currency", lambda b: b.currency),
    Column("first_on", "First order", lambda b: b.first_on, kind="date"),
    Column("orders", "Orders in all", lambda b: b.orders, kind="number"),
    Column("gap", "Usual days between orders", lambda b: None if b.usual_gap is None else round(b.usual_gap, 1)),
)


def list_of(
    key: str, rows: Callable[..., Rows], lead: str = "", one: str = "customer", many: str = "customers"
) -> ListPage:
    """A list of buyers with their figures, narrowed to those behind a number."""
    return ListPage(
        key=key,
        title=lambda count: how_many(count, one, many),
        rows=rows,
        columns=(NAME, *FIGURES, SCORE),
        also=ALSO,
        filters=(CURRENCY, SIGNAL, NEW, site_filter()),
        search=named,
        default_sort="-amount_12",
        lead=lead,
        teach=NO_ORDERS,
    )


BUYERS = list_of(
    "customers.buyers", buyers, "Figures of each customer and currency, as of the last look.", "buyer", "buyers"
)


# ---- behind the numbers of RFM and cohorts -------------------------------------------------------------------------
def _cut(pk: int) -> RfmCut:
    found = RfmCut.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _scored(member: Member, cut: RfmCut, condition: Q) -> Rows:
    keys = RfmScore.objects.visible_to(member).filter(condition, cut=cut).values("buyer")
    return buyers(member).filter(currency=cut.currency, key__in=keys)


def of_cell(member: Member, cut: int, r: int, f: int) -> Rows:
    return _scored(member, _cut(cut), Q(r=r, f=f))


def of_group(member: Member, cut: int, group: str) -> Rows:
    found = scoring.group(group)
    if found is None:
        raise Http404
    return _scored(member, _cut(cut), Q(r__range=found.r, f__range=found.f))


def of_cohort(member: Member, unit: str, currency: str, cohort: str, age: int) -> Rows:
    """Who first ordered in that period, and again so many periods later (0: all of them)."""
    months = MONTHS.get(unit)
    try:
        first = date.fromisoformat(f"{cohort}-01")
    except ValueError:
        first = None
    if months is None or first is None or age > 1200:
        raise Http404
    rows = buyers(member).filter(
        currency=currency_of(currency), first_on__gte=first, first_on__lt=months_after(first, months)
    )
    if not age:
        return rows
    start = months_after(first, age * months)
    later = Order.objects.filter(
        currency=currency_of(currency),
        is_cancelled=False,
        is_total=False,
        ordered_on__gte=start,
        ordered_on__lt=months_after(start, months),
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


def months_after(first: date, months: int) -> date:
    """The first day of the month so many months later."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def moved(member: Member, cut: int, was: str, now: str) -> Rows:
    """Who was in one group at the cut before, and is in another at this one; with both scores."""
    newest = _cut(cut)
    before = RfmCut.objects.filter(currency=newest.currency, at__lt=newest.at).order_by("-at", "-pk").first()
    groups = [scoring.group(was), scoring.group(now)]
    if before is None or None in groups:
        raise Http404
    rows = _scored(member, newest, _in(groups[1])).filter(
        key__in=RfmScore.objects.visible_to(member).filter(_in(groups[0]), cut=before).values("buyer")
    )
    fields = ("recency", "orders", "amount", "r", "f", "m")
    scores = {
        f"{when}_{field}": Subquery(RfmScore.objects.filter(cut=each, buyer=OuterRef("key")).values(field)[:1])
        for when, each in (("was", before), ("now", newest))
        for field in fields
    }
    limits = {name: getattr(before, name) for name in ("recency", "orders", "amount")}
    found: Rows = rows.annotate(**scores, limits_before=Value(limits, JSONField()))
    return found


def _in(found: scoring.Group | None) -> Q:
    return Q(r__range=found.r, f__range=found.f) if found else Q(pk__in=())


def _score(buyer: Buyer, when: str) -> RfmScore:
    return RfmScore(
        **{name: getattr(buyer, f"{when}_{name}") for name in ("recency", "orders", "amount", "r", "f", "m")}
    )


def scores_in_words(buyer: Buyer, when: str) -> str:
    found = _score(buyer, when)
    return f"{found.r} {found.f} {found.m}"


def why_moved(buyer: Buyer) -> str:
    before = RfmCut(**buyer.limits_before)  # type: ignore[attr-defined]
    return scoring.why_moved(_score(buyer, "was"), _score(buyer, "now"), before)


MOVED = ListPage(
    key="customers.rfm-moved",
    title=lambda count: how_many(count, "customer moved", "customers moved"),
    rows=moved,
    columns=(
        NAME,
        Column("was", "Recency, frequency, amount: was", lambda b: scores_in_words(b, "was")),
        Column("now", "Is now", lambda b: scores_in_words(b, "now")),
        Column("why", "Because", why_moved),
        *FIGURES[:3],
    ),
    search=named,
    default_sort="-amount_12",
    lead="Scored under the limits of the cut before and under those of now, so that it shows what moved.",
)
CELL = list_of("customers.rfm-cell", of_cell, "Those with these scores at the cut.")
GROUP = list_of("customers.rfm-group", of_group, "Those of this group at the cut.")
COHORT = list_of("customers.cohort", of_cohort, "Those of this group of first orders who ordered again then.")


# ---- early warnings, lost ones, unknown ones -----------------------------------------------------------------------
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


# ---- orders --------------------------------------------------------------------------------------------------------
def orders(member: Member, account: int | None = None, person: int | None = None) -> Rows:
    rows = Order.objects.visible_to(member).select_related("account", "person", "batch")
    if account is not None:
        if not Account.objects.visible_to(member).filter(pk=account).exists():
            raise Http404
        return rows.filter(account=account)
    if person is not None:
        if not Person.objects.visible_to(member).filter(pk=person).exists():
            raise Http404
        return rows.filter(person=person)
    return rows


def whose(order: Order) -> object:
    return order.account or order.person or order.customer_key or "nobody named"


def order_url(order: Order) -> str:
    customer = order.account or order.person
    return customer.get_absolute_url() if customer else ""


def containing(rows: Rows, words: str) -> Rows:
    for word in words.split()[:10]:
        rows = rows.filter(
            Q(external_id__istartswith=word) | Q(customer_key__istartswith=word) | Q(what__icontains=word)
        )
    return rows


ORDERS = ListPage(
    key="customers.orders",
    title=lambda count: how_many(count, "order", "orders"),
    rows=orders,
    columns=(
        Column(
            "number", "Number", lambda o: o.external_id if not o.external_id.startswith(("said:", "total:")) else "none"
        ),
        Column("customer", "Customer", whose, url=order_url),
        Column("day", "Day", lambda o: o.ordered_on, kind="date", sort="ordered_on"),
        Column("amount", "Amount", lambda o: money(o.amount, o.currency), sort="amount", whole=lambda o: o.amount),
        Column("what", "What", lambda o: o.what[:80], whole=lambda o: o.what),
        Column("source", "Source", lambda o: o.source, note=lambda o: o.batch.reference if o.batch else ""),
    ),
    also=(
        Column("currency", "Currency", lambda o: o.currency),
        Column("quantity", "Quantity", lambda o: o.quantity),
        Column("lines", "Lines", lambda o: o.lines),
        Column("customer_key", "Customer at the source", lambda o: o.customer_key),
    ),
    filters=(
        Filter(
            "sort_of",
            "Which",
            lambda member: [
                ("orders", "Orders"),
                ("credit", "Cancelled or given back"),
                ("totals", "Totals up to a day"),
                ("nobody", "Without a customer"),
            ],
            lambda rows, value: rows.filter(
                {
                    "orders": Q(is_cancelled=False, is_total=False),
                    "credit": Q(is_cancelled=True),
                    "totals": Q(is_total=True),
                    "nobody": Q(account=None, person=None, customer_key=""),
                }[value]
            ),
        ),
        site_filter(),
    ),
    search=containing,
    actions=(("Bring a file of orders", "customers:import-transactions", "core.import"),),
    default_sort="-ordered_on",
    teach=NO_ORDERS,
)
