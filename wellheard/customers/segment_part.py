"""The segments of a customer, and how they changed, on the customer's page."""

from typing import Any

from wellheard.core import access
from wellheard.core.models import Member
from wellheard.core.templatetags.words import day
from wellheard.customers.models import Account, Person, SegmentMembership
from wellheard.customers.parts import Part, register_part

SHOWN = 12


def segments_of(record: Account | Person, member: Member) -> dict[str, Any] | None:
    """The segments that they are in, and those that they were in; one query."""
    if not access.may(member, "customers.see_segment"):
        return None
    mine = {"account": record} if isinstance(record, Account) else {"person": record}
    rows = SegmentMembership.objects.filter(**mine).select_related("segment").order_by("-since", "-pk")[:SHOWN]
    present = [each for each in rows if each.until is None]
    past = [each for each in rows if each.until is not None]
    if not present and not past:
        return None
    return {
        "segments": [
            {
                "title": each.segment.name,
                "url": each.segment.get_absolute_url(),
                "note": f"since {day(each.since)}{', the main one' if each.is_main else ''}",
            }
            for each in present
        ],
        "past": [
            {
                "title": each.segment.name,
                "url": each.segment.get_absolute_url(),
                "note": f"{day(each.since)} to {day(each.until)}",
            }
            for each in past
        ],
    }


def register() -> None:
    """Show it beside the story."""
    register_part(
        Part("customers.segments", "Segments", segments_of, "customers/segments_part.html", place="aside", order=40)
    )
