"""What customers' own records tell in their timeline, and what is open after a conversation."""

import json
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from wellheard.core.actors import Actor
from wellheard.core.models import Task, TrailEntry
from wellheard.core.records import kind_of
from wellheard.core.templatetags.words import day_in_words
from wellheard.customers.lineage import lineage_of
from wellheard.customers.matters import Matter, register_matters
from wellheard.customers.models import Account, Consent, Conversation, Lifecycle, Merge, Person
from wellheard.customers.offers import Offer, register_offer
from wellheard.customers.timeline import TimelineItem, register_source, until_moment

NOTES_SHOWN = 120
Whose = Account | Person


def spoke(record: Whose, actor: Actor, until: datetime | None, most: int) -> Iterator[TimelineItem]:
    """The conversations with this customer."""
    lineage = lineage_of(record)
    rows = lineage.of(Conversation.objects.visible_to(actor)).filter(until_moment("happened_at", until))
    for each in rows.select_related("account", "person", "heard_by").order_by("-happened_at", "-pk")[:most]:
        about = _in_short(each.subject or each.notes)
        with_whom = each.person or each.others or "the customer"
        how = f"{each.get_how_display()} with {with_whom}{lineage.for_another(each.account)}"
        yield TimelineItem(
            at=each.happened_at,
            actor=str(each.heard_by),
            text=f"noted a {how}{f': {about}' if about else ''}",
            url=each.get_absolute_url(),
            link=each.reference,
        )


def agreed(record: Whose, actor: Actor, until: datetime | None, most: int) -> Iterator[TimelineItem]:
    """What they agreed to, refused and took back, with where they said so."""
    words = {
        Consent.Decision.GIVEN: "agreed to",
        Consent.Decision.WITHDRAWN: "withdrew",
        Consent.Decision.REFUSED: "refused",
    }
    rows = Consent.objects.visible_to(actor).filter(until_moment("at", until), person__in=lineage_of(record).people)
    for each in rows.select_related("person", "purpose").order_by("-at", "-pk")[:most]:
        yield TimelineItem(
            at=each.at,
            actor=str(each.person),
            text=f"{words.get(Consent.Decision(each.decision), each.decision)} “{each.purpose}” ({each.get_source_display()})",
            url=each.person.get_absolute_url(),
            link="What they agreed to",
        )


def moved(record: Whose, actor: Actor, until: datetime | None, most: int) -> Iterator[TimelineItem]:
    """How their standing with us changed, as the trail keeps it. The reason stands on the record, and in the trail."""
    lineage = lineage_of(record)
    about = Q(kind=kind_of(type(record)), object_id__in=lineage.accounts or lineage.people)
    rows = TrailEntry.objects.filter(about, until_moment("at", until), action="customers.set_lifecycle")
    for each in rows.order_by("-at", "-seq")[:most]:
        pair = json.loads(each.body)["changes"].get("lifecycle")
        yield TimelineItem(
            at=each.at, text=_standing(pair) if pair else "Why they stand where they stand was corrected"
        )


def _standing(pair: list[str]) -> str:
    before, after = (Lifecycle(value).label if value in Lifecycle.values else str(value) for value in pair)
    return f"Their standing changed from {before} to {after}"


def merged(record: Whose, actor: Actor, until: datetime | None, most: int) -> Iterator[TimelineItem]:
    """Which duplicates became part of this record, and which merges were taken back."""
    lineage = lineage_of(record)
    about, ids = ("account", lineage.accounts) if isinstance(record, Account) else ("person", lineage.people)
    rows = Merge.objects.visible_to(actor).filter(until_moment("at", until), about=about, kept_id__in=ids)
    for each in rows.order_by("-at", "-pk")[:most]:
        taken_back = ", taken back since" if each.undone_at else ""
        yield TimelineItem(
            at=each.at,
            text=f"A duplicate was merged into this record{taken_back}",
            url=each.get_absolute_url(),
            link=each.reference,
        )


def follow_ups(record: Whose, actor: Actor, most: int) -> Iterator[Matter]:
    """What is still to be done after a conversation with this customer."""
    kind = kind_of(Conversation)
    mine = lineage_of(record).of(Conversation.objects.visible_to(actor))
    tasks = Task.objects.filter(about_kind=kind, about_id__in=mine.values("pk"), status=Task.Status.OPEN)
    for task in tasks.select_related("owner").order_by("opened_at", "pk")[:most]:
        until = f" until {day_in_words(timezone.localdate(task.due_at), timezone.localdate())}" if task.due_at else ""
        yield Matter(task.title, task.url, task.opened_at, state=f"{task.owner} does it{until}", tone="wait")


def _in_short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= NOTES_SHOWN else words[:NOTES_SHOWN].rsplit(" ", 1)[0] + "…"


def new_for_customer(record: Whose) -> str:
    """Where a conversation with this account or person is written down."""
    return (
        f"{reverse('customers:new-conversation')}?{'account' if isinstance(record, Account) else 'person'}={record.pk}"
    )


def register() -> None:
    """Put them into every customer's timeline, and the button to log a conversation on their pages."""
    register_offer(Offer("Log a conversation", new_for_customer, "customers.log_conversation"))
    register_source(spoke, "conversations")
    register_source(agreed, "consent")
    register_source(moved, "changes")
    register_source(merged, "changes")
    register_matters(follow_ups)
