"""What was said with a person, sent to them and agreed with them, as what is kept about them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from wellheard.core.actors import Actor
from wellheard.core.models import OutboxMessage
from wellheard.core.writing import writing
from wellheard.customers.forgetting import forget_mails, forget_rows, told, told_rows, without
from wellheard.customers.holdings import Expiry, Forgotten, Holding, Scope, Words, register_holding
from wellheard.customers.holds import mails_kept
from wellheard.customers.models import Consent, Conversation, HeardWords, MailingRecipient
from wellheard.customers.own_holdings.naming import known_of
from wellheard.customers.own_holdings.plain import plain_holding
from wellheard.ground.text.removing import REMOVED, Known

People = Sequence[int]


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
    chosen = scope.chosen_of("customers.heardwords")
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
    return _mails(known_of(people), people).order_by("pk")


def _mails(known: Known, people: People) -> QuerySet[OutboxMessage]:
    rows = OutboxMessage.objects.annotate(address=Lower("to"))
    return rows.filter(Q(address__in=known.emails) | Q(about_kind="customers.person", about_id__in=people))


def forget_mails_to(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    writing().forgets = True
    mine = _mails(scope.known, scope.people)
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


def register() -> None:
    """Say what is kept here."""
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
