"""What follows from the segment that somebody chose on the account itself: the main one, a membership like any other."""

from datetime import datetime

from wellheard.core.errors import Refusal
from wellheard.customers.models import Account, Segment, SegmentMembership

HAND = Segment.Basis.HAND


def keep_hand_membership(account: Account, at: datetime) -> None:
    """Bring the memberships in line with `account.segment`; called by the actions that add and change accounts.

    Refused when the segment is decided by a rule or the data, or is no longer used. Segments that the account was put into
    on the segment's own page stay as they are.
    """
    segment = account.segment
    rows = SegmentMembership.objects.filter(account=account, until__isnull=True)
    present = {each.segment_id: each for each in rows}
    if segment is not None and segment.pk not in present:
        if segment.basis != HAND:
            raise Refusal(
                f"Who belongs to “{segment.name}” is decided by {decided_by(segment)}, not by hand. Nothing was saved; "
                "choose another segment, or leave it empty.",
                field="segment",
            )
        if segment.retired_at is not None:
            raise Refusal(
                f"The segment “{segment.name}” is no longer used. Nothing was saved; choose another, or leave it empty.",
                field="segment",
            )
    for each in present.values():
        if each.is_main and (segment is None or each.segment_id != segment.pk):
            SegmentMembership.objects.filter(pk=each.pk).update(until=at)
    if segment is None or segment.basis != HAND:
        return
    mine = present.get(segment.pk)
    if mine is None:
        SegmentMembership.objects.create(segment=segment, account=account, since=at, is_main=True)
    elif not mine.is_main:
        SegmentMembership.objects.filter(pk=mine.pk).update(is_main=True)


def decided_by(segment: Segment) -> str:
    """What decides who belongs to it, in words."""
    return {
        Segment.Basis.RULE.value: "a rule",
        Segment.Basis.BUYING.value: "what customers buy",
    }.get(segment.basis, "the data")
