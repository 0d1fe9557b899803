"""The list of customers."""

from collections.abc import Sequence

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from wellheard.core.lists import Column, Filter, ListPage, how_many, site_filter
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.customers.models import Account, Person, Segment


def accounts(member: Member) -> Rows:
    rows = Account.objects.visible_to(member).select_related("segment", "site", "owner")
    # Counted for the rows of the page alone: to join and group everybody takes longer with every customer.
    people = Person.objects.filter(account=OuterRef("pk")).order_by().values("account").annotate(number=Count("pk"))
    return rows.annotate(people_count=Coalesce(Subquery(people.values("number")), 0))


def segments(member: Member) -> Sequence[tuple[str, str]]:
    return [(str(pk), name) for pk, name in Segment.objects.order_by("name").values_list("pk", "name")]


def owners(member: Member) -> Sequence[tuple[str, str]]:
    mine = Member.objects.filter(accounts__isnull=False).distinct().order_by("name")
    return [("none", "Nobody yet"), *((str(pk), name) for pk, name in mine.values_list("pk", "name"))]


def of_owner(rows: Rows, value: str) -> Rows:
    return rows.filter(owner__isnull=True) if value == "none" else rows.filter(owner_id=value)


ACCOUNTS = ListPage(
    key="customers.accounts",
    title=lambda count: how_many(count, "customer", "customers"),
    rows=accounts,
    columns=(
        Column(
            "name", "Customer", lambda a: a.name, url=Account.get_absolute_url, sort="name", note=lambda a: a.reference
        ),
        Column("segment", "Segment", lambda a: a.segment, sort="segment__name"),
        Column("city", "City", lambda a: a.city, sort="city"),
        Column("site", "Site", lambda a: a.site, sort="site__name"),
        Column("owner", "Looked after by", lambda a: a.owner, sort="owner__name"),
        Column("people", "People", lambda a: a.people_count, kind="number", sort="people_count"),
        Column("since", "Since", lambda a: a.since, kind="date", sort="since"),
    ),
    also=(Column("reference", "Reference", lambda a: a.reference),),
    filters=(
        Filter("segment", "Segment", segments, lambda rows, value: rows.filter(segment_id=value)),
        site_filter(),
        Filter("owner", "Looked after by", owners, of_owner),
    ),
    search=("name", "reference", "city"),
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
    actions=(("Add a customer", "customers:new", "customers.add_account"),),
    views=(("Looked after by nobody", "owner=none"),),
)
