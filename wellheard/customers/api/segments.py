"""Segments, and who was in them on which day."""

from datetime import date, datetime, time
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from wellheard.core.views import member_of
from wellheard.customers.actions import add_segment
from wellheard.customers.api.paging import Asked, page
from wellheard.customers.api.schemas import Sent
from wellheard.customers.models import Segment
from wellheard.customers.segmenting.membership import members_of

router = Router()


class SegmentOut(Schema):
    """Customers with like needs. `rule` is what decides, for those by a rule."""

    id: int
    name: str
    basis: str = Field(description="hand, rule, buying or cluster.")
    about: str = Field(description="account or person.")
    needs: str
    rule: dict[str, Any]
    owner: int | None = Field(None, alias="owner_id")
    party: int | None
    retired_at: datetime | None

    @staticmethod
    def resolve_party(segment: Segment) -> int | None:
        party = getattr(segment, "party", None)
        return party.pk if party is not None else None


class SegmentsOut(Schema):
    items: list[SegmentOut]
    next: int | None


class AskedSegments(Asked):
    """Which segments; those no longer used too, if `retired` says so."""

    about: Literal["account", "person"] | None = None
    retired: bool = False


class AskedMembers(Asked):
    """Who was in it at the end of this day; now, if none is said."""

    on: date | None = None


class MemberOut(Schema):
    """An account or a person in a segment."""

    id: int
    name: str
    reference: str | None = None


class MembersOut(Schema):
    about: str
    on: date | None
    items: list[MemberOut]
    next: int | None


class SegmentIn(Sent):
    """A segment by hand."""

    name: str = Field(min_length=1, max_length=100)
    needs: str = Field("", max_length=10_000)


def segments_for(member: Any) -> Any:
    """Segments that this member may see."""
    return Segment.objects.visible_to(member).select_related("party")


@router.get("/segments", response=SegmentsOut, operation_id="list_segments")
def list_segments(request: HttpRequest, asked: Query[AskedSegments]) -> dict[str, Any]:
    """A page of segments."""
    rows = segments_for(member_of(request))
    if not asked.retired:
        rows = rows.filter(retired_at=None)
    if asked.about is not None:
        rows = rows.filter(about=asked.about)
    return page(request, asked, rows)


@router.get("/segments/{int:pk}", response=SegmentOut, operation_id="get_segment")
def get_segment(request: HttpRequest, pk: int) -> Segment:
    """One segment."""
    found: Segment = get_object_or_404(segments_for(member_of(request)), pk=pk)
    return found


@router.post("/segments", response={201: SegmentOut}, operation_id="add_segment")
def add(request: HttpRequest, given: SegmentIn) -> tuple[int, Segment]:
    """A segment by hand; asked for again under the same name, the one there is."""
    member = member_of(request)
    made = add_segment(given.name, member, at=timezone.now(), needs=given.needs)
    return 201, get_object_or_404(segments_for(member), pk=made.pk)


@router.get("/segments/{int:pk}/members", response=MembersOut, operation_id="list_segment_members")
def members(request: HttpRequest, pk: int, asked: Query[AskedMembers]) -> dict[str, Any]:
    """Who is in it now, or was at the end of a past day; as far as you may see them."""
    member = member_of(request)
    segment = get_object_or_404(Segment.objects.visible_to(member), pk=pk)
    at = None
    if asked.on is not None and asked.on < timezone.localdate():
        at = datetime.combine(asked.on, time.max, timezone.get_current_timezone())
    rows: Any = members_of(segment, at)
    found = page(request, asked, rows.visible_to(member))
    return found | {"about": segment.about, "on": asked.on}
