"""Accounts and people: listed, read, and brought up to date by the id that another program gave them."""

from datetime import date
from typing import Any, Literal

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, Site
from wellheard.core.views import member_of
from wellheard.customers.actions.affiliations import affiliate, end_affiliation
from wellheard.customers.actions.external import by_external_id
from wellheard.customers.actions.reaching import drop_contact_point, note_contact_point
from wellheard.customers.actions.upserting import bring_up_to_date, upsert_account, upsert_person
from wellheard.customers.api.paging import Asked, page
from wellheard.customers.api.schemas import (
    AccountIn,
    AccountOut,
    AffiliationIn,
    AffiliationOut,
    ContactPointOut,
    CustomerIn,
    Lifecycle,
    PersonIn,
    PersonOut,
    PointIn,
    Role,
    Sent,
    UpsertedAccountOut,
    UpsertedPersonOut,
)
from wellheard.customers.models import Account, Affiliation, ContactPoint, Person
from wellheard.customers.tagging import tagged_however_written

router = Router()
NOT_EMPTY = ("name", "site", "owner", "language", "notes", "tags", "custom", "lifecycle")


def accounts_for(member: Member) -> "QuerySet[Account]":
    """Accounts that this member may see, with all that is shown of them: the same number of questions for any number."""
    rows: Any = Account.objects.visible_to(member).select_related("segment")
    return rows.prefetch_related("contact_points", "addresses", "external_ids")  # type: ignore[no-any-return]


def people_for(member: Member) -> "QuerySet[Person]":
    """People that this member may see, with all that is shown of them."""
    speaks_for = Affiliation.objects.visible_to(member).select_related("account").order_by("-is_main", "pk")
    rows: Any = Person.objects.visible_to(member)
    return rows.prefetch_related(  # type: ignore[no-any-return]
        "contact_points", "addresses", "external_ids", Prefetch("affiliations", speaks_for)
    )


class AskedCustomers(Asked):
    """Which of them. Merged and erased ones are left out; the list of changes tells of them."""

    lifecycle: Lifecycle | None = None
    site: int | None = Field(None, ge=-(2**63), lt=2**63)
    owner: int | None = Field(None, ge=-(2**63), lt=2**63)
    tag: str = Field("", max_length=60)


class AskedAccounts(AskedCustomers):
    """Which accounts."""

    segment: int | None = Field(None, ge=-(2**63), lt=2**63)


class AskedPeople(AskedCustomers):
    """Which people; `email` finds whoever has or had that address."""

    account: int | None = Field(None, ge=-(2**63), lt=2**63)
    email: str = Field("", max_length=254)


class AccountsOut(Schema):
    items: list[AccountOut]
    next: int | None


class PeopleOut(Schema):
    items: list[PersonOut]
    next: int | None


def _narrowed(rows: Any, asked: AskedCustomers) -> Any:
    rows = rows.filter(merged_into__isnull=True, erased_at__isnull=True)
    for name in ("lifecycle", "site", "owner"):
        if (value := getattr(asked, name)) is not None:
            rows = rows.filter(**{name: value})
    if asked.tag:
        rows = tagged_however_written(rows, asked.tag)
    return rows


# ---- accounts -----------------------------------------------------------------------------------------------------
@router.get("/accounts", response=AccountsOut, summary="Accounts, oldest first", operation_id="list_accounts")
def list_accounts(request: HttpRequest, asked: Query[AskedAccounts]) -> dict[str, Any]:
    """A page of accounts; `next`, sent as `after`, leads on."""
    rows = _narrowed(accounts_for(member_of(request)), asked)
    if asked.segment is not None:
        rows = rows.filter(segment_id=asked.segment)
    return page(request, asked, rows)


@router.get("/accounts/{int:pk}", response=AccountOut, operation_id="get_account")
def get_account(request: HttpRequest, pk: int) -> Account:
    """One account; a merged one names the account that stands for it."""
    return get_object_or_404(accounts_for(member_of(request)), pk=pk)


@router.patch("/accounts/{int:pk}", response=UpsertedAccountOut, operation_id="change_account")
def change_account(request: HttpRequest, pk: int, given: AccountIn) -> dict[str, Any]:
    """Bring an account up to date; what is left out stays."""
    member = member_of(request)
    found = get_object_or_404(Account.objects.visible_to(member).select_related("merged_into"), pk=pk)
    values = _account_values(given, member)
    done = bring_up_to_date(found, "", "", values, member, at=timezone.now())
    return {"verdict": done.verdict, "account": get_object_or_404(accounts_for(member), pk=done.record.pk)}


@router.post("/accounts", response={200: UpsertedAccountOut, 201: UpsertedAccountOut}, operation_id="add_account")
def add_account(request: HttpRequest, given: AccountIn, key: Literal["none", "name"] = "none") -> Any:
    """A new account; with `key=name` the only one of that name is brought up to date instead."""
    return _keep_account(request, "", "", given, "name" if key == "name" else "external_id")


