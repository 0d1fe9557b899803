"""The view behind every list page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeGuard

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from wellheard.core import access
from wellheard.core.errors import Refusal
from wellheard.core.lists.asked import Asked, Choices, asked_of, choices_of, same_view
from wellheard.core.lists.export import export
from wellheard.core.lists.page import Column, ListPage, Rows
from wellheard.core.models.members import Member
from wellheard.core.models.saved import SavedView
from wellheard.core.saved_views import remove_view, save_view
from wellheard.core.templatetags import words
from wellheard.core.views import member_of


def list_view(page: ListPage) -> Callable[..., HttpResponseBase]:
    """The view of a list page: shows, filters, sorts, saves views (POST), exports (`?format=csv`)."""

    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        member = member_of(request)
        everything = page.rows(member, **kwargs)
        # A stranger learns nothing, not even that there is such a list.
        name = access.see(everything.model) if page.permission is None else page.permission
        if name and not access.may(member, name):
            raise Http404
        choices = choices_of(page, member)
        asked = asked_of(page, request.GET.dict(), choices)
        if request.method == "POST":
            return _keep_view(request, page, asked, member)
        rows = page.found(everything, asked.words)
        for each in page.filters:
            if value := asked.chosen.get(each.key):
                rows = each.narrow(rows, value)
        rows = page.ordered(rows, asked.sort)
        paginator = Paginator(rows, page.per_page)
        if asked.format and request.method == "GET":
            return export(page, rows, asked, paginator.count, member, at=timezone.now())
        return render(request, page.template, _context(request, page, asked, choices, everything, paginator))

    view.__name__ = view.__qualname__ = f"list_of_{page.key.replace('.', '_')}"
    return view


def _context(
    request: HttpRequest, page: ListPage, asked: Asked, choices: Choices, everything: Rows, paginator: Paginator[Any]
) -> dict[str, Any]:
    member = member_of(request)
    shown: Page[Any] = paginator.get_page(asked.page or 1)
    is_narrowed = bool(asked.words or any(asked.chosen.values()))
    saved = list(SavedView.objects.filter(member=member, page=page.key).order_by("name"))
    current = next((view for view in saved if same_view(page, view.query, asked, choices)), None)
    presets = [{"label": label, "query": query} for label, query in page.views]
    may_save = access.may(member, "core.save_view") and asked.query() and current is None
    nothing_yet = not paginator.count and not (is_narrowed and everything.exists())
    teach = _teach(page, member)
    buttons = [{"label": label, "url": reverse(name)} for label, name, right in page.actions if _may(member, right)]
    return {
        "page": page,
        "title": page.title(paginator.count),
        "rows": _table(page, member, list(shown.object_list)),
        "headers": [
            *(_header(page, column, asked) for column in page.columns),
            *([{"label": "What you can do"}] if page.row_button else []),
        ],
        "shown": shown,
        "notes": asked.notes,
        "form": _form(page, asked, choices) if page.filters or page.search is not None else None,
        "chips": _chips(page, asked, choices, [*presets, *({"label": v.name, "query": v.query} for v in saved)]),
        "current_view": current,
        "may_save": may_save and not any(same_view(page, each["query"], asked, choices) for each in presets),
        "query": asked.query(),
        "order": _order_in_words(page, asked),
        "exports": [{"label": form.upper(), "url": f"?{asked.query(format=form)}"} for form in ("csv", "xlsx")],
        "everything_url": "?" + "&".join(f"{each.key}=" for each in page.filters if each.default),
        "is_narrowed": is_narrowed,
        "nothing_yet": nothing_yet,
        "teach": teach,
        "buttons": [each for each in buttons if not (nothing_yet and each["url"] == teach["url"])],
    }


def _may(member: Member, permission: str) -> bool:
    return not member.is_read_only and (not permission or access.may(member, permission))


def _teach(page: ListPage, member: Member) -> dict[str, str]:
    teach = dict(page.teach)
    if not teach.get("url") or not _may(member, teach.get("permission", "")):
        return teach | {"button": "", "url": ""}
    url = str(teach["url"])
    return teach | {"url": url if "/" in url else reverse(url)}


# ---- filters and views --------------------------------------------------------------------------------------------
def _form(page: ListPage, asked: Asked, choices: Choices) -> forms.Form:
    fields: dict[str, forms.Field] = {}
    if page.search is not None:
        fields["q"] = forms.CharField(
            label="Words", required=False, initial=asked.words, widget=forms.TextInput(attrs={"type": "search"})
        )
    for each in page.filters:
        offered = choices[each.key]
        if not any(value == "" for value, _label in offered):
            offered = [("", "Any"), *offered]
        fields[each.key] = forms.ChoiceField(
            label=each.title, choices=offered, required=False, initial=asked.chosen.get(each.key, "")
        )
    if asked.sort:
        fields["sort"] = forms.CharField(widget=forms.HiddenInput, initial=asked.sort)
    return type("FilterForm", (forms.Form,), fields)(auto_id="filter_%s")  # type: ignore[no-any-return]


def _chips(page: ListPage, asked: Asked, choices: Choices, views: list[dict[str, str]]) -> list[dict[str, Any]]:
    if not views:
        return []
    usual = asked_of(page, {}, choices)
    has_usual = any(same_view(page, each["query"], usual, choices) for each in views)
    chips = [] if has_usual else [{"label": "All", "query": ""}]
    return [
        {"label": each["label"], "url": f"?{each['query']}", "current": same_view(page, each["query"], asked, choices)}
        for each in [*chips, *views]
    ]


def _keep_view(request: HttpRequest, page: ListPage, asked: Asked, member: Member) -> HttpResponseRedirect:
    at = timezone.now()
    query = asked.query()
    here = f"{request.path}?{query}" if query else request.path
    try:
        if "remove" in request.POST:
            mine = SavedView.objects.visible_to(member).filter(member=member, page=page.key)
            number = request.POST["remove"]
            kept = get_object_or_404(
                mine, pk=number if number.isascii() and number.isdigit() and len(number) < 19 else 0
            )
            remove_view(kept, member, at=at)
            messages.success(request, f"The view “{kept.name}” is gone. The list itself is unchanged.")
        else:
            kept = save_view(page.key, request.POST.get("name", ""), asked.query(), member, at=at)
            messages.success(request, f"The view “{kept.name}” is saved; it stands above the list from now on.")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return HttpResponseRedirect(here)


# ---- the table ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cell:
    """One cell as the page shows it."""

    text: str
    label: str
    url: str = ""
    note: str = ""
    tone: str = ""
    iso: str = ""
    is_head: bool = False
    is_number: bool = False
    is_state: bool = False
    is_button: bool = False


def _table(page: ListPage, member: Member, rows: list[Any]) -> list[list[Cell]]:
    numbers = {
        column.key: [value for value in map(column.value, rows) if _is_number(value)]
        for column in page.columns
        if column.kind == "number"
    }
    decimals = {key: words.useful_decimals(values) if values else 0 for key, values in numbers.items()}
    return [_row(page, member, row, decimals) for row in rows]


def _row(page: ListPage, member: Member, row: Any, decimals: Mapping[str, int]) -> list[Cell]:
    cells = [_cell(column, row, decimals.get(column.key, 0)) for column in page.columns]
    head = next((place for place, column in enumerate(page.columns) if column.url), 0)
    cells[head] = replace(cells[head], is_head=True)
    if page.row_button is not None:
        label, url = (None if member.is_read_only else page.row_button(member, row)) or ("", "")
        cells.append(Cell(text=label, label="", url=url, note=cells[head].text, is_button=bool(label)))
    return cells


def _cell(column: Column, row: Any, decimals: int) -> Cell:
    value = column.value(row)
    text = "" if value is None else str(value)
    iso = ""
    if column.kind == "number":
        text = words.number(value, decimals) if _is_number(value) else text
    elif column.kind in {"date", "moment"} and isinstance(value, date):
        text = words.when(value) if column.kind == "moment" else words.day(value)
        iso = words.iso(value)
    elif isinstance(value, bool):
        text = "yes" if value else "no"
    return Cell(
        text=text,
        label=column.title,
        url=column.url(row) if column.url else "",
        note=column.note(row) if column.note else "",
        tone=column.tone(row) if column.tone else "",
        iso=iso,
        is_number=column.kind == "number",
        is_state=column.kind == "state" and bool(text),
    )


def _is_number(value: object) -> TypeGuard[words.Number]:
    return isinstance(value, words.Number) and not isinstance(value, bool)


def _sorted_by(page: ListPage, asked: Asked) -> tuple[Column | None, bool]:
    """The column that decides the order, if one does, and whether it descends."""
    sort = asked.sort or page.default_sort
    is_down, key = sort.startswith("-"), sort.removeprefix("-")
    column = page.sortable.get(key) or next((each for each in page.sortable.values() if each.sort == key), None)
    return column, is_down


def _header(page: ListPage, column: Column, asked: Asked) -> Mapping[str, Any]:
    leading, is_down = _sorted_by(page, asked)
    is_leading = leading is not None and leading.key == column.key
    turned = column.key if is_leading and is_down else f"-{column.key}" if is_leading else column.key
    return {
        "label": column.title,
        "numeric": column.kind == "number",
        "sorted": ("descending" if is_down else "ascending") if is_leading else "",
        "url": f"?{asked.query(sort=turned)}" if column.sort else "",
        # By it htmx finds the header again when the list has been replaced, and leaves the focus where it was.
        "id": f"sort-{column.key}",
    }


ORDERS = {"number": ("smallest first", "largest first"), "date": ("earliest first", "latest first")}
ORDERS["moment"] = ORDERS["date"]


def _order_in_words(page: ListPage, asked: Asked) -> str:
    column, is_down = _sorted_by(page, asked)
    if column is None:
        return ""
    up, down = ORDERS.get(column.kind, ("A to Z", "Z to A"))
    return f"by {column.title[:1].lower()}{column.title[1:]}, {down if is_down else up}"
