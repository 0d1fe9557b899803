"""Whatever may name or quote a customer is either covered by a holding, or stands here with the reason why not.

A new relation to people or accounts, or a new table with personal values, fails here until somebody has said which.
"""

from collections.abc import Iterator

import pytest
from django.apps import apps

from wellheard.customers.holdings import every_holding
from wellheard.customers.merging.rules import relations_to
from wellheard.customers.models import Account, Person

BESIDE = "goes with each record that it is about (customers.forgetting)"
GROUPS = "about groups of customers and what they need, not about one of them"
OURS = "about us, not about a customer"
NOBODY = "names nobody: ids and numbers alone"

COVERED = {
    "cases.case": "cases.cases",
    "cases.entry": "cases.entries",
    "core.importbatch": "customers.imports",
    "core.outboxmessage": "core.mails",
    "core.trailentry": "core.trail",
    "core.webhookdelivery": "core.trail",
    "customers.account": "customers.account_texts",
    "customers.address": "customers.reaching",
    "customers.affiliation": "customers.affiliations",
    "customers.consent": "customers.consents",
    "customers.contactpoint": "customers.reaching",
    "customers.conversation": "customers.conversations",
    "customers.duplicatepair": "customers.decisions",
    "customers.externalid": "customers.reaching",
    "customers.heardwords": "customers.conversations",
    "customers.importedchange": "customers.imports",
    "customers.legalhold": "customers.holds",
    "customers.mailingrecipient": "customers.mailings",
    "customers.merge": "customers.decisions",
    "customers.order": "customers.order_keys",
    "customers.person": "customers.person",
    "customers.privacyrequest": "customers.requests",
    "customers.segmentmembership": "customers.segments",
    "customers.unsubscriberequest": "customers.imports",
    "customers.warningdismissal": "customers.warnings",
    "feedback.statement": "feedback.statements",
    "feedback.telling": "feedback.tellings",
    "improvement.causeanalysis": "improvement.texts",
    "improvement.correctiveaction": "improvement.texts",
    "improvement.why": "improvement.texts",
    "surveys.response": "surveys.answers",
}
"""The table → the holding that shows and erases what it holds."""

NOT_COVERED = {
    "core.member": OURS,
    "core.link": "a fingerprint of what was linked, which is carried on when words are removed; " + NOBODY,
    "core.savedview": "one member's own searches: they find nothing any more, and go with the member",
    "core.searchentry": BESIDE,
    "core.signature": OURS + ": the name of the member who signed; what they saw is kept as a digest alone",
    "core.storedfile": BESIDE + "; original files of imports stay, and the preview says so",
    "core.task": BESIDE,
    "core.trailremoval": NOBODY,
    "customers.buyer": NOBODY + "; figures of orders, worked out anew",
    "customers.interestedparty": GROUPS,
    "customers.partyneed": GROUPS,
    "customers.partyreview": GROUPS,
    "customers.suppression": "a keyed digest of the address: it has to outlive the erasure, so that nothing is sent there",
    "feedback.notice": "public already, written by us for everyone, and its own page takes it back",
    "feedback.rulefiring": OURS + ": which reaction ran on which statement, by reference",
}
"""The table → why no holding is needed."""


def _personal() -> Iterator[str]:
    for model in apps.get_models():
        if model.__module__.startswith("wellheard.") and getattr(model, "trail_personal", None):
            yield model._meta.label_lower


def _related() -> Iterator[str]:
    for model in (Person, Account):
        yield from (relation.model._meta.label_lower for relation in relations_to(model))


@pytest.mark.parametrize("label", sorted({*_personal(), *_related()}))
def test_what_may_name_a_customer_is_covered_or_excused(label: str):
    assert (label in COVERED) != (label in NOT_COVERED), f"Say of {label} which holding covers it, or why none has to."


def test_the_lists_name_only_what_there_is():
    labels = {model._meta.label_lower for model in apps.get_models()}
    keys = {each.key for each in every_holding()}

    assert sorted({*COVERED, *NOT_COVERED} - labels) == []
    assert sorted({*COVERED.values()} - keys) == []