@router.get("/accounts/by/{source}/{path:external_id}", response=AccountOut, operation_id="get_account_by_id")
def account_by(request: HttpRequest, source: str, external_id: str) -> Account:
    """The account that your program calls so; a merged one leads to the one that stands for it."""
    member = member_of(request)
    found = by_external_id(Account, source, external_id)
    return get_object_or_404(accounts_for(member), pk=found.pk if found else 0)


@router.put(
    "/accounts/by/{source}/{path:external_id}",
    response={200: UpsertedAccountOut, 201: UpsertedAccountOut},
    operation_id="keep_account",
)
def keep_account(request: HttpRequest, source: str, external_id: str, given: AccountIn) -> Any:
    """The account that your program calls so, as you send it: added (201) or brought up to date. Sent again: the same."""
    return _keep_account(request, source, external_id, given, "external_id")


def _keep_account(request: HttpRequest, source: str, external_id: str, given: AccountIn, key: str) -> Any:
    member = member_of(request)
    _refuse_hidden(Account, source, external_id, member)
    values = _account_values(given, member)
    with transaction.atomic():
        done = upsert_account(source, external_id, values, member, at=timezone.now(), key=key)
        shown = _shown(accounts_for(member), done.record.pk)
    return (201 if done.verdict == "created" else 200), {"verdict": done.verdict, "account": shown}


# ---- people -------------------------------------------------------------------------------------------------------
@router.get("/people", response=PeopleOut, summary="People, oldest first", operation_id="list_people")
def list_people(request: HttpRequest, asked: Query[AskedPeople]) -> dict[str, Any]:
    """A page of people; `next`, sent as `after`, leads on."""
    rows = _narrowed(people_for(member_of(request)), asked)
    if asked.account is not None:
        speaking = Affiliation.objects.filter(account_id=asked.account, until__isnull=True)
        rows = rows.filter(pk__in=speaking.values("person_id"))
    if asked.email:
        rows = rows.with_email(asked.email)
    return page(request, asked, rows)


@router.get("/people/{int:pk}", response=PersonOut, operation_id="get_person")
def get_person(request: HttpRequest, pk: int) -> Person:
    """One person; a merged one names the person who stands for them."""
    return get_object_or_404(people_for(member_of(request)), pk=pk)


@router.patch("/people/{int:pk}", response=UpsertedPersonOut, operation_id="change_person")
def change_person(request: HttpRequest, pk: int, given: PersonIn) -> dict[str, Any]:
    """Bring a person up to date; what is left out stays."""
    member = member_of(request)
    found = get_object_or_404(Person.objects.visible_to(member).select_related("merged_into"), pk=pk)
    values = _person_values(given, member, "")
    done = bring_up_to_date(found, "", "", values, member, at=timezone.now())
    return {"verdict": done.verdict, "person": get_object_or_404(people_for(member), pk=done.record.pk)}


@router.post("/people", response={200: UpsertedPersonOut, 201: UpsertedPersonOut}, operation_id="add_person")
def add_person(request: HttpRequest, given: PersonIn) -> Any:
    """A new person; whoever has that e-mail address and name already is brought up to date instead (200)."""
    return _keep_person(request, "", "", given)


@router.get("/people/by/{source}/{path:external_id}", response=PersonOut, operation_id="get_person_by_id")
def person_by(request: HttpRequest, source: str, external_id: str) -> Person:
    """The person whom your program calls so; a merged one leads to whoever stands for them."""
    found = by_external_id(Person, source, external_id)
    return get_object_or_404(people_for(member_of(request)), pk=found.pk if found else 0)


@router.put(
    "/people/by/{source}/{path:external_id}",
    response={200: UpsertedPersonOut, 201: UpsertedPersonOut},
    operation_id="keep_person",
)
def keep_person(request: HttpRequest, source: str, external_id: str, given: PersonIn) -> Any:
    """The person whom your program calls so, as you send them: added (201) or brought up to date. Sent again: the same."""
    return _keep_person(request, source, external_id, given)


def _keep_person(request: HttpRequest, source: str, external_id: str, given: PersonIn) -> Any:
    member = member_of(request)
    _refuse_hidden(Person, source, external_id, member)
    values = _person_values(given, member, source)
    with transaction.atomic():
        done = upsert_person(source, external_id, values, member, at=timezone.now())
        shown = _shown(people_for(member), done.record.pk)
    return (201 if done.verdict == "created" else 200), {"verdict": done.verdict, "person": shown}


class NewContactPoint(PointIn):
    """A way to reach somebody."""

    what: Literal["email", "phone", "website"]


