"""How a trait is compared: which comparisons there are for each type of value, in words and as a filter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from wellheard.customers.segmenting.expressions import HasWord, is_day, is_moment
from wellheard.customers.traits import ValueType

Takes = Literal["nothing", "number", "two_numbers", "text", "choices", "date", "days", "word"]
Ask = Callable[[QuerySet[Any], str, Any, datetime], Q]
"""(rows annotated with the trait, the annotation's name, the value, the present moment) → the filter."""


@dataclass(frozen=True)
class Comparison:
    """`words` go on “whose last recommendation …” with `{value}` in its place; `says` is what the choice shows.

    `takes` is the value that it needs. What is not known fits no comparison, save those that ask for it by name and those
    that say what something is not.
    """

    key: str
    says: str
    words: str
    takes: Takes
    ask: Ask


def _empty(rows: QuerySet[Any], name: str) -> Q:
    """Nothing is known: no value, or for text an empty one."""
    field = rows.query.annotations[name].output_field
    is_text = field.get_internal_type() in {"CharField", "TextField", "SlugField", "EmailField"}
    return Q(**{f"{name}__isnull": True}) | Q(**{name: ""}) if is_text else Q(**{f"{name}__isnull": True})


def _day(rows: QuerySet[Any], name: str, day: date, *, end: bool = False) -> Any:
    """A day as the trait's values are compared with it; of a moment its first instant (or that of the next day)."""
    if is_moment(rows, name):
        return timezone.make_aware(datetime.combine(day + timedelta(days=1) if end else day, time()))
    return day if is_day(rows, name) else day.isoformat()


def _number(lookup: str) -> Ask:
    return lambda rows, name, value, now: Q(**{f"{name}__{lookup}": value})


def _between(rows: QuerySet[Any], name: str, value: Any, now: datetime) -> Q:
    return Q(**{f"{name}__gte": value[0], f"{name}__lte": value[1]})


def _known(rows: QuerySet[Any], name: str, value: Any, now: datetime) -> Q:
    return ~_empty(rows, name)


def _unknown(rows: QuerySet[Any], name: str, value: Any, now: datetime) -> Q:
    return _empty(rows, name)


def _is_not(rows: QuerySet[Any], name: str, value: Any, now: datetime) -> Q:
    return Q(**{f"{name}__isnull": True}) | ~Q(**{f"{name}__iexact": value})


def _one_of(rows: QuerySet[Any], name: str, value: Any, now: datetime) -> Q:
    return Q(**{f"{name}__in": value})


def _none_of(rows: QuerySet[Any], name: str, value: Any, now: datetime) -> Q:
    return Q(**{f"{name}__isnull": True}) | ~Q(**{f"{name}__in": value})


def _before(rows: QuerySet[Any], name: str, value: Any, now: datetime) -> Q:
    return Q(**{f"{name}__lt": _day(rows, name, date.fromisoformat(value))})


def _after(rows: QuerySet[Any], name: str, value: Any, now: datetime) -> Q:
    lookup = "gte" if is_moment(rows, name) else "gt"
    return Q(**{f"{name}__{lookup}": _day(rows, name, date.fromisoformat(value), end=True)})


def _within(rows: QuerySet[Any], name: str, value: Any, now: datetime) -> Q:
    today = timezone.localdate(now)
    until = "lt" if is_moment(rows, name) else "lte"
    return Q(
        **{
            f"{name}__gte": _day(rows, name, today - timedelta(days=int(value))),
            f"{name}__{until}": _day(rows, name, today, end=True),
        }
    )


def _longer_ago(rows: QuerySet[Any], name: str, value: Any, now: datetime) -> Q:
    return Q(**{f"{name}__lt": _day(rows, name, timezone.localdate(now) - timedelta(days=int(value)))})


def _yes(rows: QuerySet[Any], name: str, value: Any, now: datetime) -> Q:
    return Q(**{name: True})


def _no(rows: QuerySet[Any], name: str, value: Any, now: datetime) -> Q:
    return Q(**{name: False}) | Q(**{f"{name}__isnull": True})


def _holds(rows: QuerySet[Any], name: str, value: Any, now: datetime) -> Q:
    return Q(HasWord(F(name), value))


def _holds_not(rows: QuerySet[Any], name: str, value: Any, now: datetime) -> Q:
    return ~Q(HasWord(F(name), value))


KNOWN = Comparison("known", "is known", "is known", "nothing", _known)
UNKNOWN = Comparison("unknown", "is not known", "is not known", "nothing", _unknown)
NUMBERS = (
    Comparison("at_least", "is at least", "is at least {value}", "number", _number("gte")),
    Comparison("at_most", "is at most", "is at most {value}", "number", _number("lte")),
    Comparison("between", "lies between", "lies between {value}", "two_numbers", _between),
    Comparison("equals", "is", "is {value}", "number", _number("exact")),
    KNOWN,
    UNKNOWN,
)
COMPARISONS: dict[ValueType, tuple[Comparison, ...]] = {
    "number": NUMBERS,
    "money": NUMBERS,
    "text": (
        Comparison("is", "is", "is “{value}”", "text", _number("iexact")),
        Comparison("is_not", "is not", "is not “{value}”", "text", _is_not),
        Comparison("contains", "contains", "contains “{value}”", "text", _number("icontains")),
        Comparison("begins", "begins with", "begins with “{value}”", "text", _number("istartswith")),
        KNOWN,
        UNKNOWN,
    ),
    "choice": (
        Comparison("one_of", "is one of", "is {value}", "choices", _one_of),
        Comparison("none_of", "is none of", "is not {value}", "choices", _none_of),
        KNOWN,
        UNKNOWN,
    ),
    "date": (
        Comparison("within_days", "lies within the last … days", "lies within the last {value} days", "days", _within),
        Comparison("longer_ago", "lies more than … days ago", "lies more than {value} days ago", "days", _longer_ago),
        Comparison("before", "lies before", "lies before {value}", "date", _before),
        Comparison("after", "lies after", "lies after {value}", "date", _after),
        KNOWN,
        UNKNOWN,
    ),
    "yes_no": (
        Comparison("yes", "yes", "", "nothing", _yes),
        Comparison("no", "no", "", "nothing", _no),
    ),
    "words": (
        Comparison("holds", "hold", "hold “{value}”", "word", _holds),
        Comparison("holds_not", "do not hold", "do not hold “{value}”", "word", _holds_not),
    ),
}


def comparison(value_type: ValueType, key: str) -> Comparison | None:
    """The comparison of this key for values of this type; None when there is none."""
    return next((each for each in COMPARISONS[value_type] if each.key == key), None)
