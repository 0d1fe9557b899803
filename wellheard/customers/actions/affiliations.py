"""For whom people speak, and in which roles."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.customers.current import current, refuse_gone
from wellheard.customers.models import Account, Affiliation, Person
from wellheard.customers.values import clean_words


@action("customers.affiliate")
def affiliate(
    person: Person,
    account: Account,
    by: Actor,
    *,
    at: datetime,
    roles: Iterable[str] = (),
    job_title: str = "",
    is_main: bool = False,
    since: date | None = None,
) -> Affiliation:
    """They speak for this account, in these roles; asked for again, the roles and the title are brought up to date.

    The first account is the main one; another becomes it with `is_main`, and they go on speaking for the first.
    """
    refuse_gone(person)
    account = current(account)
    present = list(person.affiliations.filter(until__isnull=True).order_by("pk"))
    found = next((each for each in present if each.account_id == account.pk), None)
    made = found or Affiliation(person=person, account=account, site_id=account.site_id, since=since)
    made.roles = clean_roles(roles) or made.roles
    made.job_title = clean_words(job_title) or made.job_title
    made.since = since or made.since
    if is_main or not any(each.is_main for each in present):
        _make_main_affiliation(made, person, present)
    if made.pk is None or made.has_unsaved_changes:
        made.save()
    return made


@action("customers.change_affiliation")
def change_affiliation(affiliation: Affiliation, by: Actor, *, at: datetime, **changes: Any) -> Affiliation:
    """Correct for whom and in which roles: `roles`, `job_title`, `since`, `is_main` (True)."""
    if unknown := set(changes) - {"roles", "job_title", "since", "is_main"}:
        raise TypeError(f"There is no {', '.join(sorted(unknown))} to change here")
    refuse_gone(affiliation.person)
    if "roles" in changes:
        affiliation.roles = clean_roles(changes["roles"])
    affiliation.job_title = clean_words(changes.get("job_title", affiliation.job_title))
    affiliation.since = changes.get("since", affiliation.since)
    if changes.get("is_main") and affiliation.until is None:
        others = affiliation.person.affiliations.filter(until__isnull=True).exclude(pk=affiliation.pk)
        _make_main_affiliation(affiliation, affiliation.person, list(others))
    affiliation.save()
    return affiliation


@action("customers.end_affiliation")
def end_affiliation(affiliation: Affiliation, by: Actor, *, at: datetime) -> Affiliation:
    """They no longer speak for this account; what they said for it stays. Another that they speak for becomes the main one."""
    person = affiliation.person
    was_main = affiliation.is_main
    affiliation.until, affiliation.is_main = timezone.localdate(at), False
    affiliation.save()
    if was_main:
        heir = person.affiliations.filter(until__isnull=True).select_related("account").order_by("pk").first()
        if heir is not None:
            heir.is_main = True
            heir.save(update_fields=["is_main"])
        person.account = heir.account if heir is not None else None
        person.save(update_fields=["account"])
    return affiliation


def clean_roles(roles: Iterable[str]) -> list[str]:
    """Keys of roles, each once, in their usual order."""
    wanted = {str(each).strip() for each in roles or ()} - {""}
    if unknown := wanted - {*Affiliation.Role.values}:
        raise Refusal(
            f"There is no role “{min(unknown)[:40]}”. Nothing was saved; use some of: "
            f"{', '.join(Affiliation.Role.values)}.",
            field="roles",
        )
    return [role for role in Affiliation.Role.values if role in wanted]


def _make_main_affiliation(made: Affiliation, person: Person, present: list[Affiliation]) -> None:
    for each in present:
        if each.pk != made.pk and each.is_main:
            each.is_main = False
            each.save(update_fields=["is_main"])
    made.is_main = True
    if person.account_id != made.account_id:
        person.account = made.account
        person.save(update_fields=["account"])


def keep_affiliated(person: Person, *, at: datetime) -> None:
    """The account on the person is their main affiliation; one that it replaces ends today."""
    for each in person.affiliations.filter(is_main=True).exclude(account=person.account):
        each.is_main, each.until = False, timezone.localdate(at)
        each.save()
    if person.account is None:
        return
    present = person.affiliations.filter(account=person.account, until__isnull=True).first()
    if present is None:
        # Taken back on the same day, it never ended.
        ended = person.affiliations.filter(account=person.account, until=timezone.localdate(at))
        present = ended.order_by("-pk").first()
    if present is None:
        Affiliation(person=person, account=person.account, is_main=True, site_id=person.account.site_id).save()
    elif not present.is_main or present.until is not None:
        present.is_main, present.until = True, None
        present.save()
