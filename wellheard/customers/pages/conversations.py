"""The list of conversations."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from wellheard.core.lists import Column, Filter, ListPage, how_many, site_filter
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member, Task
from wellheard.core.search import holding
from wellheard.customers.models import Conversation, HeardWords


def conversations(member: Member) -> Rows:
    waiting = Task.objects.filter(about_kind="customers.conversation", about_id=OuterRef("pk"), status=Task.Status.OPEN)
    rows = Conversation.objects.visible_to(member).select_related("account", "person", "heard_by", "site")
    return rows.annotate(
        has_follow_up=Exists(waiting), has_words=Exists(HeardWords.objects.filter(conversation=OuterRef("pk")))
    )


def hearers(member: Member) -> Sequence[tuple[str, str]]:
    """Whoever has led a conversation."""
    spoke = Member.objects.filter(Exists(Conversation.objects.filter(heard_by=OuterRef("pk"))))
    return [(str(pk), name) for pk, name in spoke.order_by("name", "pk").values_list("pk", "name")]


def by_state(rows: Rows, value: str) -> Rows:
    return rows.filter(has_follow_up=True) if value == "open" else rows.filter(has_words=True)


def state(conversation: Conversation) -> str:
    return "to be followed up" if getattr(conversation, "has_follow_up", False) else ""


CONVERSATIONS = ListPage(
    key="customers.conversations",
    title=lambda count: how_many(count, "conversation", "conversations"),
    rows=conversations,
    columns=(
        Column(
            "what", "Conversation", str, url=Conversation.get_absolute_url, sort="subject", note=lambda c: c.reference
        ),
        Column("how", "How", lambda c: c.get_how_display(), sort="how"),
        Column("customer", "Customer", lambda c: c.account, sort="account__name"),
        Column("person", "With whom", lambda c: c.person or c.others, sort="person__name"),
        Column("heard_by", "Who of us", lambda c: c.heard_by, sort="heard_by__name"),
        Column("happened", "Heard", lambda c: c.happened_at, kind="moment", sort="happened_at"),
        Column("state", "State", state, kind="state", tone=lambda c: "wait"),
    ),
    also=(
        Column("reference", "Reference", lambda c: c.reference),
        Column("typed", "Typed", lambda c: c.typed_at, kind="moment"),
        Column("site", "Site", lambda c: c.site),
        Column("notes", "What it was about", lambda c: c.notes),
    ),
    filters=(
        Filter("how", "How", lambda member: Conversation.How.choices, lambda rows, value: rows.filter(how=value)),
        Filter("heard_by", "Who of us", hearers, lambda rows, value: rows.filter(heard_by_id=value)),
        Filter(
            "state",
            "State",
            lambda member: [("open", "to be followed up"), ("words", "with their own words")],
            by_state,
        ),
        site_filter(),
    ),
    search=holding,
    default_sort="-happened",
    teach={
        "title": "No conversations yet",
        "why": "A call, a visit, a meeting: write down with whom, and what they said. It takes seconds, stands in the "
        "customer’s story, and what they said becomes feedback with one click.",
        "clause": "ISO 9001 asks in 9.1.2 how we know what customers think: much of it is said and never written.",
        "button": "Write down the first one",
        "url": "customers:new-conversation",
        "permission": "customers.log_conversation",
    },
    actions=(("Log a conversation", "customers:new-conversation", "customers.log_conversation"),),
    views=(("To be followed up", "state=open"),),
)
