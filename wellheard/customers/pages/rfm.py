"""The lists behind the numbers of RFM: those of a pair of scores, of a group, and those who moved."""

from django.db.models import JSONField, OuterRef, Q, Subquery, Value
from django.http import Http404

from wellheard.core.lists import Column, ListPage, how_many
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.customers.buying import scoring
from wellheard.customers.models import Buyer, RfmCut, RfmScore
from wellheard.customers.pages.buying import FIGURES, NAME, buyers, list_of, named


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
