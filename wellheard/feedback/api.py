"""Feedback for programs: tell us what a customer said, and read what was said."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema
from pydantic import field_validator

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, Site
from wellheard.core.views import member_of
from wellheard.customers.actions import person_for
from wellheard.customers.models import Account
from wellheard.feedback.actions import already_heard, hear
from wellheard.feedback.models import Source, Statement
from wellheard.ground.text.keeping import keepable

router = Router()
MOST = 200


class StatementIn(Schema):
    """What a customer said. Sent again under the same `key` it is heard once, and the first statement is returned."""

    key: str = Field(min_length=1, max_length=100, description="Your own name for it, unique for ever.")
    verbatim: str = Field("", max_length=200_000, description="The customer's own words, exactly.")
    source: str = Field(
        "other", description="survey, form, mail, phone, visit, meeting, letter, review, chat or other."
    )
    heard_at: datetime | None = Field(None, description="When they said it; now, if left out. Needs its time zone.")
    language: str = Field("", max_length=8)
    rating: int | None = None
    rating_scale: str = Field("", description="nps (0 to 10) or csat (1 to 5).")
    account: str = Field("", max_length=20, description="The reference of a customer, as ACC-2026-0001.")
    name: str = Field("", max_length=200)
    email: str = Field("", max_length=254)
    site: int | None = None

    @field_validator("*")
    @classmethod
    def keep_what_can_be_kept(cls, value: Any) -> Any:
        """No database holds a NUL; its place is marked."""
        return keepable(value) if isinstance(value, str) else value


class StatementOut(Schema):
    """A statement as programs see it."""

    id: int
    reference: str
    verbatim: str
    language: str
    source: str
    heard_at: datetime
    typed_at: datetime
    rating: int | None
    rating_scale: str
    account: str | None = Field(None, description="Its reference.")
    segment: str
    site: int | None
    status: str

    @staticmethod
    def resolve_account(statement: Statement) -> str | None:
        return statement.account.reference if statement.account else None

    @staticmethod
    def resolve_site(statement: Statement) -> int | None:
        return statement.site_id


class Wanted(Schema):
    """Which statements to list."""

    before: int | None = Field(None, description="Only those written before the one with this id.")
    source: str = ""
    limit: int = Field(50, ge=1, le=MOST)

    @field_validator("source")
    @classmethod
    def keep_what_can_be_kept(cls, value: str) -> str:
        """No database holds a NUL, nor can be asked for one."""
        return keepable(value)


class StatementsOut(Schema):
    """A page of statements, newest first. `next` is what to send as `before` for the following page."""

    statements: list[StatementOut]
    next: int | None


@router.post("/statements", response={200: StatementOut, 201: StatementOut}, summary="Tell us what a customer said")
def post_statement(request: HttpRequest, given: StatementIn) -> tuple[int, Statement]:
    """201 when it is new, 200 when it was heard before under this key."""
    member, now = member_of(request), timezone.now()
    key = f"api:{given.key}"
    known = already_heard(key=key)
    if known is not None:
        if not Statement.objects.visible_to(member).filter(pk=known.pk).exists():
            raise NotAllowed(
                "This key was used for something that you may not see. Nothing was saved; use another key."
            )
        return 200, known
    heard_at = given.heard_at or now
    if heard_at.tzinfo is None:
        raise Refusal(
            "The moment has no time zone. Nothing was saved; send it as 2026-11-16T16:30:00+01:00.", field="heard_at"
        )
    if heard_at > now:
        raise Refusal(
            "This can’t have been said in the future. Nothing was saved; correct the moment.", field="heard_at"
        )
    account = get_object_or_404(Account.objects.visible_to(member), reference=given.account) if given.account else None
    site = get_object_or_404(Site.objects.visible_to(member), pk=given.site) if given.site is not None else None
    if given.email.strip():
        try:
            validate_email(given.email.strip())
        except ValidationError:
            raise Refusal(
                f"“{given.email.strip()}” is no mail address. Nothing was saved; correct it, or leave it out.",
                field="email",
            ) from None
    with transaction.atomic():  # nobody is noted for words that are refused
        return 201, _heard(given, member, account=account, site=site, heard_at=heard_at, key=key, now=now)


def _heard(
    given: StatementIn,
    member: Member,
    *,
    account: Account | None,
    site: Site | None,
    heard_at: datetime,
    key: str,
    now: datetime,
) -> Statement:
    person = None
    if given.email.strip() or given.name.strip():
        person = person_for(
            given.email, given.name, member, at=now, account=account, site=site, language=given.language
        )
    return hear(
        given.verbatim,
        member,
        at=now,
        source=given.source,
        heard_at=heard_at.astimezone(UTC),
        person=person,
        account=account,
        site=site,
        language=given.language,
        rating=given.rating,
        rating_scale=given.rating_scale,
        key=key,
    )


@router.get("/statements", response=StatementsOut, summary="What customers said, newest first")
def list_statements(request: HttpRequest, asked: Query[Wanted]) -> dict[str, object]:
    """In the order in which they were written down, the last first; pages never overlap, whatever comes in meanwhile."""
    rows = Statement.objects.visible_to(member_of(request)).select_related("account").order_by("-pk")
    if asked.before is not None:
        rows = rows.filter(pk__lt=asked.before)
    if asked.source:
        if asked.source not in Source.values:
            raise Refusal(
                f"There is no source “{asked.source[:60]}”. There is: {', '.join(Source.values)}.", field="source"
            )
        rows = rows.filter(source=asked.source)
    found = list(rows[: asked.limit + 1])
    shown = found[: asked.limit]
    return {"statements": shown, "next": shown[-1].pk if len(found) > asked.limit else None}


@router.get("/statements/{pk}", response=StatementOut, summary="One statement")
def get_statement(request: HttpRequest, pk: int) -> Statement:
    return get_object_or_404(Statement.objects.visible_to(member_of(request)).select_related("account"), pk=pk)
