"""RFM of all buyers of a currency on one day: limits, scores, and who moved since the cut before and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from wellheard.core.bulk import insert_rows
from wellheard.customers.buying.adding_up import Scope, Sums, sums
from wellheard.customers.models import RfmCut, RfmScore
from wellheard.ground.rfm import Limits, Scores, limits_of, scores_of

COLUMNS = ("cut_id", "buyer", "site_id", "recency", "orders", "amount", "r", "f", "m")


@dataclass(frozen=True)
class Group:
    """Buyers with like scores, with a plain name and what one does about them. `r` and `fm` are the lowest and highest."""

    key: str
    name: str
    advice: str
    r: tuple[int, int]
    f: tuple[int, int]


# Every pair of recency and frequency is in exactly one group; the amount is shown beside and decides no group.
GROUPS = (
    Group("best", "The best", "Often and just now. Ask them what we do right, and hold it.", (4, 5), (4, 5)),
    Group("loyal", "Loyal", "Regular, not long ago. Let them not become fewer.", (3, 3), (4, 5)),
    Group("growing", "Growing", "Here just now, for a few orders. Make it easy to come again.", (4, 5), (2, 3)),
    Group("new", "New", "The first orders, just now. The next weeks decide whether they stay.", (4, 5), (1, 1)),
    Group("fading", "Fading", "Few or some orders, a while ago. A reason to come back helps.", (3, 3), (1, 3)),
    Group("leaving", "Leaving", "Ordered often, and long ago. Call before they are gone.", (1, 2), (4, 5)),
    Group("sleeping", "Sleeping", "Some orders, long ago.", (1, 2), (2, 3)),
    Group("gone", "Gone", "One order or two, long ago. Ask one last time why.", (1, 2), (1, 1)),
)


def group_of(r: int, f: int) -> Group:
    """The group of these two scores."""
    return next(each for each in GROUPS if each.r[0] <= r <= each.r[1] and each.f[0] <= f <= each.f[1])


def group(key: str) -> Group | None:
    """The group of this key."""
    return next((each for each in GROUPS if each.key == key), None)


def measured(day: date, currency: str) -> Iterator[Sums]:
    """The buyers of this currency with an order up to that day."""
    for some in sums(day, Scope("o.currency = %s", (currency,))):
        yield from (each for each in some if each.orders)


def cut(day: date, currency: str, at: datetime) -> tuple[RfmCut, list[Sums]]:
    """The limits on this day, not saved yet, and the buyers that they follow from."""
    found = list(measured(day, currency))
    limits = limits_of(
        [_recency(each, day) for each in found],
        [each.orders for each in found],
        [float(each.amount) for each in found],
    )
    return (
        RfmCut(
            on=day,
            at=at,
            currency=currency,
            buyers=len(found),
            recency=_plain(limits.recency),
            orders=_plain(limits.orders),
            amount=_plain(limits.amount),
        ),
        found,
    )


def keep_scores(made: RfmCut, buyers: Sequence[Sums]) -> None:
    """Store the scores of a cut that is saved."""
    limits = limits_in(made)
    exact = connection.ops.adapt_decimalfield_value
    rows = []
    for each in buyers:
        recency = _recency(each, made.on)
        scores = scores_of(recency, each.orders, float(each.amount), limits)
        rows.append(
            (
                made.pk,
                each.key,
                each.site_id,
                recency,
                each.orders,
                exact(each.amount, 16, 2),
                scores.r,
                scores.f,
                scores.m,
            )
        )
    insert_rows(RfmScore._meta.db_table, COLUMNS, rows)


def limits_in(made: RfmCut) -> Limits:
    """The limits that a cut has kept."""
    return Limits(
        tuple(float(each) for each in made.recency),
        tuple(float(each) for each in made.orders),
        tuple(float(each) for each in made.amount),
    )


def why_moved(was: RfmScore, now: RfmScore, before: RfmCut) -> str:
    """Why someone scores otherwise than at the cut before: their own figures, the limits, or both."""
    old = (was.r, was.f, was.m)
    under_old = _tuple(scores_of(now.recency, now.orders, float(now.amount), limits_in(before)))
    new = (now.r, now.f, now.m)
    if under_old == new:
        return "their own figures changed"
    if under_old == old:
        return "only the limits moved"
    return "their own figures and the limits moved"


def _tuple(scores: Scores) -> tuple[int, int, int]:
    return scores.r, scores.f, scores.m


def _recency(each: Sums, day: date) -> int:
    return (day - each.last_on).days if each.last_on else 0


def _plain(limits: Sequence[float]) -> list[str]:
    """Exact texts: the trail keeps no floats."""
    return [f"{each:.4f}".rstrip("0").rstrip(".") for each in limits]
