"""What is counted, warned of, bought and written down about a person, as what is kept about them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from wellheard.core.actors import Actor
from wellheard.core.models import TrailEntry, WebhookDelivery
from wellheard.core.trail.erasing import erase_personal
from wellheard.customers.holdings import Forgotten, Holding, Scope, register_holding
from wellheard.customers.models import LegalHold, Order, PrivacyRequest, SegmentMembership, WarningDismissal
from wellheard.customers.own_holdings.plain import nothing, plain_holding

People = Sequence[int]


# ---- the trail, and messages to other programs --------------------------------------------------------------------
def entries_about(people: People) -> QuerySet[TrailEntry]:
    return TrailEntry.objects.filter(kind="customers.person", object_id__in=people).order_by("seq")


def shown_entries(people: People) -> Iterable[dict[str, Any]]:
    for entry in entries_about(people).iterator(chunk_size=500):
        yield {"entry": entry.seq, "at": entry.at.isoformat(), "what": entry.action, "did": entry.did}


def forget_entries(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    """The values behind the entries go with each record; here what other programs were, or are to be, told of the person."""
    erase_personal("customers.person", scope.people)
    rows = WebhookDelivery.objects.filter(subject_kind="customers.person", subject_id__in=scope.people)
    named = [row.pk for row in rows.order_by("pk").iterator() if scope.known.named_in(row.body)]
    waiting = rows.filter(pk__in=named, status__in=(WebhookDelivery.Status.WAITING, WebhookDelivery.Status.SENDING))
    waiting.update(status=WebhookDelivery.Status.FAILED, next_try_at=None)
    return Forgotten(rows.filter(pk__in=named).update(body=""))


def register() -> None:
    """Say what is kept here."""
    register_holding(
        plain_holding(
            "customers.warnings", "Warnings about them that were called off", WarningDismissal,
            shows=("noted_at", "reason", "until"), scrubs=("reason",),
            goes="Names in the reasons.", stays="That a warning was called off, and until when.",
        )
    )  # fmt: skip
    register_holding(
        plain_holding(
            "customers.orders", "Orders", Order,
            shows=("ordered_on", "source", "external_id", "customer_key", "what", "amount", "currency"),
            stays="Bookkeeping must keep orders; they stay with the nameless person and are sealed as their source gave them.",
        )
    )  # fmt: skip
    register_holding(
        Holding(
            "customers.segments",
            "Segments they were in",
            shown=lambda people: (
                {
                    "segment": str(row.segment),
                    "since": row.since.isoformat(),
                    "until": row.until.isoformat() if row.until else "",
                }
                for row in SegmentMembership.objects.filter(person__in=people).select_related("segment").order_by("pk")
            ),
            forget=nothing,
            count=lambda people: SegmentMembership.objects.filter(person__in=people).count(),
            stays="The counts over time; they name nobody.",
        )
    )
    register_holding(
        plain_holding(
            "customers.requests", "What they asked of us about their data", PrivacyRequest,
            shows=("reference", "wish", "received_at", "due_on", "status", "identity_checked", "reason"),
            scrubs=("identity_checked", "reason"),
            goes="Names in our notes.", stays="That they asked, and what we did.",
        )
    )  # fmt: skip
    register_holding(
        plain_holding(
            "customers.holds", "Legal holds", LegalHold, shows=("reason", "since", "lifted_at", "lifted_reason"),
            scrubs=("reason", "lifted_reason"), goes="Names in the reasons.", stays="That there was one.",
        )
    )  # fmt: skip
    register_holding(
        Holding(
            "core.trail",
            "What the trail says happened to their record",
            shown=shown_entries,
            forget=forget_entries,
            count=lambda people: entries_about(people).count(),
            goes="The values behind the entries, with their salts.",
            stays="The entries with their digests: the trail can still be verified, and nobody can read the values out of it.",
            order=95,
        )
    )
