"""Conversations for programs: logged once under a key, with what the customer said in their words."""

from datetime import datetime
from typing import Any, Literal

from django.db.models import Prefetch
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, Site
from wellheard.core.views import member_of
from wellheard.customers.actions.conversations import add_words, log_conversation
from wellheard.customers.api.paging import Asked, page
from wellheard.customers.api.schemas import Sent
from wellheard.customers.models import Account, Conversation, HeardWords, Person

router = Router()
How = Literal["call", "visit", "meeting", "mail", "letter", "chat", "event"]
BIGGEST = 2**63


class WordsOut(Schema):
    """Something that the customer said."""

    id: int
    person: int | None = Field(None, alias="person_id")
    words: str
    language: str


class ConversationOut(Schema):
    """A conversation: heard at `happened_at`, written down at `typed_at`."""

    id: int
    reference: str
    how: str
    account: int | None = Field(None, alias="account_id")
    person: int | None = Field(None, alias="person_id")
    others: str
    heard_by: int = Field(alias="heard_by_id")
    site: int | None = Field(None, alias="site_id")
    happened_at: datetime
    typed_at: datetime
    subject: str
    notes: str
    heard_words: list[WordsOut]

    @staticmethod
    def resolve_heard_words(each: Conversation) -> list[HeardWords]:
        return list(each.heard_words.all())


class ConversationsOut(Schema):
    items: list[ConversationOut]
    next: int | None


class AskedConversations(Asked):
    """Which conversations."""

    account: int | None = Field(None, ge=0, lt=BIGGEST)
    person: int | None = Field(None, ge=0, lt=BIGGEST)
    how: How | None = None


class ConversationIn(Sent):
    """A conversation. Sent again under the same `key` it is logged once, and the first one is returned."""

    key: str = Field(min_length=1, max_length=100, description="Your own name for it, unique for ever.")
    how: How = "call"
    account: int | None = Field(None, ge=0, lt=BIGGEST)
    person: int | None = Field(None, ge=0, lt=BIGGEST)
    others: str = Field("", max_length=500)
    heard_by: int | None = Field(None, ge=0, lt=BIGGEST, description="A member's id; you, if left out.")
    site: int | None = Field(None, ge=0, lt=BIGGEST)
    happened_at: datetime | None = Field(None, description="When it was heard; now, if left out. Needs its time zone.")
    subject: str = Field("", max_length=200)
    notes: str = Field("", max_length=100_000)
    words: list[str] = Field([], max_length=50, description="What the customer said, each as they said it.")
    language: str = Field("", max_length=8)


class WordsIn(Sent):
    """Something else that they said."""

    words: str = Field(min_length=1, max_length=100_000)
    language: str = Field("", max_length=8)


def conversations_for(member: Member) -> Any:
    """Conversations that this member may see, with what was said."""
    words = HeardWords.objects.order_by("pk")
    return Conversation.objects.visible_to(member).prefetch_related(Prefetch("heard_words", words))


@router.get("/conversations", response=ConversationsOut, operation_id="list_conversations")
def list_conversations(request: HttpRequest, asked: Query[AskedConversations]) -> dict[str, Any]:
    """A page of conversations, in the order in which they were written down."""
    rows = conversations_for(member_of(request))
    for name in ("account", "person", "how"):
        if (value := getattr(asked, name)) is not None:
            rows = rows.filter(**{name: value})
    return page(request, asked, rows)


@router.get("/conversations/{int:pk}", response=ConversationOut, operation_id="get_conversation")
def get_conversation(request: HttpRequest, pk: int) -> Conversation:
    """One conversation with what was said."""
    found: Conversation = get_object_or_404(conversations_for(member_of(request)), pk=pk)
    return found


@router.post("/conversations", response={200: ConversationOut, 201: ConversationOut}, operation_id="log_conversation")
def log(request: HttpRequest, given: ConversationIn) -> tuple[int, Conversation]:
    """201 when it is new, 200 when it was logged before under this key."""
    member, now, key = member_of(request), timezone.now(), f"api:{given.key}"
    known = Conversation.objects.filter(key=key).first()
    if known is None:
        happened_at = given.happened_at or now
        if happened_at.tzinfo is None:
            raise Refusal(
                "The moment has no time zone. Nothing was saved; send it as 2026-11-16T16:30:00+01:00.",
                field="happened_at",
            )
        said = given.dict(include={"how", "others", "subject", "notes", "words", "language"})
        made = log_conversation(
            by=member,
            at=now,
            happened_at=happened_at,
            heard_by=_of(Member, given.heard_by, member),
            account=_of(Account, given.account, member),
            person=_of(Person, given.person, member),
            site=_of(Site, given.site, member),
            key=key,
            **said,
        )
        return 201, get_object_or_404(conversations_for(member), pk=made.pk)
    found = conversations_for(member).filter(pk=known.pk).first()
    if found is None:
        raise NotAllowed("This key was used for something that you may not see. Nothing was saved; use another key.")
    return 200, found


@router.post("/conversations/{int:pk}/words", response={201: WordsOut}, operation_id="add_words")
def words(request: HttpRequest, pk: int, given: WordsIn) -> tuple[int, HeardWords]:
    """Something else that they said in this conversation."""
    member = member_of(request)
    found = get_object_or_404(Conversation.objects.visible_to(member).select_related("person"), pk=pk)
    return 201, add_words(found, given.words, member, at=timezone.now(), language=given.language)


def _of(model: Any, pk: int | None, member: Member) -> Any:
    return None if pk is None else get_object_or_404(model.objects.visible_to(member), pk=pk)
