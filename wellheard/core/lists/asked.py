"""What the address of a list asks for, made clean: nothing in it can be more than ignored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from wellheard.core.lists.page import Filter, ListPage
from wellheard.core.models.members import Member

FORMATS = ("csv", "xlsx")
Choices = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True)
class Asked:
    """Words, filters, order, page and format. `notes` say what could not be understood."""

    words: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    page: str = ""
    format: str = ""
    notes: tuple[str, ...] = ()

    def query(self, **changes: str) -> str:
        """These wishes as a query string, without page and format unless they are among the changes."""
        wanted = {"q": self.words, **self.chosen, "sort": self.sort, **changes}
        return urlencode({key: value for key, value in wanted.items() if value or key in self.chosen})


def choices_of(page: ListPage, member: Member) -> Choices:
    """What each filter offers this member, read once a page."""
    return {each.key: [(str(value), str(label)) for value, label in each.choices(member)] for each in page.filters}


def asked_of(page: ListPage, given: Mapping[str, str], choices: Choices) -> Asked:
    """The address's wishes; a value that the list doesn't know is left out, with a note that says so."""
    notes: list[str] = []
    chosen: dict[str, str] = {}
    for each in page.filters:
        value = _chosen(each, given, {value for value, _label in choices[each.key]}, notes)
        if value or each.default:
            chosen[each.key] = value
    sort = given.get("sort", "")
    if sort and sort.removeprefix("-") not in page.sortable:
        notes.append("This list can’t be sorted that way, so it has its usual order.")
        sort = ""
    form = given.get("format", "")
    if form and form not in FORMATS:
        notes.append("This list can be exported as CSV or XLSX only, so nothing was exported.")
        form = ""
    number = given.get("page", "")
    if number and not (number.isascii() and number.isdigit()):
        notes.append("There is no such page, so this is the first one.")
        number = ""
    # PostgreSQL refuses NUL in any text.
    words = " ".join(given.get("q", "").replace("\x00", " ").split())[:200] if page.search is not None else ""
    return Asked(words=words, chosen=chosen, sort=sort, page=number, format=form, notes=tuple(notes))


def _chosen(each: Filter, given: Mapping[str, str], known: set[str], notes: list[str]) -> str:
    value = given.get(each.key, each.default)
    if value and value not in known:
        notes.append(f"“{each.title}” has no such choice any more, so it was left out.")
        return each.default
    return value


def same_view(page: ListPage, query: str, asked: Asked, choices: Choices) -> bool:
    """Does this query string show what is being shown?"""
    return asked_of(page, dict(parse_qsl(query, keep_blank_values=True)), choices).query() == asked.query()