@router.post("/people/{int:pk}/contact-points", response={201: ContactPointOut}, operation_id="add_contact_point")
def add_contact_point(request: HttpRequest, pk: int, given: NewContactPoint) -> tuple[int, ContactPoint]:
    """Note an address or number; the same one is noted once."""
    member = member_of(request)
    found = get_object_or_404(Person.objects.visible_to(member), pk=pk)
    said = given.dict(exclude={"what", "value"})
    return 201, note_contact_point(found, given.what, given.value, member, at=timezone.now(), **said)


@router.delete("/contact-points/{int:pk}", response=ContactPointOut, operation_id="drop_contact_point")
def drop_point(request: HttpRequest, pk: int) -> ContactPoint:
    """No longer used; mail from it still finds its owner."""
    member = member_of(request)
    found = get_object_or_404(ContactPoint.objects.visible_to(member), pk=pk)
    return drop_contact_point(found, member, at=timezone.now())


class Speaks(Sent):
    """For which account they speak."""

    account: int = Field(ge=0, lt=2**63)
    roles: list[Role] = []
    job_title: str = Field("", max_length=200)
    is_main: bool = False
    since: date | None = None


@router.post("/people/{int:pk}/affiliations", response={201: AffiliationOut}, operation_id="add_affiliation")
def add_affiliation(request: HttpRequest, pk: int, given: Speaks) -> tuple[int, Affiliation]:
    """They speak for this account; said again, roles and title are brought up to date."""
    member = member_of(request)
    person = get_object_or_404(Person.objects.visible_to(member), pk=pk)
    account = get_object_or_404(Account.objects.visible_to(member), pk=given.account)
    return 201, affiliate(person, account, member, at=timezone.now(), **given.dict(exclude={"account"}))


@router.delete("/affiliations/{int:pk}", response=AffiliationOut, operation_id="end_affiliation")
def end(request: HttpRequest, pk: int) -> Affiliation:
    """They speak for it no longer, from today."""
    member = member_of(request)
    rows = Affiliation.objects.visible_to(member).select_related("account", "person")
    return end_affiliation(get_object_or_404(rows, pk=pk), member, at=timezone.now())


# ---- reading what was sent ----------------------------------------------------------------------------------------
def _refuse_hidden(model: type[Account] | type[Person], source: str, external_id: str, member: Member) -> None:
    """An id that means a record of another site may be neither read nor written through."""
    if not source and not external_id:
        return
    known: Any = by_external_id(model, source, external_id)
    if known is not None and not model.objects.visible_to(member).filter(pk=known.pk).exists():
        raise NotAllowed("This id means a record that you may not see. Nothing was saved.")


def _shown(rows: Any, pk: int) -> Any:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotAllowed("This means a record that you may not see. Nothing was saved.")
    return found


def _common(given: CustomerIn, member: Member) -> dict[str, Any]:
    values: dict[str, Any] = given.dict(exclude_unset=True)
    for name in NOT_EMPTY:
        if name in values and values[name] is None and name not in {"site", "owner"}:
            del values[name]
    if values.get("site") is not None:
        values["site"] = get_object_or_404(Site.objects.visible_to(member), pk=values["site"])
    if values.get("owner") is not None:
        values["owner"] = get_object_or_404(Member.objects.visible_to(member), pk=values["owner"])
    if "lifecycle" not in values:
        values.pop("lifecycle_reason", None)
    return values


def _account_values(given: AccountIn, member: Member) -> dict[str, Any]:
    values = _common(given, member)
    if values.get("parent") is not None:
        values["parent"] = get_object_or_404(Account.objects.visible_to(member), pk=values["parent"])
    for name in ("city", "country", "industry", "segment"):
        if name in values and values[name] is None:
            values[name] = None if name == "segment" else ""
    return values


def _person_values(given: PersonIn, member: Member, source: str) -> dict[str, Any]:
    values = _common(given, member)
    for name, value in list(values.items()):
        if value is None and name in {"do_not_ask", "wants_no_mail"}:
            del values[name]
        elif value is None and name not in {"site", "owner"}:
            values[name] = ""
    if values.get("affiliations"):
        values["affiliations"] = [_affiliation(each, member, source) for each in given.affiliations]
    return values


def _affiliation(given: AffiliationIn, member: Member, source: str) -> dict[str, Any]:
    rows = Account.objects.visible_to(member).select_related("merged_into")
    if given.account is not None:
        account = rows.filter(pk=given.account).first()
    elif given.reference:
        account = rows.filter(reference=given.reference).first()
    else:
        known = by_external_id(Account, given.source or source, given.external_id) if given.external_id else None
        account = rows.filter(pk=known.pk).first() if known else None
    if account is None:
        raise Refusal(
            "An account for which they speak is not known here. Nothing was saved; send the account first.",
            field="affiliations",
        )
    return {"account": account} | given.dict(include={"roles", "job_title", "is_main", "since"}, exclude_unset=True)
