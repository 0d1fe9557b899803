"""What `customers` itself, and the outbox, keep about a person."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from wellheard.core.actors import Actor
from wellheard.core.batches import in_batches
from wellheard.core.models import OutboxMessage, TrailEntry, WebhookDelivery
from wellheard.core.trail.erasing import erase_personal, known_values
from wellheard.core.writing import writing
from wellheard.customers.forgetting import delete_rows, forget_mails, forget_rows, told, told_rows, without
from wellheard.customers.holdings import Expiry, Forgotten, Holding, Scope, Words, register_holding
from wellheard.customers.holds import mails_kept
from wellheard.customers.models import (
    Account,
    Address,
    Affiliation,
    Consent,
    ContactPoint,
    Conversation,
    ExternalId,
    HeardWords,
    LegalHold,
    MailingRecipient,
    Order,
    Person,
    PrivacyRequest,
    SegmentMembership,
    WarningDismissal,
)
from wellheard.ground.text.removing import REMOVED, Known

People = Sequence[int]
PERSON_SHOWN = (
    "name", "given_name", "family_name", "salutation", "email", "phone", "account", "language", "channel", "frequency",
    "do_not_ask", "wants_no_mail", "site", "owner", "lifecycle", "lifecycle_reason", "tags", "custom", "notes", "noted_at",
)  # fmt: skip


def known_of(people: People) -> Known:
    """Whatever names these people, now or at any time that the trail still remembers; not an address that others read too."""
    names: set[str] = set()
    emails: set[str] = set(ContactPoint.objects.filter(person__in=people, what="email").values_list("key", flat=True))
    phones: set[str] = set(ContactPoint.objects.filter(person__in=people, what="phone").values_list("key", flat=True))
    for person in Person.objects.filter(pk__in=people):
        if person.erased_at is None:
            names |= {person.name, f"{person.given_name} {person.family_name}"}
            emails.add(person.email or "")
            phones.add(person.phone)
    names |= known_values("customers.person", people, ("name",))
    emails |= known_values("customers.person", people, ("email",))
    emails -= read_by_others(emails, people)
    return Known.of(names, emails, phones)


def read_by_others(addresses: Iterable[str], people: People) -> set[str]:
    """Those of these addresses, as they were given, that somebody else has: mail there is theirs as well."""
    keys = {each: each.strip().lower() for each in addresses}
    found: set[str] = set()
    for some in in_batches(sorted(set(keys.values()) - {""})):
        points = ContactPoint.objects.filter(what=ContactPoint.What.EMAIL, key__in=some, person__isnull=False)
        found |= set(points.exclude(person__in=people).order_by().values_list("key", flat=True))
    return {each for each, key in keys.items() if key in found}


def erased_name(pk: int) -> str:
    """What an erased person is called."""
    return f"Erased person {pk}"


# ---- the person ---------------------------------------------------------------------------------------------------
def forget_person(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    def mask(person: Person) -> dict[str, Any]:
        return {
            "name": erased_name(person.pk),
            "given_name": "",
            "family_name": "",
            "salutation": "",
            "email": None,
            "phone": "",
            "channel": "",
            "frequency": "",
            "do_not_ask": True,
            "wants_no_mail": True,
            "lifecycle_reason": "",
            "tags": [],
            "custom": {},
            "notes": "",
            "erased_at": person.erased_at or at,
        }

    rows = Person.objects.filter(pk__in=scope.people)
    return forget_rows(rows, mask, after=after, most=most, known=scope.known)


def shown_people(people: People) -> Iterable[dict[str, Any]]:
    return told_rows(
        Person.objects.filter(pk__in=people).select_related("account", "site", "owner").order_by("pk"), PERSON_SHOWN
    )


# ---- how to reach them, and what others call them -----------------------------------------------------------------
REACHING: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (ContactPoint, ("what", "value", "extension", "use", "is_main", "is_shared", "is_former")),
    (Address, ("use", "lines", "postcode", "city", "region", "country")),
    (ExternalId, ("source", "value")),
)


def forget_reaching(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    done = 0
    for model, _ in REACHING:
        slice_ = delete_rows(model.objects.filter(person__in=scope.people), after=0, most=most)
        done += slice_.changed
        if slice_.after is not None:
            return Forgotten(done, after + 1)
    return Forgotten(done)


def shown_reaching(people: People) -> Iterable[dict[str, Any]]:
    for model, names in REACHING:
        for row in model.objects.filter(person__in=people).order_by("pk"):
            yield {"sort": str(model._meta.verbose_name)} | told(row, names)


def count_reaching(people: People) -> int:
    return sum(model.objects.filter(person__in=people).count() for model, _ in REACHING)


# ---- rows with a person, of which some fields are personal --------------------------------------------------------
def plain_holding(
    key: str,
    title: str,
    model: Any,
    *,
    shows: Sequence[str],
    empties: Sequence[str] = (),
    scrubs: Sequence[str] = (),
    goes: str = "",
    stays: str = "",
    related: Sequence[str] = (),
    order: int = 50,
) -> Holding:
    """A holding of records with a `person`: fields that are emptied, and fields of which the person is taken out."""

    def rows(people: People) -> QuerySet[Any]:
        return model._default_manager.filter(person__in=people)  # type: ignore[no-any-return]

    def forget(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
        if not empties and not scrubs:
            return Forgotten(0)
        return forget_rows(
            rows(scope.people),
            lambda row: dict.fromkeys(empties, "") | without(scope.known, row, *scrubs),
            after=after,
            most=most,
            known=scope.known,
            fields=tuple(empties),
            scrubbed=tuple(scrubs),
        )

    return Holding(
        key,
        title,
        shown=lambda people: told_rows(rows(people).select_related(*related).order_by("pk"), shows),
        forget=forget,
        count=lambda people: rows(people).count(),
        goes=goes,
        stays=stays,
        order=order,
    )


# ---- the accounts for which they speak ----------------------------------------------------------------------------
ACCOUNT_TEXTS = ("notes", "lifecycle_reason", "custom")


def accounts_of(people: People) -> QuerySet[Account]:
    """The accounts for which these people speak or spoke."""
    return Account.objects.filter(
        Q(pk__in=Affiliation.objects.filter(person__in=people).order_by().values("account_id"))
        | Q(pk__in=Person.objects.filter(pk__in=people, account__isnull=False).order_by().values("account_id"))
    )


def named_accounts(people: People) -> list[Account]:
    """Those of them whose notes name these people."""
    known = known_of(people)
    rows = accounts_of(people).order_by("pk")
    return [row for row in rows if any(known.named_in(str(getattr(row, name))) for name in ACCOUNT_TEXTS)]


def forget_in_accounts(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    return forget_rows(
        accounts_of(scope.people),
        lambda row: without(scope.known, row, *ACCOUNT_TEXTS),
        after=after,
        most=most,
        known=scope.known,
        fields=(),
        scrubbed=ACCOUNT_TEXTS,
    )


# ---- conversations ------------------------------------------------------------------------------------------------
def forget_conversations(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    rows = Conversation.objects.filter(Q(person__in=scope.people) | Q(heard_words__person__in=scope.people)).distinct()
    one = forget_rows(
        Conversation.objects.filter(pk__in=rows.order_by().values("pk")),
        lambda row: without(scope.known, row, "subject", "notes", "others"),
        after=after,
        most=most,
        known=scope.known,
        fields=(),
        scrubbed=("subject", "notes", "others"),
    )
    if one.after is not None:
        return one
    chosen = {int(each.rpartition(":")[2]) for each in scope.chosen if each.startswith("customers.heardwords:")}
    words = HeardWords.objects.filter(pk__in=chosen, person__in=scope.people) | HeardWords.objects.filter(
        pk__in=chosen, conversation__person__in=scope.people
    )
    two = forget_rows(
        HeardWords.objects.filter(pk__in=words.order_by().values("pk")),
        lambda row: {"words": REMOVED},
        after=0,
        most=len(chosen) + 1,
        known=scope.known,
    )
    return Forgotten(one.changed + two.changed)


def shown_conversations(people: People) -> Iterable[dict[str, Any]]:
    rows = Conversation.objects.filter(person__in=people).select_related("account", "heard_by")
    for row in rows.prefetch_related("heard_words").order_by("happened_at", "pk").iterator(chunk_size=500):
        yield told(row, ("reference", "how", "account", "happened_at", "heard_by", "subject", "notes", "others")) | {
            "their_words": [each.words for each in row.heard_words.all()]
        }


def words_in_conversations(people: People) -> Iterable[Words]:
    rows = HeardWords.objects.filter(Q(person__in=people) | Q(person__isnull=True, conversation__person__in=people))
    for row in rows.exclude(words=REMOVED).select_related("conversation").order_by("conversation__happened_at", "pk"):
        heard = row.conversation
        yield Words(
            f"customers.heardwords:{row.pk}",
            heard.happened_at,
            f"in {heard.reference}",
            row.words[:200],
            heard.get_absolute_url(),
        )


def old_conversations(before: datetime) -> QuerySet[Any]:
    return Conversation.objects.filter(happened_at__lt=before).exclude(notes=REMOVED)


def forget_old_conversations(ids: Sequence[int], by: Actor, at: datetime) -> int:
    words = HeardWords.objects.filter(conversation__in=ids)
    forget_rows(words, lambda row: {"words": REMOVED}, after=0, most=words.count() + 1, known=Known())
    return forget_rows(
        Conversation.objects.filter(pk__in=ids),
        lambda row: {"subject": "", "notes": REMOVED, "others": ""},
        after=0,
        most=len(ids) + 1,
        known=Known(),
    ).changed


# ---- mails --------------------------------------------------------------------------------------------------------
def mails_to(people: People) -> QuerySet[OutboxMessage]:
    """The mails to any address that these people have, or had."""
    addresses = known_of(people).emails
    rows = OutboxMessage.objects.annotate(address=Lower("to"))
    return rows.filter(Q(address__in=addresses) | Q(about_kind="customers.person", about_id__in=people)).order_by("pk")


def forget_mails_to(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    writing().forgets = True
    rows = OutboxMessage.objects.annotate(address=Lower("to"))
    mine = rows.filter(Q(address__in=scope.known.emails) | Q(about_kind="customers.person", about_id__in=scope.people))
    pks = list(mine.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:most])
    changed = forget_mails(OutboxMessage.objects.filter(pk__in=pks), scope.known)
    return Forgotten(changed, pks[-1] if len(pks) == most else None)


MAIL_SHOWN = ("written_at", "to", "subject", "text", "purpose", "language", "status", "sent_at")


def old_mails(before: datetime) -> QuerySet[Any]:
    """Mails of before that moment that nobody waits for, and that no hold keeps."""
    rows = OutboxMessage.objects.filter(written_at__lt=before, next_try_at__isnull=True).exclude(text=REMOVED)
    return rows.exclude(pk__in=mails_kept().values("pk"))


def forget_old_mails(ids: Sequence[int], by: Actor, at: datetime) -> int:
    return OutboxMessage.objects.filter(pk__in=ids).update(to=REMOVED, subject=REMOVED, text=REMOVED, last_fault="")


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


# ---- orders and segments ------------------------------------------------------------------------------------------
def nothing(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    return Forgotten(0)


def register() -> None:
    """Say what is kept here."""
    register_holding(
        Holding(
            "customers.person",
            "Who they are",
            shown=shown_people,
            forget=forget_person,
            count=lambda people: Person.objects.filter(pk__in=people).count(),
            goes="Name, salutation, notes, tags, own fields and preferences; they are called “Erased person” with a number.",
            stays="For whom they spoke, the site and the language: statistics need them, and they name nobody.",
            order=0,
        )
    )
    register_holding(
        Holding(
            "customers.reaching",
            "Addresses, numbers and what other programs call them",
            shown=shown_reaching,
            forget=forget_reaching,
            count=count_reaching,
            goes="All of them, the former ones too.",
            stays="A keyed digest of each e-mail address, so that nothing is sent there by mistake again.",
            order=90,
        )
    )
    register_holding(
        Holding(
            "customers.account_texts",
            "Notes about the customers for whom they speak",
            shown=lambda people: (told(row, ("reference", *ACCOUNT_TEXTS)) for row in named_accounts(people)),
            forget=forget_in_accounts,
            count=lambda people: len(named_accounts(people)),
            goes="Their names, addresses and numbers in these notes.",
            stays="The organisation itself, with its own name, address and number.",
        )
    )
    register_holding(
        plain_holding(
            "customers.affiliations", "For whom they speak", Affiliation,
            shows=("account", "roles", "job_title", "since", "until"), empties=("job_title",), related=("account",),
            goes="Job titles.", stays="That somebody spoke for the account: its history needs it.",
        )
    )  # fmt: skip
    register_holding(
        plain_holding(
            "customers.consents", "What they agreed to", Consent,
            shows=("at", "purpose", "decision", "source", "evidence"), empties=("evidence",), related=("purpose",),
            goes="What was written down as evidence.",
            stays="The decisions with their moments: we must be able to show that we kept to them.",
        )
    )  # fmt: skip
    register_holding(
        Holding(
            "customers.conversations",
            "Conversations",
            shown=shown_conversations,
            forget=forget_conversations,
            count=lambda people: Conversation.objects.filter(person__in=people).count(),
            goes="Names, addresses and numbers in our notes.",
            stays="That we spoke, when, and about what: the account's history needs it. Their own words, unless you choose them.",
            words=words_in_conversations,
            expiry=Expiry(
                old_conversations,
                forget_old_conversations,
                lambda row: f"{row.reference} of {row.happened_at:%-d %B %Y}",
                "Conversations",
                "Subject, notes and the customer's words; date, kind and account stay.",
            ),
        )
    )
    register_holding(
        plain_holding(
            "customers.mailings", "Mailings they were in", MailingRecipient,
            shows=("mailing", "status", "reason"), scrubs=("reason",), related=("mailing__template",),
            goes="Names in the reasons for leaving them out.", stays="That someone was written to, for the counts.",
        )
    )  # fmt: skip
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
        Holding(
            "core.mails",
            "Mails to them",
            shown=lambda people: told_rows(mails_to(people), MAIL_SHOWN),
            forget=forget_mails_to,
            count=lambda people: mails_to(people).count(),
            goes="The address, and their names in subject and text. What still waits is not sent.",
            stays="That a mail went out, when and why: it proves that we answered.",
            expiry=Expiry(
                old_mails,
                forget_old_mails,
                lambda row: f"a mail for {row.purpose} of {row.written_at:%-d %B %Y}",
                "Mails",
                "Address, subject and text; that a mail went out, when and why stays.",
                held_by=("", ""),
            ),
            order=60,
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


__all__ = ["erased_name", "known_of", "plain_holding", "register"]
