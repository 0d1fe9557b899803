"""What customers agreed to, for which purpose; and whether somebody may be written to."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from wellheard.core.errors import Refusal
from wellheard.core.views import member_of
from wellheard.customers.actions.consent import note_consent
from wellheard.customers.api.paging import Asked, page
from wellheard.customers.api.schemas import Sent
from wellheard.customers.consent import may_send
from wellheard.customers.models import Consent, ConsentText, Person, Purpose

router = Router()
BIGGEST = 2**63
Decision = Literal["given", "withdrawn", "refused"]


class PurposeOut(Schema):
    """A reason for which we write; `ground` is service, interest or consent."""

    id: int
    key: str
    name: dict[str, str]
    about: dict[str, str]
    ground: str
    retired_at: datetime | None


class PurposesOut(Schema):
    items: list[PurposeOut]
    next: int | None


class ConsentOut(Schema):
    """One decision. The latest one about a purpose counts; none is ever changed."""

    id: int
    person: int = Field(alias="person_id")
    purpose: str
    decision: str
    at: datetime
    source: str
    text_version: int | None
    evidence: str

    @staticmethod
    def resolve_purpose(each: Consent) -> str:
        return each.purpose.key

    @staticmethod
    def resolve_text_version(each: Consent) -> int | None:
        return each.text.version if each.text is not None else None


class ConsentsOut(Schema):
    items: list[ConsentOut]
    next: int | None


class AskedConsents(Asked):
    """Which decisions."""

    person: int | None = Field(None, ge=0, lt=BIGGEST)
    purpose: str = Field("", max_length=40)
    decision: Decision | None = None


class ConsentIn(Sent):
    """A decision that your program was told."""

    purpose: str = Field(min_length=1, max_length=40, description="The key of a purpose: news, surveys, offers, …")
    decision: Decision
    decided_at: datetime | None = Field(None, description="Now, if left out. Needs its time zone.")
    text_version: int | None = Field(None, ge=1, lt=2**31, description="Which wording they had before them.")
    evidence: str = Field("", max_length=500, description="What shows it.")


class MaySendOut(Schema):
    """May it be sent? If not, why not."""

    yes: bool
    reason: str
    detail: str


@router.get("/purposes", response=PurposesOut, operation_id="list_purposes")
def list_purposes(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Every purpose, retired ones too."""
    return page(request, asked, Purpose.objects.visible_to(member_of(request)))


@router.get("/purposes/{int:pk}", response=PurposeOut, operation_id="get_purpose")
def get_purpose(request: HttpRequest, pk: int) -> Purpose:
    """One purpose."""
    return get_object_or_404(Purpose.objects.visible_to(member_of(request)), pk=pk)


def consents_for(member: Any) -> Any:
    """Decisions that this member may see."""
    return Consent.objects.visible_to(member).select_related("purpose", "text")


@router.get("/consents", response=ConsentsOut, operation_id="list_consents")
def list_consents(request: HttpRequest, asked: Query[AskedConsents]) -> dict[str, Any]:
    """A page of decisions, in the order in which they were noted."""
    rows = consents_for(member_of(request))
    if asked.person is not None:
        rows = rows.filter(person_id=asked.person)
    if asked.purpose:
        if not Purpose.objects.filter(key=asked.purpose).exists():
            raise Refusal(f"There is no purpose “{asked.purpose}”.", field="purpose", code="unknown_filter")
        rows = rows.filter(purpose__key=asked.purpose)
    if asked.decision is not None:
        rows = rows.filter(decision=asked.decision)
    return page(request, asked, rows)


@router.get("/consents/{int:pk}", response=ConsentOut, operation_id="get_consent")
def get_consent(request: HttpRequest, pk: int) -> Consent:
    """One decision."""
    found: Consent = get_object_or_404(consents_for(member_of(request)), pk=pk)
    return found


@router.post("/people/{int:pk}/consents", response={201: ConsentOut}, operation_id="note_consent")
def note(request: HttpRequest, pk: int, given: ConsentIn) -> tuple[int, Consent]:
    """Note what they decided; decisions are only added."""
    member = member_of(request)
    person = get_object_or_404(Person.objects.visible_to(member), pk=pk)
    if given.decided_at is not None and given.decided_at.tzinfo is None:
        raise Refusal("The moment has no time zone. Nothing was saved.", field="decided_at")
    text = None
    if given.text_version is not None:
        rows = ConsentText.objects.visible_to(member).filter(purpose__key=given.purpose, version=given.text_version)
        text = rows.first()
        if text is None:
            raise Refusal("There is no such wording. Nothing was saved.", field="text_version")
    made = note_consent(
        person,
        given.purpose,
        given.decision,
        member,
        at=timezone.now(),
        source=Consent.Source.API,
        evidence=given.evidence,
        text=text,
        decided_at=given.decided_at,
    )
    return 201, made


@router.get("/people/{int:pk}/may-send", response=MaySendOut, operation_id="may_send")
def may(request: HttpRequest, pk: int, purpose: str) -> Any:
    """May somebody be written to for this purpose now? Ask right before you send."""
    person = get_object_or_404(Person.objects.visible_to(member_of(request)), pk=pk)
    key = purpose.replace("\x00", "")
    if not Purpose.objects.filter(key=key).exists():
        raise Refusal(f"There is no purpose “{key[:60]}”.", field="purpose", code="unknown_filter")
    return may_send(person, key, timezone.now())
