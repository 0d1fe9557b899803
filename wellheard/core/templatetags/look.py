"""What the components need to draw themselves: numbers and dates in words, icons, form fields, tables, rulers.

Registered as a builtin: no template needs to load it. The contract of every component is in docs/look.md.
"""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeGuard

from django import template
from django.forms import BaseForm, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from wellheard.core.templatetags import words
from wellheard.core.templatetags.ruler import ruler

register = template.Library()
register.simple_tag(ruler)
for say in (
    words.count,
    words.score,
    words.percent,
    words.plain,
    words.in_words,
    words.counted,
    words.plural_words,
    words.when,
    words.day,
    words.iso,
):
    register.filter(say.__name__, say)

ICONS = Path(__file__).resolve().parent.parent / "static" / "wellheard" / "icons.svg"


# ---- icons, attributes --------------------------------------------------------------------------------------------
@functools.cache
def icons() -> dict[str, SafeString]:
    """The drawing of each icon by its name, from our sprite."""
    symbols = re.findall(r'<symbol id="([a-z0-9-]+)">(.*?)</symbol>', ICONS.read_text(encoding="utf-8"), re.DOTALL)
    return {name: mark_safe(drawing.strip()) for name, drawing in symbols}  # noqa: S308 - our own file


@register.simple_tag
def icon_paths(name: str) -> SafeString:
    """The inside of an icon's svg. An unknown name is a mistake in a template and says so at once."""
    if name not in icons():
        raise template.TemplateSyntaxError(f"There is no icon named {name!r} in {ICONS.name}.")
    return icons()[name]


def quoted(value: object) -> SafeString:
    """An attribute's value that cannot end its quotes, whether it was escaped before (a template's text) or not."""
    return mark_safe(str(conditional_escape(words.plain(value))).replace('"', "&quot;"))  # noqa: S308 - just escaped


@register.filter
def attributes(values: object) -> SafeString:
    """The attributes that a component passes on, each value escaped (the library's own output trusts the values)."""
    found = values.attrs_dict() if hasattr(values, "attrs_dict") else values
    pairs: Mapping[str, object] = found if isinstance(found, Mapping) else {}
    shown = [(name, value) for name, value in pairs.items() if value is not None and value is not False]
    parts = [
        format_html(" {}", name) if value is True else format_html(' {}="{}"', name, quoted(value))
        for name, value in shown
        if re.fullmatch(r"[a-zA-Z_:@][\w:.@-]*", name) and not name.lower().startswith(("on", "style"))
    ]
    return format_html_join("", "{}", ((part,) for part in parts))


@register.filter
def in_groups(value: object, size: int = 8) -> str:
    """A long digest in groups of characters, so that two people can compare it aloud."""
    digits = words.plain(value)
    return " ".join(digits[start : start + size] for start in range(0, len(digits), size))


@register.simple_tag(takes_context=True)
def page_query(context: template.Context, parameter: str, number: object) -> str:
    """This page's query string with another page number; filters and sorting stay."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    query[parameter] = words.plain(number)
    return f"?{query.urlencode()}"


@register.filter
def whole_references(text: object) -> SafeString:
    """Text in which a reference (`CAS-2026-0042`) is never broken at a line's end."""
    escaped = conditional_escape(text if isinstance(text, str) else words.plain(text))
    return mark_safe(re.sub(r"\b[A-Z]{2,4}-\d{4}-\d{3,}\b", r'<span class="nobr">\g<0></span>', escaped))  # noqa: S308 - escaped above


# ---- forms --------------------------------------------------------------------------------------------------------
@register.filter
def field_kind(field: BoundField) -> str:
    """How a field is laid out: `hidden`, `choice` (one box), `choices` (a group of them) or `line`."""
    if not isinstance(field, BoundField):
        raise template.TemplateSyntaxError('<c-field :field="form.name"> was given no field of a form.')
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "choices"
    return "choice" if isinstance(widget, CheckboxInput) else "line"


@register.simple_tag
def widget(field: BoundField, hint: str = "") -> SafeString:
    """The field's input with our classes; it points to its hint and to its error, wherever the hint came from."""
    kind = field.field.widget
    ours = "box" if isinstance(kind, CheckboxInput) else "form-control"
    if isinstance(kind, Select):
        ours = "form-select"
    described = [f"{field.auto_id}_helptext"] if hint or field.help_text else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    changes: dict[str, str | bool] = {"class": f"{ours} {kind.attrs.get('class', '')}".strip()}
    if "placeholder" in kind.attrs:
        changes["placeholder"] = ""  # it vanishes at the first letter; what helps belongs into the hint
    if described and not field.use_fieldset and "aria-describedby" not in kind.attrs:
        changes["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=changes)


@register.filter
def field_anchor(field: BoundField) -> str:
    """The id that a link to this field leads to: its input, or the first choice of a group."""
    return f"{field.auto_id}_0" if field_kind(field) == "choices" else str(field.id_for_label or field.auto_id)


@dataclass(frozen=True)
class Problem:
    """One line of a form's error summary; without an anchor it concerns the form as a whole."""

    words: str
    label: str = ""
    anchor: str = ""


@register.simple_tag
def form_problems(form: BaseForm | None, also: Iterable[BaseForm] | None = None) -> list[Problem]:
    """Everything that keeps these forms from being saved, in the order of their fields."""
    found = []
    for one in [form, *(also or ())]:
        if one is None or not one.is_bound:
            continue
        found += [Problem(words=str(error)) for error in one.non_field_errors()]
        for field in one:
            found += [Problem(str(error), str(field.label), field_anchor(field)) for error in field.errors]
    return found


# ---- charts: the table is the data -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cell:
    """What one cell of a chart's table shows (`text`) and what the picture is drawn from (`value`)."""

    text: str
    value: str
    name: str
    url: str = ""
    is_numeric: bool = False


def value_in(content: object) -> object:
    return content.get("value") if isinstance(content, Mapping) else content


def is_number(value: object) -> TypeGuard[words.Number]:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def decimals_of(column: Mapping[str, object], contents: Iterable[object]) -> int:
    """The same number of decimals down a whole column: as it says itself, else as its numbers need."""
    if "decimals" in column:
        return int(str(column["decimals"]))
    return words.useful_decimals(value for content in contents if is_number(value := value_in(content)))


def cell(column: Mapping[str, object], content: object, decimals: int) -> Cell:
    given = content if isinstance(content, Mapping) else {"value": content}
    value = value_in(content)
    text = words.number(value, decimals) if is_number(value) else words.plain(value)
    return Cell(
        text=str(given.get("text", text)),
        value=words.plain(value),
        name=str(column["name"]),
        url=str(given.get("url") or ""),
        is_numeric=bool(column.get("numeric")),
    )


@register.simple_tag
def chart_rows(columns: Sequence[Mapping[str, object]], rows: Iterable[Mapping[str, object]]) -> list[list[Cell]]:
    """The cells of a chart's table, row by row in the order of the columns."""
    table = list(rows)
    by_column = [[row.get(str(column["name"])) for row in table] for column in columns]
    decimals = [decimals_of(column, contents) for column, contents in zip(columns, by_column, strict=True)]
    return [
        [cell(column, by_column[at][index], decimals[at]) for at, column in enumerate(columns)]
        for index in range(len(table))
    ]


@register.filter
def data_attributes(values: Mapping[str, object] | None) -> SafeString:
    """A mapping as data attributes: {"after_low": 3.6} gives ` data-after-low="3.6"`."""
    pairs = ((name.replace("_", "-"), words.plain(value)) for name, value in (values or {}).items())
    return format_html_join("", ' data-{}="{}"', pairs)
