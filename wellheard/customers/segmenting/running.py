"""A look at who belongs to a segment: who joins and who leaves follows from the rule, the field or the data."""

from collections.abc import Iterable
from datetime import datetime

from wellheard.core.action import action, detail
from wellheard.core.actors import Actor
from wellheard.core.batches import in_batches
from wellheard.core.errors import Refusal
from wellheard.customers.models import Account, Segment, SegmentMembership, SegmentRun
from wellheard.customers.segmenting.clusters import nearest_to
from wellheard.customers.segmenting.rules import customers, fitting, read_rule
from wellheard.customers.segmenting.sentences import about_of
from wellheard.customers.traits import Traits


@action("customers.renew_segment")
def renew(segment: Segment, by: Actor, *, at: datetime) -> SegmentRun:
    """Bring the memberships in line with what the segment says, as one difference of two sets; notes what changed.

    Refused for a segment that is no longer used, and for one whose rule asks for something that is no longer known.
    """
    if segment.retired_at is not None:
        raise Refusal(f"“{segment.name}” is no longer used, so nobody joins or leaves. Nothing was changed.")
    wanted = belonging_to(segment, at)
    rows = SegmentMembership.objects.filter(segment=segment, until__isnull=True)
    about = about_of(segment)
    present = dict(rows.values_list(f"{about}_id", "pk"))
    joining = sorted(wanted - present.keys())
    leaving = sorted(pk for customer, pk in present.items() if customer not in wanted)
    for some in in_batches(leaving):
        SegmentMembership.objects.filter(pk__in=some).update(until=at)
    is_main = segment.basis == Segment.Basis.HAND
    for some in in_batches(joining):
        SegmentMembership.objects.bulk_create(
            SegmentMembership(segment=segment, since=at, is_main=is_main, **{f"{about}_id": each}) for each in some
        )
    run = SegmentRun(
        segment=segment,
        at=at,
        rule=segment.rule,
        members=len(wanted),
        joined=len(joining),
        left=len(leaving),
    )
    run.save()
    detail(members=len(wanted), joined=len(joining), left=len(leaving))
    return run


def belonging_to(segment: Segment, at: datetime) -> set[int]:
    """The ids of the accounts (or people) that the segment holds at this moment, whatever was the case before."""
    about = about_of(segment)
    if segment.basis == Segment.Basis.HAND:
        return _by_hand(segment)
    if segment.basis == Segment.Basis.CLUSTER:
        return nearest_to(segment, at)
    rule = read_rule(segment.rule, Traits(about))
    return set(fitting(rule, about, at).values_list("pk", flat=True))


def _by_hand(segment: Segment) -> set[int]:
    """Those with the segment on the account itself, and those who were put into it here."""
    about = about_of(segment)
    put = SegmentMembership.objects.filter(segment=segment, until__isnull=True, is_main=False).values(f"{about}_id")
    found: Iterable[int] = customers(about).filter(pk__in=put).values_list("pk", flat=True)
    if about == "person":
        return set(found)
    chosen = Account.objects.filter(segment=segment, merged_into__isnull=True, erased_at__isnull=True)
    return {*found, *chosen.values_list("pk", flat=True)}


def renew_all(by: Actor, *, at: datetime) -> dict[int, str]:
    """A look at every segment in use, each in a transaction of its own; gives the refusal of those that could not be told."""
    refused: dict[int, str] = {}
    for segment in Segment.objects.filter(retired_at__isnull=True).order_by("pk"):
        try:
            renew(segment, by, at=at)
        except Refusal as refusal:
            refused[segment.pk] = refusal.sentence
    return refused
