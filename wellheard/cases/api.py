"""Cases for programs: the same verbs as the pages, with the same refusals."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Router, Schema

from wellheard.cases import actions
from wellheard.cases.flow import CASE_FLOW, Status
from wellheard.cases.hearing import words_of
from wellheard.cases.models import Case, Entry, Kind
from wellheard.core.errors import Refusal
from wellheard.core.models.members import Member
from wellheard.core.models.organisation import Site
from wellheard.core.views import member_of
from wellheard.customers.models import Account

router = Router()
MOST = 200


class Remedy(Schema):
    """What they asked for, and what we decided."""

    asked: str
    decided: str
    when: str = ""


class CaseOut(Schema):
    """A case as programs see it. `may` are the verbs that lead on from its status."""

    id: int
    reference: str
    kind: str
    title: str
    status: str
    status_words: str
    may: list[str]
    site: int = Field(description="Its id.")
    owner: int = Field(description="The id of the member who looks after it.")
    account: str | None = Field(None, description="Its reference.")
    contact_name: str
    contact_email: str | None
    language: str
    channel: str
    received_at: datetime
    logged_at: datetime
    acknowledge_due: datetime
    acknowledge_explained: str
    answer_due: datetime
    answer_explained: str
    acknowledged_at: datetime | None
    assessed_at: datetime | None
    severity: int | None
    is_safety: bool
    cause_words: str
    finding: str
    remedies: list[Remedy]
    answered_at: datetime | None
    again_due: datetime | None
    answered_again_at: datetime | None
    settled: str
    outcome: str
    closed_at: datetime | None

    @staticmethod
    def resolve_kind(case: Case) -> str:
        return case.kind_of_case

    @staticmethod
    def resolve_status_words(case: Case) -> str:
        return str(case.get_status_display())

    @staticmethod
    def resolve_may(case: Case) -> list[str]:
        return CASE_FLOW.open_moves(case)

    @staticmethod
    def resolve_site(case: Case) -> int:
        return case.site_id

    @staticmethod
    def resolve_owner(case: Case) -> int:
        return case.owner_id

    @staticmethod
    def resolve_account(case: Case) -> str | None:
        return case.account.reference if case.account is not None else None


class EntryOut(Schema):
    """Something that was said or done; `mail` is what became of the mail that went with it."""

    at: datetime
    author: str
    what: str
    summary: str
    text: str
    mail: str | None = Field(None, description="waiting, sending, sent or failed; nothing when there was no mail.")

    @staticmethod
    def resolve_author(entry: Entry) -> str:
        return entry.author_words

    @staticmethod
    def resolve_mail(entry: Entry) -> str | None:
        return entry.message.status if entry.message is not None else None


class WholeCaseOut(CaseOut):
    """A case with the customer's words, our answer, and everything that happened, oldest first."""

    words: str
    remedy_sought: str
    findings: str
    answer_text: str
    entries: list[EntryOut]

    @staticmethod
    def resolve_words(case: Case) -> str:
        return words_of(case)

    @staticmethod
    def resolve_entries(case: Case) -> list[Entry]:
        return list(case.entries.select_related("message").order_by("at", "pk"))


class CasesOut(Schema):
    """A page of cases, newest first. `next` is what to send as `before` for the following page."""

    cases: list[CaseOut]
    next: int | None


class CaseIn(Schema):
    """A matter of a customer. Sent again under the same `key` it is opened once, and the first case is returned."""

    key: str = Field(min_length=8, max_length=50, description="Your own name for it, unique for ever.")
    words: str = Field(max_length=200_000, description="The customer's own words, exactly.")
    title: str = Field("", max_length=300)
    kind: Kind = Kind.COMPLAINT
    site: int
    account: str = Field("", max_length=20, description="The reference of a customer, as ACC-2026-0001.")
    contact_name: str = Field("", max_length=200)
    contact_email: str = Field("", max_length=254)
    contact_phone: str = Field("", max_length=50)
    language: str = Field("", max_length=8)
    channel: str = Field("other", description="mail, phone, letter, visit or other.")
    received_at: datetime | None = Field(None, description="When you were told; now, if left out. Needs its time zone.")
    event_on: date | None = None
    remedy_sought: str = Field("", max_length=200_000)
    owner: int | None = Field(None, description="A member's id; whoever has the fewest cases, if left out.")


class Acknowledgement(Schema):
    text: str = Field("", description="A sentence of your own, in the customer's language.")
    how: str = Field("", description="phone, letter or visit, for a customer without an address.")


class Assessment(Schema):
    severity: int = Field(ge=1, le=4)
    is_safety: bool = False
    note: str = ""
    impact: str = ""


class Investigation(Schema):
    findings: str = ""
    cause_words: str = Field("", max_length=200)
    cause_told: str = Field("", description="What the customer may read about it.")


class Answer(Schema):
    finding: str = Field(description="upheld, partly, not_upheld, undetermined or out_of_scope.")
    text: str
    remedies: list[Remedy] = []
    how: str = ""


class Closing(Schema):
    outcome: str = Field(description="content, no_word or not_accepted.")
    recourse: str = Field("", description="The further way that was named to a customer who does not accept.")


class Reason(Schema):
    reason: str


class Words(Schema):
    text: str


class HandOver(Schema):
    owner: int
    reason: str = ""


