"""Who a person is, how they are reached, and for whom they speak, as what is kept about them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from wellheard.core.actors import Actor
from wellheard.customers.forgetting import delete_rows, forget_rows, told, told_rows, without
from wellheard.customers.holdings import Forgotten, Holding, Scope, register_holding
from wellheard.customers.models import Account, Address, Affiliation, ContactPoint, ExternalId, Person
from wellheard.customers.own_holdings.naming import known_of
from wellheard.customers.own_holdings.plain import plain_holding

People = Sequence[int]
PERSON_SHOWN = (
    "name", "given_name", "family_name", "salutation", "email", "phone", "account", "language", "channel", "frequency",
    "do_not_ask", "wants_no_mail", "site", "owner", "lifecycle", "lifecycle_reason", "tags", "custom", "notes", "noted_at",
)  # fmt: skip


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
