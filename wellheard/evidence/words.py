"""The trail in plain words: what an action did, what a record is called, what a field held."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils import timezone

from wellheard.evidence.seeing import model_of

PAST = {
    "be": "was",
    "begin": "began",
    "do": "did",
    "find": "found",
    "give": "gave",
    "hear": "heard",
    "hold": "held",
    "keep": "kept",
    "leave": "left",
    "make": "made",
    "plan": "planned",
    "say": "said",
    "see": "saw",
    "send": "sent",
    "set": "set",
    "stop": "stopped",
    "take": "took",
    "tell": "told",
    "told": "told",
    "undo": "undid",
    "withdraw": "withdrew",
    "write": "wrote",
    "writes": "wrote",
}


def done_in_words(action: str) -> str:
    """What was done: `cases.hand_over` gives “handed over”, `feedback.tell_everyone` “told everyone”."""
    first, *rest = action.rpartition(".")[2].removeprefix("customer_").split("_")
    return " ".join([past(first), *rest])


def past(verb: str) -> str:
    """The past of an English verb, by rule where it has no form of its own."""
    if verb in PAST:
        return PAST[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ied"
    return f"{verb}ed"


def kind_in_words(kind: str) -> str:
    """`improvement.correctiveaction` gives “corrective action”."""
    model = model_of(kind)
    return str(model._meta.verbose_name) if model is not None else kind.rpartition(".")[2]


def several_in_words(model: type[Model]) -> str:
    """`entries`, `cause analyses`: Django itself only adds an s."""
    one, many = str(model._meta.verbose_name), str(model._meta.verbose_name_plural)
    if many != f"{one}s" or one == "why":
        return many
    if re.search(r"[^aeiou]y$", one):
        return f"{one[:-1]}ies"
    return f"{one[:-2]}es" if one.endswith("sis") else many


def field_of(kind: str, name: str) -> "Field[Any, Any] | None":
    """The field whose column has this name, if the record still has it."""
    model = model_of(kind)
    if model is None:
        return None
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        by_column = {field.attname: field for field in model._meta.concrete_fields}
        return by_column.get(name)
    return found if isinstance(found, Field) else None


def field_in_words(field: "Field[Any, Any] | None", name: str) -> str:
    """`answer_due` gives “Answer due”."""
    words = str(field.verbose_name) if field is not None else name.removesuffix("_id").replace("_", " ")
    return words[:1].upper() + words[1:]


def moment_in_full(moment: datetime) -> str:
    """Day and time in the reader's zone: `16 November 2026, 16:30`. Where UTC is in force it says so."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    zone = " UTC" if str(timezone.get_current_timezone()) == "UTC" else ""
    return f"{day_in_full(local)}, {local:%H:%M}{zone}"


def day_in_full(day: date) -> str:
    """`16 November 2026`."""
    return f"{day.day} {day:%B %Y}"


def in_words(value: object, field: "Field[Any, Any] | None" = None) -> str:
    """A field's value as people read it. Texts stay whole and untouched."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment_in_full(value)
    if isinstance(value, date):
        return day_in_full(value)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, dict | list):
        return _structure(value)
    return str(value)


def kept_in_words(value: object, field: "Field[Any, Any] | None") -> str:
    """The same for a value as the trail keeps it: moments and days are texts there."""
    if isinstance(value, str) and field is not None and field.get_internal_type() in {"DateTimeField", "DateField"}:
        try:
            return in_words(datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value))
        except ValueError:
            return value
    return in_words(value, field)


def _structure(value: Any) -> str:
    """A list or a set of named values; what is nested gets a line each, with the names that lead to it."""
    if isinstance(value, list) and all(not isinstance(each, dict | list) for each in value):
        return ", ".join(in_words(each) for each in value)
    if isinstance(value, list):
        return "; ".join(in_words(each) for each in value)
    if all(not isinstance(each, dict) for each in value.values()):
        named = [(str(key).replace("_", " "), in_words(each)) for key, each in value.items()]
        return ", ".join(f"{name}: {words}" for name, words in named if words)
    return "\n".join(f"{' › '.join(names)}: {words}" for names, words in _leaves(value) if words)


def _leaves(value: dict[str, Any]) -> Iterator[tuple[list[str], str]]:
    for key, each in value.items():
        name = str(key).replace("_", " ")
        if isinstance(each, dict):
            yield from (([name, *names], words) for names, words in _leaves(each))
        else:
            yield [name], in_words(each)