@router.get("", response=CasesOut, summary="The cases that you may see, newest first", operation_id="list_cases")
def list_cases(
    request: HttpRequest,
    status: str = "",
    site: int | None = None,
    late: bool = False,
    before: int | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """A page of cases; `next`, sent as `before`, leads on. `late` asks for those whose promise is broken now."""
    rows = Case.objects.visible_to(member_of(request)).select_related("account").order_by("-pk")
    if status:
        if status not in Status.values:
            raise Refusal(f"There is no status “{status[:60]}”. There is: {', '.join(Status.values)}.", field="status")
        rows = rows.filter(status=status)
    if site is not None:
        rows = rows.filter(site_id=site)
    if late:
        rows = rows.late(timezone.now())
    if before is not None:
        rows = rows.filter(pk__lt=before)
    limit = min(max(limit, 1), MOST)
    found = list(rows[: limit + 1])
    return {"cases": found[:limit], "next": found[limit - 1].pk if len(found) > limit else None}


@router.post("", response={200: CaseOut, 201: CaseOut}, summary="Open a case", operation_id="open_case")
def open_case(request: HttpRequest, given: CaseIn) -> tuple[int, Case]:
    """201 when it is new, 200 when it was opened before under this key."""
    member, now = member_of(request), timezone.now()
    key = f"api:{given.key}"
    if Case.objects.filter(submission_key=key).exists():
        return 200, _known(member, key)
    if given.received_at is not None and given.received_at.tzinfo is None:
        raise Refusal(
            "The moment has no time zone. Nothing was saved; send it as 2026-11-16T16:30:00+01:00.", field="received_at"
        )
    accounts, people = Account.objects.visible_to(member), Member.objects.visible_to(member)
    said = given.dict(exclude={"key", "title", "site", "account", "owner", "kind"})
    try:
        case = actions.open_case(
            given.title,
            member,
            at=now,
            site=get_object_or_404(Site.objects.visible_to(member), pk=given.site),
            kind=given.kind.value,
            account=get_object_or_404(accounts, reference=given.account) if given.account else None,
            owner=get_object_or_404(people, pk=given.owner) if given.owner is not None else None,
            submission_key=key,
            **said,
        )
    except IntegrityError:
        # Sent twice at the same moment: the first one is kept.
        if not Case.objects.filter(submission_key=key).exists():
            raise
        return 200, _known(member, key)
    return 201, case


def _known(member: Member, key: str) -> Case:
    return get_object_or_404(Case.objects.visible_to(member).select_related("account"), submission_key=key)


@router.get("/{int:pk}", response=WholeCaseOut, summary="One case, whole", operation_id="get_case")
def get_case(request: HttpRequest, pk: int) -> Case:
    """With the customer's words, our answer, and what happened."""
    return _case(request, pk)


def _case(request: HttpRequest, pk: int) -> Case:
    return get_object_or_404(Case.objects.visible_to(member_of(request)).select_related("account", "site"), pk=pk)


def _done(request: HttpRequest, pk: int, verb: Callable[..., Case], **given: Any) -> Case:
    """The verb, done to this case by the caller now."""
    return verb(_case(request, pk), member_of(request), at=timezone.now(), **given)


@router.post("/{int:pk}/acknowledgement", response=CaseOut, operation_id="acknowledge_case")
def acknowledge(request: HttpRequest, pk: int, given: Acknowledgement) -> Case:
    """Tell the customer that a person looks after it, and until when we answer."""
    return _done(request, pk, actions.acknowledge, **given.dict())


@router.post("/{int:pk}/assessment", response=CaseOut, operation_id="assess_case")
def assess(request: HttpRequest, pk: int, given: Assessment) -> Case:
    """Say how serious it is; danger to people alerts a quality manager."""
    return _done(request, pk, actions.assess, **given.dict())


@router.post("/{int:pk}/investigation", response=CaseOut, operation_id="investigate_case")
def investigate(request: HttpRequest, pk: int, given: Investigation) -> Case:
    """Write down what was found out, and the cause."""
    return _done(request, pk, actions.investigate, **given.dict())


@router.post("/{int:pk}/answer", response=CaseOut, operation_id="answer_case")
def answer(request: HttpRequest, pk: int, given: Answer) -> Case:
    """Tell the customer what we found and decided."""
    return _done(request, pk, actions.answer, **given.dict())


@router.post("/{int:pk}/closing", response=CaseOut, operation_id="close_case")
def close(request: HttpRequest, pk: int, given: Closing) -> Case:
    """End it."""
    return _done(request, pk, actions.close, **given.dict())


@router.post("/{int:pk}/withdrawal", response=CaseOut, operation_id="withdraw_case")
def withdraw(request: HttpRequest, pk: int, given: Reason) -> Case:
    """The customer takes it back."""
    return _done(request, pk, actions.withdraw, **given.dict())


@router.post("/{int:pk}/reopening", response=CaseOut, operation_id="reopen_case")
def reopen(request: HttpRequest, pk: int, given: Reason) -> Case:
    """Look at it again; a new answer is promised."""
    return _done(request, pk, actions.reopen, **given.dict())


@router.post("/{int:pk}/note", response=CaseOut, operation_id="note_on_case")
def note(request: HttpRequest, pk: int, given: Words) -> Case:
    """A note for us."""
    return _done(request, pk, actions.note, **given.dict())


@router.post("/{int:pk}/message", response=CaseOut, operation_id="write_to_customer")
def message(request: HttpRequest, pk: int, given: Words) -> Case:
    """A message to the customer."""
    return _done(request, pk, actions.write_to_customer, **given.dict())


@router.post("/{int:pk}/owner", response=CaseOut, operation_id="hand_over_case")
def hand_over(request: HttpRequest, pk: int, given: HandOver) -> Case:
    """Somebody else looks after it from now on."""
    owner = get_object_or_404(Member.objects.visible_to(member_of(request)), pk=given.owner)
    return _done(request, pk, actions.hand_over, owner=owner, reason=given.reason)
