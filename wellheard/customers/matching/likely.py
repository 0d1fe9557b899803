"""“Is it one of these?”: whom a new record, or a changed one, may be already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from wellheard.core.actors import Actor
from wellheard.core.search import ids_matching
from wellheard.customers.matching.describing import described_accounts, described_people
from wellheard.customers.models import Account, ContactPoint, Person
from wellheard.ground.likeness import (
    Described,
    organisation_words,
    organisations_alike,
    people_alike,
    person_words,
)
from wellheard.ground.phones import read_phone
from wellheard.ground.text.keeping import keepable

ENOUGH = 75
"""From which likeness someone is worth a question."""
CONSIDERED = 400
SHOWN = 5


@dataclass(frozen=True)
class Likely:
    """A record that it may be: how alike, and why."""

    record: Account | Person
    score: int
    reasons: tuple[str, ...]


def likely_same(
    about: Literal["account", "person"],
    values: Mapping[str, Any],
    actor: Actor,
    *,
    besides: Iterable[int] = (),
    enough: int = ENOUGH,
) -> list[Likely]:
    """The records that this actor may see which may be the one that `values` describe (name, email, phone, account or city,
    country), the likeliest first, `besides` these ids. A constant number of queries, however many customers there are."""
    wanted = _described(about, values)
    ids = set(_candidates(about, wanted, values)) - set(besides)
    if not ids:
        return []
    model: Any = Account if about == "account" else Person
    describe = described_accounts if about == "account" else described_people
    compare = organisations_alike if about == "account" else people_alike
    alike = {pk: compare(wanted, each) for pk, each in describe(ids).items()}
    best = sorted((pk for pk, each in alike.items() if each.score >= enough), key=lambda pk: (-alike[pk].score, pk))
    seen = (
        model.objects.visible_to(actor).select_related("account")
        if about == "person"
        else model.objects.visible_to(actor)
    )
    rows = {row.pk: row for row in seen.filter(pk__in=best[: SHOWN * 4])}
    return [Likely(rows[pk], alike[pk].score, alike[pk].reasons) for pk in best if pk in rows][:SHOWN]


def _described(about: str, values: Mapping[str, Any]) -> Described:
    account = values.get("account")
    firm = account if isinstance(account, Account) else None
    country = str(values.get("country") or (firm.country if firm else "") or "")
    phone = read_phone(str(values.get("phone") or ""), country)
    email = keepable(str(values.get("email") or "")).strip().lower()
    return Described(
        name=keepable(str(values.get("name") or "")),
        emails=(email,) if email else (),
        phones=(phone.key,) if phone.is_valid else (),
        organisation=firm.name if firm else "",
        city=keepable(str(values.get("city") or (firm.city if firm else "") or "")),
    )


def _candidates(about: str, wanted: Described, values: Mapping[str, Any]) -> Iterable[int]:
    owner = f"{about}_id"
    keys = [*wanted.emails, *wanted.phones]
    if keys:
        yield from (
            ContactPoint.objects.filter(key__in=keys, **{f"{owner}__isnull": False})
            .order_by("pk")
            .values_list(owner, flat=True)[:CONSIDERED]
        )
    words = (organisation_words if about == "account" else person_words)(wanted.name)
    # The beginnings of the longer words: slips are rare there, and both search engines find words by them.
    long = sorted((word for word in words if len(word) > 2), key=lambda word: (-len(word), word))
    if long:
        begins = [word[:4] for word in long[:3]]
        yield from ids_matching(f"customers.{about}", begins, most=CONSIDERED)
        if len(begins) > 1:
            yield from ids_matching(f"customers.{about}", begins[:1], most=CONSIDERED)
