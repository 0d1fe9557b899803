"""What a customer's page says about the care of its data: holds, open requests, merges, and what can be done."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.models import Member
from wellheard.core.templatetags.words import day_in_words
from wellheard.customers.lineage import ids_of, lineage_of
from wellheard.customers.matters import Matter, register_matters
from wellheard.customers.models import Account, LegalHold, Merge, Person, PrivacyRequest
from wellheard.customers.parts import Part, register_part


def care_of(record: Account | Person, member: Member) -> dict[str, Any] | None:
    """Five queries at most, whatever the history; None when there is nothing to say or to do."""
    about = "account" if isinstance(record, Account) else "person"
    holds = list(LegalHold.objects.visible_to(member).filter(lifted_at__isnull=True, **{about: record}).order_by("pk"))
    links = [*_merged(record, about, member), *(_asked(record, member) if isinstance(record, Person) else ())]
    if not member.is_read_only and record.erased_at is None:
        links += _to_do(record, about, member, is_held=bool(holds))
    return {"holds": holds, "links": links} if holds or links else None


def _merged(record: Account | Person, about: str, member: Member) -> list[dict[str, str]]:
    rows = Merge.objects.visible_to(member).standing().filter(about=about, kept_id__in=ids_of(record))
    return [
        {
            "title": f"Merged from {each.before.get('gone', {}).get('name') or 'another'}",
            "url": each.get_absolute_url(),
            "note": each.reference,
        }
        for each in rows.order_by("-pk")[:10]
    ]


def _asked(person: Person, member: Member) -> list[dict[str, str]]:
    rows = PrivacyRequest.objects.visible_to(member).filter(person=person).order_by("-pk")
    return [
        {
            "title": f"{each.reference}: {each.get_wish_display()}",
            "url": each.get_absolute_url(),
            "note": each.get_status_display(),
        }
        for each in rows[:5]
    ]


def _to_do(record: Account | Person, about: str, member: Member, *, is_held: bool) -> list[dict[str, str]]:
    links = []
    if isinstance(record, Person) and access.may(member, "customers.receive_request"):
        links.append(
            {"title": "They ask about their data", "url": reverse("customers:new-privacy-request", args=[record.pk])}
        )
    if access.may(member, "customers.merge"):
        links.append({"title": "Merge with another", "url": reverse("customers:merge-with", args=[about, record.pk])})
    if access.may(member, "customers.set_hold"):
        title = "Lift the legal hold" if is_held else "Set a legal hold"
        links.append({"title": title, "url": reverse("customers:new-hold", args=[about, record.pk])})
    return links


def open_requests(record: Account | Person, actor: Actor, most: int) -> Iterator[Matter]:
    """What this customer, or somebody who speaks for them, asked about their data and has not been answered."""
    waiting = (PrivacyRequest.Status.OPEN, PrivacyRequest.Status.ERASING)
    mine = PrivacyRequest.objects.visible_to(actor).filter(person__in=lineage_of(record).people, status__in=waiting)
    today = timezone.localdate()
    for each in mine.select_related("person").order_by("received_at", "pk")[:most]:
        is_late = each.due_on < today
        due = "overdue" if is_late else f"due {day_in_words(each.due_on, today)}"
        yield Matter(
            f"{each.reference} {each.person} {each.get_wish_display()}",
            each.get_absolute_url(),
            each.received_at,
            state=f"{each.get_status_display()}, {due}",
            tone="worse" if is_late else "wait",
        )


def register() -> None:
    """Stand beside the story of accounts and people, and among what is open with them."""
    register_matters(open_requests)
    register_part(Part("customers.care", "Care of this data", care_of, "customers/care_part.html", place="foot"))
