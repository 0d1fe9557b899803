"""Interested parties and their needs for programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Prefetch
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from wellheard.core.models import Member, Site
from wellheard.core.views import member_of
from wellheard.customers.actions.parties import (
    add_need,
    add_party,
    change_need,
    decide_climate,
    review_party,
    watch_need,
)
from wellheard.customers.api.paging import Asked, page
from wellheard.customers.api.schemas import Sent
from wellheard.customers.models import InterestedParty, PartyNeed, PartyReview

router = Router()
BIGGEST = 2**63
Sort = Literal["end_user", "regulator", "supplier", "intermediary", "staff", "owner", "community", "other"]
AnySort = Literal["segment", Sort]
Standing = Literal["law", "contract", "chosen", "expected"]
Through = Literal["undecided", "yes", "no"]
Verdict = Literal["", "met", "not_met", "unclear"]


class NeedOut(Schema):
    """A need. `met` is empty until somebody looked; `reading` is the latest measurement with its base and interval."""

    id: int
    reference: str
    party: int = Field(alias="party_id")
    words: str
    standing: str
    is_relevant: bool
    relevance_reason: str
    is_about_climate: bool
    through: str
    through_reason: str
    addressed_by: str
    monitored_by: str
    indicator: str
    indicator_scope: dict[str, Any]
    target: Decimal | None
    met: str
    reading: dict[str, Any]
    measured_at: datetime | None
    owner: int | None = Field(None, alias="owner_id")


class PartyOut(Schema):
    """A party with its needs of now."""

    id: int
    reference: str
    name: str
    sort: str
    segment: int | None = Field(None, alias="segment_id")
    site: int | None = Field(None, alias="site_id")
    owner: int | None = Field(None, alias="owner_id")
    why_relevant: str
    influence: int | None
    interest: int | None
    climate: str
    climate_reason: str
    climate_decided_at: datetime | None
    review_every_months: int
    next_review_on: date | None
    retired_at: datetime | None
    needs: list[NeedOut]

    @staticmethod
    def resolve_needs(party: InterestedParty) -> list[PartyNeed]:
        return list(party.needs.all())


class PartiesOut(Schema):
    items: list[PartyOut]
    next: int | None


class ReviewOut(Schema):
    """A review, with the state of then."""

    id: int
    party: int = Field(alias="party_id")
    at: datetime
    reviewer: int = Field(alias="reviewer_id")
    conclusion: str
    state: dict[str, Any]


class ReviewsOut(Schema):
    items: list[ReviewOut]
    next: int | None


class AskedParties(Asked):
    """Which parties; `overdue` asks for those whose review is late."""

    sort: AnySort | None = None
    overdue: bool = False
    retired: bool = False


class PartyIn(Sent):
    """A party for the register. Segments are in it by themselves."""

    name: str = Field(min_length=1, max_length=200)
    sort: Sort = "other"
    site: int | None = Field(None, ge=0, lt=BIGGEST)
    owner: int | None = Field(None, ge=0, lt=BIGGEST)
    why_relevant: str = Field("", max_length=10_000)
    influence: int | None = Field(None, ge=1, le=5)
    interest: int | None = Field(None, ge=1, le=5)
    review_every_months: int = Field(12, ge=1, le=60)


class NeedIn(Sent):
    """A need, and what is decided about it; what is left out stays as it is."""

    words: str | None = Field(None, min_length=1, max_length=10_000)
    standing: Standing | None = None
    is_relevant: bool | None = None
    relevance_reason: str | None = Field(None, max_length=10_000)
    is_about_climate: bool | None = None
    through: Through | None = None
    through_reason: str | None = Field(None, max_length=10_000)
    addressed_by: str | None = Field(None, max_length=10_000)
    monitored_by: str | None = Field(None, max_length=10_000)


class NewNeed(NeedIn):
    """A new need."""

    words: str = Field(min_length=1, max_length=10_000)


class Watching(Sent):
    """The indicator that shows it; an empty key takes it away. Shares lie between 0 and 1."""

    indicator: str = Field("", max_length=100)
    scope: dict[str, str] = {}
    target: float | None = Field(None, gt=-1e7, lt=1e7)


class ClimateIn(Sent):
    """Do they ask for something because of climate change, and why do we think so?"""

    climate: Literal["relevant", "not_relevant"]
    reason: str = Field(min_length=1, max_length=10_000)


class ReviewIn(Sent):
    """What was found, and what is decided. `judged`: by the id of a need without an indicator, whether it is met."""

    conclusion: str = Field(min_length=1, max_length=20_000)
    judged: dict[int, Verdict] = {}
    next_review_on: date | None = None


def parties_for(member: Member) -> Any:
    """Parties that this member may see, with their needs of now."""
    needs = PartyNeed.objects.filter(retired_at=None).order_by("pk")
    return InterestedParty.objects.visible_to(member).prefetch_related(Prefetch("needs", needs))


def _party(request: HttpRequest, pk: int) -> tuple[Member, InterestedParty]:
    member = member_of(request)
    rows = InterestedParty.objects.visible_to(member).select_related("owner", "site", "segment")
    return member, get_object_or_404(rows, pk=pk)


def _need(request: HttpRequest, pk: int) -> tuple[Member, PartyNeed]:
    member = member_of(request)
    return member, get_object_or_404(PartyNeed.objects.visible_to(member).select_related("party"), pk=pk)


@router.get("/parties", response=PartiesOut, operation_id="list_parties")
def list_parties(request: HttpRequest, asked: Query[AskedParties]) -> dict[str, Any]:
    """A page of the register."""
    rows = parties_for(member_of(request))
    if not asked.retired:
        rows = rows.filter(retired_at=None)
    if asked.sort is not None:
        rows = rows.filter(sort=asked.sort)
    if asked.overdue:
        rows = rows.filter(next_review_on__lt=timezone.localdate())
    return page(request, asked, rows)


@router.get("/parties/{int:pk}", response=PartyOut, operation_id="get_party")
def get_party(request: HttpRequest, pk: int) -> InterestedParty:
    """One party with its needs."""
    found: InterestedParty = get_object_or_404(parties_for(member_of(request)), pk=pk)
    return found


@router.post("/parties", response={201: PartyOut}, operation_id="add_party")
def add(request: HttpRequest, given: PartyIn) -> tuple[int, InterestedParty]:
    """Write a party into the register."""
    member = member_of(request)
    values = given.dict()
    for name, model in (("site", Site), ("owner", Member)):
        if values[name] is not None:
            values[name] = get_object_or_404(model.objects.visible_to(member), pk=values[name])
    made = add_party(by=member, at=timezone.now(), **values)
    return 201, get_object_or_404(parties_for(member), pk=made.pk)


@router.post("/parties/{int:pk}/climate", response=PartyOut, operation_id="decide_climate")
def climate(request: HttpRequest, pk: int, given: ClimateIn) -> InterestedParty:
    """Decide whether they ask for something because of climate change."""
    member, found = _party(request, pk)
    decide_climate(found, member, at=timezone.now(), climate=given.climate, reason=given.reason)
    decided: InterestedParty = get_object_or_404(parties_for(member), pk=pk)
    return decided


@router.post("/parties/{int:pk}/needs", response={201: NeedOut}, operation_id="add_need")
def new_need(request: HttpRequest, pk: int, given: NewNeed) -> tuple[int, PartyNeed]:
    """One thing that they need or expect."""
    member, found = _party(request, pk)
    values = given.dict(exclude_none=True)
    return 201, add_need(found, values.pop("words"), member, at=timezone.now(), **values)


@router.patch("/needs/{int:pk}", response=NeedOut, operation_id="change_need")
def edit_need(request: HttpRequest, pk: int, given: NeedIn) -> PartyNeed:
    """Correct a need, or decide about it."""
    member, found = _need(request, pk)
    return change_need(found, member, at=timezone.now(), **given.dict(exclude_none=True))


@router.put("/needs/{int:pk}/indicator", response=NeedOut, operation_id="watch_need")
def watch(request: HttpRequest, pk: int, given: Watching) -> PartyNeed:
    """Choose the indicator that shows whether it is met, and the target."""
    member, found = _need(request, pk)
    target = None if given.target is None else Decimal(f"{given.target:.4f}")
    return watch_need(found, member, at=timezone.now(), indicator=given.indicator, scope=given.scope, target=target)


@router.get("/parties/{int:pk}/reviews", response=ReviewsOut, operation_id="list_reviews")
def reviews(request: HttpRequest, pk: int, asked: Query[Asked]) -> dict[str, Any]:
    """The reviews of a party, oldest first, each with the state of then."""
    member, found = _party(request, pk)
    return page(request, asked, PartyReview.objects.visible_to(member).filter(party=found))


@router.post("/parties/{int:pk}/reviews", response={201: ReviewOut}, operation_id="review_party")
def review(request: HttpRequest, pk: int, given: ReviewIn) -> tuple[int, PartyReview]:
    """Look at a party again; the state of now is kept with the conclusion."""
    member, found = _party(request, pk)
    return 201, review_party(
        found,
        member,
        at=timezone.now(),
        conclusion=given.conclusion,
        judged=given.judged,
        next_review_on=given.next_review_on,
    )
