"""The rules for what customers and core keep. Apps above give their own."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from wellheard.core.models import Task
from wellheard.customers.merging.rules import Moves, Rule, Stays, register_rule


def ended(row: Any, at: datetime) -> dict[str, Any]:
    """A membership ends where the survivor already is."""
    return {"until": at}


def dropped(task: Any, at: datetime) -> dict[str, Any]:
    """The survivor has the same task open already."""
    return {"status": Task.Status.DROPPED.value, "ended_at": at}


OPEN_TASK = Q(status="open") & ~Q(verb="")
WITH_OWNER = Moves(with_site=True)

RULES: dict[str, Rule] = {
    # The customers themselves
    "customers.account.merged_into": Moves(),
    "customers.account.parent": Moves(),
    "customers.person.merged_into": Moves(),
    "customers.person.account": Moves(),
    "customers.affiliation.person": Moves(("account_id",), Q(until__isnull=True)),
    "customers.affiliation.account": Moves(("person_id",), Q(until__isnull=True), with_site=True),
    "customers.contactpoint.person": Moves(("what", "key", "extension"), with_site=True),
    "customers.contactpoint.account": Moves(("what", "key", "extension"), with_site=True),
    "customers.address.person": WITH_OWNER,
    "customers.address.account": WITH_OWNER,
    "customers.externalid.person": WITH_OWNER,
    "customers.externalid.account": WITH_OWNER,
    # What was said, agreed, sent and bought
    "customers.consent.person": Moves(),
    "customers.conversation.account": Moves(),
    "customers.conversation.person": Moves(),
    "customers.heardwords.person": Moves(),
    "customers.mailingrecipient.person": Moves(("mailing_id",)),
    "customers.order.account": Moves(),
    "customers.order.person": Moves(),
    "customers.segmentmembership.account": Moves(("segment_id",), Q(until__isnull=True), ended),
    "customers.segmentmembership.person": Moves(("segment_id",), Q(until__isnull=True), ended),
    "customers.buyer.account": Stays("figures that are worked out anew from the orders, which move"),
    "customers.buyer.person": Stays("figures that are worked out anew from the orders, which move"),
    "customers.warningdismissal.account": WITH_OWNER,
    "customers.warningdismissal.person": WITH_OWNER,
    "customers.unsubscriberequest.person": Moves(),
    # Privacy
    "customers.privacyrequest.person": WITH_OWNER,
    "customers.legalhold.person": WITH_OWNER,
    "customers.legalhold.account": WITH_OWNER,
    "customers.importedchange.record_id": Stays("what an import did to this very record; taking it back must find it"),
    # Whatever can be about any record
    "core.link.source_id": Moves(("role", "target_kind", "target_id")),
    "core.link.target_id": Moves(("role", "source_kind", "source_id")),
    "core.task.about_id": Moves(("verb",), OPEN_TASK, dropped),
    "core.storedfile.about_id": Moves(),
    "core.outboxmessage.about_id": Moves(),
    "core.signature.about_id": Stays("it stands under exactly what was shown"),
    "core.importbatch.target_id": Stays("imports aim at surveys and other collections, never at one customer"),
    "core.webhookdelivery.subject_id": Stays("told of this very record, when it was so"),
    "core.searchentry.record_id": Stays("written anew with the record: a merged one leaves the search"),
    "core.trailentry.object_id": Stays("what happened to this very record; the trail is never changed"),
    "core.trailremoval.row_id": Stays("a digest of a sealed row, which a customer is not"),
}


def register() -> None:
    """Give these rules."""
    for key, rule in RULES.items():
        register_rule(key, rule)
