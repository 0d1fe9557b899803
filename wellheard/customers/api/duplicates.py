"""Duplicates and merges, for programs that keep their own records in step. Merging itself is a person's decision."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from wellheard.core.views import member_of
from wellheard.customers.api.paging import Asked, page
from wellheard.customers.models import DuplicatePair, Merge

router = Router()
BIGGEST = 2**63
About = Literal["account", "person"]


class PairOut(Schema):
    """Two records that may be one customer; `likeness` from 0 to 100."""

    id: int
    about: str
    first: int = Field(alias="first_id")
    second: int = Field(alias="second_id")
    likeness: int
    reasons: list[Any]
    status: str
    found_at: datetime
    decided_at: datetime | None


class PairsOut(Schema):
    items: list[PairOut]
    next: int | None


class AskedPairs(Asked):
    """Which pairs."""

    about: About | None = None
    status: Literal["open", "different", "merged"] | None = None


class MergeOut(Schema):
    """`gone` was merged into `kept`; undone when `undone_at` is set."""

    id: int
    reference: str
    about: str
    kept: int = Field(alias="kept_id")
    gone: int = Field(alias="gone_id")
    at: datetime
    undone_at: datetime | None


class MergesOut(Schema):
    items: list[MergeOut]
    next: int | None


class AskedMerges(Asked):
    """Which merges; `gone` asks what became of a record."""

    about: About | None = None
    gone: int | None = Field(None, ge=0, lt=BIGGEST)


@router.get("/duplicates", response=PairsOut, operation_id="list_duplicates")
def list_duplicates(request: HttpRequest, asked: Query[AskedPairs]) -> dict[str, Any]:
    """A page of pairs that look alike."""
    rows = DuplicatePair.objects.visible_to(member_of(request))
    if asked.about is not None:
        rows = rows.filter(about=asked.about)
    if asked.status is not None:
        rows = rows.filter(status=asked.status)
    return page(request, asked, rows)


@router.get("/merges", response=MergesOut, operation_id="list_merges")
def list_merges(request: HttpRequest, asked: Query[AskedMerges]) -> dict[str, Any]:
    """A page of merges, oldest first."""
    rows = Merge.objects.visible_to(member_of(request))
    if asked.about is not None:
        rows = rows.filter(about=asked.about)
    if asked.gone is not None:
        rows = rows.filter(gone_id=asked.gone)
    return page(request, asked, rows)


@router.get("/merges/{int:pk}", response=MergeOut, operation_id="get_merge")
def get_merge(request: HttpRequest, pk: int) -> Merge:
    """One merge."""
    return get_object_or_404(Merge.objects.visible_to(member_of(request)), pk=pk)
