"""The lists of customers and of people."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from wellheard.core.lists import Column, Filter, ListPage, how_many, site_filter
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member, Site
from wellheard.core.search import holding
from wellheard.customers.custom import fields_of, read_value, value_in_words
from wellheard.customers.known import TONES
from wellheard.customers.models import (
    PRESENT,
    Account,
    Affiliation,
    ContactPoint,
    CustomField,
    Lifecycle,
    Person,
    Segment,
)
from wellheard.customers.tagging import tagged, tags_known
from wellheard.customers.words import language_name
from wellheard.ground.phones import read_phone

MOST_REACHED = 500
Choices = Sequence[tuple[str, str]]


def accounts(member: Member) -> Rows:
    rows = Account.objects.visible_to(member).filter(PRESENT).select_related("segment", "site", "owner")
    # Counted for the rows of the page alone: to join and group everybody takes longer with every customer.
    speaking = Affiliation.objects.filter(account=OuterRef("pk"), until__isnull=True).order_by().values("account")
    number = speaking.annotate(number=Count("pk")).values("number")
    return rows.annotate(people_count=Coalesce(Subquery(number), 0))


def people(member: Member) -> Rows:
    return Person.objects.visible_to(member).filter(PRESENT).select_related("account", "site", "owner")


def people_of_account(member: Member, pk: int) -> Rows:
    account = Account.objects.visible_to(member).filter(pk=pk).first()
    if account is None:
        raise Http404
    speaking = Affiliation.objects.filter(account=account, until__isnull=True)
    return people(member).filter(pk__in=speaking.values("person_id"))


def segments(member: Member) -> Choices:
    return [(str(pk), name) for pk, name in Segment.objects.order_by("name").values_list("pk", "name")]


def owners(model: type[Account] | type[Person]) -> Callable[[Member], Choices]:
    """Whoever looks after somebody: each member is asked about by the index, so it takes no longer with more customers."""

    def choices(member: Member) -> Choices:
        busy = Member.objects.filter(Exists(model.objects.filter(owner=OuterRef("pk")))).order_by("name")
        return [("none", "Nobody yet"), *((str(pk), name) for pk, name in busy.values_list("pk", "name"))]

    return choices


def of_owner(rows: Rows, value: str) -> Rows:
    return rows.filter(owner__isnull=True) if value == "none" else rows.filter(owner_id=value)


def own_choices(about: str) -> Callable[[Member], Choices]:
    """The values of our own fields that can be chosen: one of several, yes or no."""

    def choices(member: Member) -> Choices:
        found = []
        for field in fields_of(about):
            values = ("yes", "no") if field.value_type == CustomField.Value.YES_NO else field.choices
            found += [(f"{field.key}:{value}", f"{field.name}: {value}") for value in values]
        return found

    return choices


def of_own(about: str) -> Callable[[Rows, str], Rows]:
    """Those whose own field has this value."""

    def narrow(rows: Rows, value: str) -> Rows:
        key, _, words = value.partition(":")
        field = CustomField.objects.get(about=about, key=key)
        return rows.filter(**{f"custom__{key}": read_value(field, words)})

    return narrow


def standing_filter() -> Filter:
    return Filter(
        "standing",
        "Standing",
        lambda member: [(value, label.capitalize()) for value, label in Lifecycle.choices],
        lambda rows, value: rows.filter(lifecycle=value),
    )


def tag_filter(about: str) -> Filter:
    return Filter("tag", "Tag", lambda member: [(words, words) for words in tags_known(about)], tagged)


def own_filter(about: str) -> Filter:
    return Filter("own", "Own field", own_choices(about), of_own(about))


def found_accounts(rows: Rows, words: str) -> Rows:
    return _found(rows, words, "account_id")


def found_people(rows: Rows, words: str) -> Rows:
    return _found(rows, words, "person_id")


def _found(rows: Rows, words: str, owner: str) -> Rows:
    """Whoever is reached at this address or number, former ones too; else those that hold the words.

    Asked one after the other: both conditions in one statement would read every row.
    """
    if "@" in words or sum(each.isdigit() for each in words) >= 5:
        keys = {words.strip().lower(), *(read_phone(words, country).key for country in ("", *_countries()))}
        points = ContactPoint.objects.filter(what__in=("email", "phone"), key__in=keys, **{f"{owner}__isnull": False})
        if reached := list(points.order_by("pk").values_list(owner, flat=True)[:MOST_REACHED]):
            return rows.filter(pk__in=reached)
    return holding(rows, words)


def _countries() -> set[str]:
    """Where numbers without a country code may be from."""
    return {*Site.objects.exclude(country="").values_list("country", flat=True)}


def own_in_words(about: str) -> Callable[[Any], str]:
    """All own fields of a customer in one cell of an export: `Size: L; Region: north`."""
    kept: dict[str, CustomField] = {}

    def words(record: Any) -> str:
        if not record.custom:
            return ""
        if missing := {*record.custom} - {*kept}:
            kept.update({each.key: each for each in CustomField.objects.filter(about=about, key__in=missing)})
        said = ((kept[key], value) for key, value in record.custom.items() if key in kept)
        return "; ".join(f"{field.name}: {value_in_words(field, value)}" for field, value in said)

    return words


def standing_column() -> Column:
    return Column(
        "standing",
        "Standing",
        lambda record: record.get_lifecycle_display().capitalize(),
        kind="state",
        sort="lifecycle,name",
        tone=lambda record: TONES.get(Lifecycle(record.lifecycle), ""),
    )


def in_words(about: str) -> tuple[Column, ...]:
    """Columns that both exports have beside those of the page."""
    return (
        Column("tags", "Tags", lambda record: ", ".join(record.tags)),
        Column("reason", "Reason of the standing", lambda record: record.lifecycle_reason),
        Column("own", "Own fields", own_in_words(about)),
        Column("notes", "Notes", lambda record: record.notes),
    )


ACCOUNTS = ListPage(
    key="customers.accounts",
    title=lambda count: how_many(count, "customer", "customers"),
    rows=accounts,
    columns=(
        Column(
            "name", "Customer", lambda a: a.name, url=Account.get_absolute_url, sort="name", note=lambda a: a.reference
        ),
        standing_column(),
        Column("segment", "Segment", lambda a: a.segment, sort="segment__name"),
        Column("city", "City", lambda a: a.city, sort="city"),
        Column("site", "Site", lambda a: a.site, sort="site__name"),
        Column("owner", "Looked after by", lambda a: a.owner, sort="owner__name"),
        Column("people", "People", lambda a: a.people_count, kind="number", sort="people_count"),
        Column("since", "Since", lambda a: a.since, kind="date", sort="since"),
    ),
    also=(
        Column("reference", "Reference", lambda a: a.reference),
        Column("country", "Country", lambda a: a.country),
        Column("industry", "Industry", lambda a: a.industry),
        Column("language", "Language", lambda a: a.language),
        *in_words("account"),
    ),
    filters=(
        standing_filter(),
        Filter("segment", "Segment", segments, lambda rows, value: rows.filter(segment_id=value)),
        tag_filter("account"),
        own_filter("account"),
        site_filter(),
        Filter("owner", "Looked after by", owners(Account), of_owner),
    ),
    search=found_accounts,
    default_sort="name",
    teach={
        "title": "No customers yet",
        "why": "Everyone we serve belongs here, with the people who speak for them and what they prefer. "
        "Whatever they say later is heard under their name.",
        "clause": "ISO 9001 asks in 9.1.2 how customers see us: it begins with knowing who they are.",
        "button": "Add the first customer",
        "url": "customers:new",
        "permission": "customers.add_account",
    },
    actions=(
        ("Add a customer", "customers:new", "customers.add_account"),
        ("Import", "customers:imports", "core.import"),
        ("Our own fields", "customers:fields", "customers.define_field"),
    ),
    views=(("Looked after by nobody", "owner=none"), ("At risk", "standing=at_risk"), ("Lost", "standing=lost")),
)

PEOPLE = ListPage(
    key="customers.people",
    title=lambda count: how_many(count, "person", "people"),
    rows=people,
    columns=(
        Column(
            "name",
            "Person",
            str,
            url=Person.get_absolute_url,
            sort="name",
            note=lambda p: str(p.account) if p.account else "",
        ),
        standing_column(),
        Column("email", "E-mail", lambda p: p.email or ""),
        Column("phone", "Phone", lambda p: p.phone),
        Column("language", "Prefers", lambda p: language_name(p.language) if p.language else ""),
        Column("site", "Site", lambda p: p.site, sort="site__name"),
        Column("owner", "Looked after by", lambda p: p.owner, sort="owner__name"),
    ),
    also=(
        Column("account", "Customer", lambda p: p.account),
        Column("reference", "Reference of the customer", lambda p: p.account.reference if p.account else ""),
        Column("given", "Given name", lambda p: p.given_name),
        Column("family", "Family name", lambda p: p.family_name),
        Column("salutation", "Salutation", lambda p: p.salutation),
        Column("channel", "Is reached best", lambda p: p.get_channel_display() if p.channel else ""),
        Column("no_mail", "Wants no news by mail", lambda p: p.wants_no_mail),
        Column("no_surveys", "Wants no surveys", lambda p: p.do_not_ask),
        *in_words("person"),
    ),
    filters=(
        standing_filter(),
        Filter(
            "reach",
            "Reached",
            lambda member: [("mail", "By mail"), ("nomail", "Without an e-mail address")],
            lambda rows, value: rows.filter(email__isnull=value == "nomail"),
        ),
        tag_filter("person"),
        own_filter("person"),
        site_filter(),
        Filter("owner", "Looked after by", owners(Person), of_owner),
    ),
    search=found_people,
    default_sort="name",
    teach={
        "title": "Nobody is known by name yet",
        "why": "The people who speak to us: what they are called, for whom they speak, how they want to be reached. "
        "An e-mail address is not needed: whoever calls or writes a letter belongs here too.",
        "clause": "ISO 9001 asks in 8.2.1 how we communicate with customers.",
        "button": "Add the first person",
        "url": "customers:new-person",
        "permission": "customers.change_person",
    },
    actions=(
        ("Add a person", "customers:new-person", "customers.change_person"),
        ("Import", "customers:imports", "core.import"),
        ("Our own fields", "customers:fields", "customers.define_field"),
    ),
    views=(("Without an e-mail address", "reach=nomail"),),
)

ACCOUNT_PEOPLE = replace(
    PEOPLE,
    key="customers.account_people",
    title=lambda count: how_many(count, "person speaks for this customer", "people speak for this customer"),
    rows=people_of_account,
    actions=(),
    views=(),
    teach={"title": "Nobody speaks for this customer yet", "why": "Add the people on the customer’s page."},
)
