"""The lists of pairs and of merges."""

from typing import Any

from django.db.models import Case, OuterRef, Subquery, When

from wellheard.core.lists import Column, Filter, ListPage, how_many
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.customers.models import DuplicatePair, Merge
from wellheard.customers.models.duplicates import MODELS

ABOUT = (("account", "Customers"), ("person", "People"))


def pairs(member: Member) -> Rows:
    """The pairs with the names of both, in one query."""
    return DuplicatePair.objects.visible_to(member).annotate(**_names("first_id", "second_id"))


def merges(member: Member) -> Rows:
    return Merge.objects.visible_to(member).select_related("by_member").annotate(**_names("kept_id", "gone_id"))


def _names(*fields: str) -> dict[str, Any]:
    return {
        f"{field.removesuffix('_id')}_name": Case(
            *(
                When(about=about, then=Subquery(model._default_manager.filter(pk=OuterRef(field)).values("name")[:1]))
                for about, model in MODELS.items()
            )
        )
        for field in fields
    }


def of_status(rows: Rows, value: str) -> Rows:
    return rows.to_decide() if value == "open" else rows.filter(status=value)  # type: ignore[attr-defined]


def both(row: Any, first: str, second: str) -> str:
    return f"{getattr(row, first) or 'someone without a name'} and {getattr(row, second) or 'someone without a name'}"


PAIRS = ListPage(
    key="customers.pairs",
    title=lambda count: how_many(count, "pair that may be one", "pairs that may be one"),
    rows=pairs,
    columns=(
        Column("pair", "Who", lambda p: both(p, "first_name", "second_name"), url=DuplicatePair.get_absolute_url),
        Column("about", "What", lambda p: p.get_about_display()),
        Column("likeness", "Likeness of 100", lambda p: p.likeness, kind="number", sort="likeness"),
        Column("why", "Why", lambda p: " ".join(p.reasons[:2]), whole=lambda p: " ".join(p.reasons)),
        Column("status", "State", lambda p: p.get_status_display(), kind="state"),
        Column("found", "Found", lambda p: p.found_at, kind="moment", sort="found_at"),
    ),
    filters=(
        Filter("status", "Decided", lambda member: DuplicatePair.Status.choices, of_status, default="open"),
        Filter("about", "What", lambda member: ABOUT, lambda rows, value: rows.filter(about=value)),
    ),
    default_sort="-likeness",
    teach={
        "title": "No pair looks like one customer",
        "why": "Every night all customers and people are compared: names, addresses, numbers, organisations. What may be the "
        "same stands here with the reasons, until someone decides.",
        "button": "Back to data care",
        "url": "customers:care",
        "permission": "customers.see_duplicatepair",
    },
    lead="Nothing is merged by itself. Open a pair, look at both, and decide.",
)
MERGES = ListPage(
    key="customers.merges",
    title=lambda count: how_many(count, "merge", "merges"),
    rows=merges,
    columns=(
        Column("reference", "Merge", lambda m: m.reference, url=Merge.get_absolute_url, sort="reference"),
        Column("kept", "Kept", lambda m: m.kept_name),
        Column("gone", "Merged into it", lambda m: m.gone_name),
        Column("by", "By", lambda m: m.by_member or "Wellheard"),
        Column("at", "When", lambda m: m.at, kind="moment", sort="at"),
        Column("undone", "State", lambda m: "taken back" if m.undone_at else "", kind="state"),
    ),
    filters=(Filter("about", "What", lambda member: ABOUT, lambda rows, value: rows.filter(about=value)),),
    default_sort="-at",
    teach={
        "title": "Nothing was merged yet",
        "why": "When two records are one customer, everything of the one moves to the other. Each merge stands here, and can "
        "be taken back.",
        "button": "Look at the pairs",
        "url": "customers:duplicates",
        "permission": "customers.see_duplicatepair",
    },
)
