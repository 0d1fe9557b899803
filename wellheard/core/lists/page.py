"""What a list page is made of."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Literal

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy

from wellheard.core.models.members import Member
from wellheard.core.models.organisation import Site
from wellheard.core.templatetags.words import plural_words

Rows = QuerySet[Any]
Kind = Literal["text", "number", "date", "moment", "state"]
RESERVED = frozenset({"q", "sort", "page", "format"})


@dataclass(frozen=True)
class Column:
    """A column. `value(row)` is what it says; `sort` the field(s) it sorts by (`"account__name"`), none: not sortable.

    `kind` decides how the value looks and how it is exported: a moment is a `datetime`, a state is words in a badge.
    `tone(row)` is "better", "worse", "wait", "mine" or "". `note(row)` is a small second line. `url(row)` opens the record;
    the first column with one heads its row. `whole(row)` is what an export says where the page shortens the value.
    """

    key: str
    title: str
    value: Callable[[Any], object]
    url: Callable[[Any], str] | None = None
    sort: str = ""
    kind: Kind = "text"
    tone: Callable[[Any], str] | None = None
    note: Callable[[Any], str] | None = None
    whole: Callable[[Any], object] | None = None


@dataclass(frozen=True)
class Filter:
    """A choice that narrows the list. `choices(member)` gives (value, label); only those values reach `narrow`.

    `default` is in effect until the reader chooses something else, "Any" included.
    """

    key: str
    title: str
    choices: Callable[[Member], Sequence[tuple[str, str]]]
    narrow: Callable[[Rows, str], Rows]
    default: str = ""


@dataclass(frozen=True)
class ListPage:
    """A list. `rows(member)` starts with `visible_to(member)`, and takes the keyword arguments of the address, if any.

    `title(count)` is the headline. `search` is a function of rows and words, or the fields in which every word is looked
    for. `default_sort` is a column's key or a field, with "-" for descending. `teach` has `title`, `why`, `button`, `url`
    (also `clause`, and the `permission` that the button needs). `actions` are (label, name of the address, permission),
    the first is the page's main button. `also` are columns that only an export has: what the page says in a small line, or not
    at all. `views` are (label, query string). `permission` opens the page: None for the one
    to see its records, "" for every member. `row_button(member, row)` gives a row's own button (label, address to POST to).
    """

    key: str
    title: Callable[[int], str]
    rows: Callable[..., Rows]
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    search: Callable[[Rows, str], Rows] | Sequence[str] | None = None
    default_sort: str = ""
    teach: Mapping[str, str] = field(default_factory=dict)
    actions: Sequence[tuple[str, str, str]] = ()
    views: Sequence[tuple[str, str]] = ()
    lead: str = ""
    per_page: int = 50
    template: str = "core/list.html"
    permission: str | None = None
    row_button: Callable[[Member, Any], tuple[str, str] | None] | None = None
    also: Sequence[Column] = ()

    def __post_init__(self) -> None:
        if taken := RESERVED & {each.key for each in self.filters}:
            raise ValueError(f"{self.key}: a filter can't be called {', '.join(sorted(taken))}")

    @property
    def sortable(self) -> dict[str, Column]:
        """The columns that can be sorted by, by their keys."""
        return {column.key: column for column in self.columns if column.sort}

    def found(self, rows: Rows, words: str) -> Rows:
        """The rows that hold the words."""
        if self.search is None or not words:
            return rows
        if callable(self.search):
            return self.search(rows, words)
        for word in words.split()[:10]:
            rows = rows.filter(reduce(operator.or_, (Q(**{f"{name}__icontains": word}) for name in self.search)))
        return rows

    def ordered(self, rows: Rows, sort: str) -> Rows:
        """The rows in this order, the same on every database: empty values last, ties in the order they were written."""
        sort = sort or self.default_sort
        is_down, key = sort.startswith("-"), sort.removeprefix("-")
        column = self.sortable.get(key)
        names = [name.strip() for name in (column.sort if column else key).split(",") if name.strip()]
        return rows.order_by(*(_by(rows, name, is_down) for name in names), "-pk" if is_down else "pk")


def _by(rows: Rows, name: str, is_down: bool) -> OrderBy | str:
    # A field that is never empty is sorted plainly, so that its index serves.
    is_down, name = is_down != name.startswith("-"), name.removeprefix("-")
    if not _may_be_empty(rows, name):
        return f"-{name}" if is_down else name
    return F(name).desc(nulls_last=True) if is_down else F(name).asc(nulls_last=True)


def _may_be_empty(rows: Rows, path: str) -> bool:
    model = rows.model
    for name in path.split("__"):
        try:
            each = model._meta.get_field(name)
        except FieldDoesNotExist:
            return True
        if getattr(each, "null", True):
            return True
        model = each.related_model or model
    return False


def how_many(count: int, one: str, many: str) -> str:
    """A headline that counts: `Five open complaints`, `No open complaint`… never a bare number."""
    words = plural_words(count, f"{one},{many}")
    return words[:1].upper() + words[1:]


def site_filter(path: str = "site_id", *, key: str = "site", title: str = "Site") -> Filter:
    """Narrow to one site."""

    def choices(member: Member) -> list[tuple[str, str]]:
        sites = Site.objects.visible_to(member).order_by("name").values_list("pk", "name")
        return [(str(pk), name) for pk, name in sites]

    return Filter(key, title, choices, lambda rows, value: rows.filter(**{path: value}))
