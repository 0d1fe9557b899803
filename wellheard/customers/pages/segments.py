"""The lists of segments and of their members."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils import timezone

from wellheard.core.lists import Column, Filter, ListPage, how_many
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.customers.models import Account, Person, Segment, SegmentMembership
from wellheard.customers.segmenting.history import LOOKED_BACK

BASES = [(value, str(name)) for value, name in Segment.Basis.choices]
NBSP = "\u00a0"


def segments(member: Member) -> Rows:
    since = timezone.now() - LOOKED_BACK
    return (
        Segment.objects.visible_to(member)
        .select_related("owner", "party")
        .annotate(
            members=_counted(Q(until__isnull=True)),
            joined=_counted(Q(since__gt=since)),
            left=_counted(Q(until__gt=since)),
        )
    )


def _counted(wanted: Q) -> Any:
    """How many memberships of the segment are so; of the rows of the page alone."""
    rows = SegmentMembership.objects.filter(wanted, segment=OuterRef("pk")).order_by().values("segment")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number"), output_field=IntegerField()), 0)


def change_in_words(segment: Any) -> str:
    """`+12 −3`: joined and left."""
    return f"+{segment.joined:,}{NBSP}−{segment.left:,}" if segment.joined or segment.left else "no change"


def is_used(rows: Rows, value: str) -> Rows:
    return rows.filter(retired_at__isnull=value == "used")


def party_words(segment: Segment) -> str:
    return "in the register" if getattr(segment, "party", None) is not None else "not yet"


SEGMENTS = ListPage(
    key="customers.segments",
    title=lambda count: how_many(count, "segment", "segments"),
    rows=segments,
    columns=(
        Column("name", "Segment", lambda s: s.name, url=Segment.get_absolute_url, sort="name"),
        Column("basis", "How it comes about", lambda s: s.get_basis_display(), sort="basis"),
        Column("about", "Of", lambda s: s.get_about_display()),
        Column("members", "Members", lambda s: s.members, kind="number", sort="members"),
        Column("change", "In 90 days", change_in_words, sort="joined"),
        Column("party", "Interested party", party_words),
        Column("owner", "Looked after by", lambda s: s.owner, sort="owner__name"),
        Column("state", "State", lambda s: "retired" if s.retired_at else "", kind="state"),
    ),
    also=(Column("needs", "Needs", lambda s: s.needs),),
    filters=(
        Filter("basis", "How it comes about", lambda member: BASES, lambda rows, value: rows.filter(basis=value)),
        Filter("used", "In use", lambda member: [("used", "in use"), ("retired", "retired")], is_used, default="used"),
    ),
    search=("name", "needs"),
    default_sort="name",
    teach={
        "title": "No segments yet",
        "why": "Customers with like needs: by a rule that anybody can read, by what they buy, found in the data, or chosen "
        "by hand. Every answer keeps the segments of its customer, so that their views can be told apart later.",
        "clause": "ISO 9001 asks in 4.2 who your interested parties are and what they need: segments are where that begins.",
        "button": "Define the first segment",
        "url": "customers:new-segment",
        "permission": "customers.add_segment",
    },
    actions=(
        ("Define a segment", "customers:new-segment", "customers.add_segment"),
        ("Find groups in the data", "customers:clusters", "customers.add_segment"),
    ),
)


def members(member: Member, pk: int) -> Rows:
    """The members now, as far as this member may see them."""
    segment = Segment.objects.visible_to(member).filter(pk=pk).first()
    if segment is None:
        raise Http404
    return members_seen(member, segment)


def members_seen(member: Member, segment: Segment) -> Rows:
    """The same of a segment in hand."""
    held = SegmentMembership.objects.filter(segment=segment, until__isnull=True)
    model: Any = Person if segment.about == "person" else Account
    rows: QuerySet[Any] = model.objects.visible_to(member).filter(merged_into__isnull=True, erased_at__isnull=True)
    mine = held.filter(**{segment.about: OuterRef("pk")})
    found: Rows = (
        rows.filter(pk__in=held.values(f"{segment.about}_id"))
        .select_related("site", "owner")
        .annotate(member_since=Subquery(mine.values("since")[:1]))
    )
    return found


def lately(days: int) -> Any:
    return lambda rows: rows.filter(member_since__gt=timezone.now() - timedelta(days=days))


MEMBERS = ListPage(
    key="customers.segment-members",
    title=lambda count: how_many(count, "member", "members"),
    rows=members,
    columns=(
        Column("name", "Customer", str, url=lambda each: each.get_absolute_url(), sort="name"),
        Column("site", "Site", lambda each: each.site, sort="site__name"),
        Column("owner", "Looked after by", lambda each: each.owner, sort="owner__name"),
        Column("lifecycle", "Standing", lambda each: each.get_lifecycle_display(), sort="lifecycle"),
        Column("since", "Here since", lambda each: each.member_since, kind="date", sort="member_since"),
    ),
    filters=(
        Filter(
            "since",
            "Joined",
            lambda member: [("30", "in the last 30 days"), ("90", "in the last 90 days")],
            lambda rows, value: lately(int(value))(rows),
        ),
    ),
    search=("name",),
    default_sort="name",
    permission="customers.see_segment",
    teach={
        "title": "Nobody belongs here now",
        "why": "Whoever fits is here after the next look, every night or at the press of the button.",
    },
)
