"""The catalogue of indicators: what is counted, how, and where its numbers come from.

An app registers its indicators from `ready()`; whoever shows, plans or judges finds them here by key and knows no more.

    register(Indicator(
        key="cases.complaints_per_orders", title="Complaints per 1,000 orders", kind="rate", direction="down",
        events="complaints", base="orders", per=1000, series=complaints_by_month, scopes=where, records_url=complaints_between,
    ))
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from wellheard.ground.effectiveness import Direction, Kind, Observation, Period

Scope = Mapping[str, str]


class Series(Protocol):
    """`series(scope, first, last, period="month")`: one observation for each period that starts within these days.

    `Observation.period` is the period's first day. Periods without any measurement are left out; a period in which
    nothing happened has the count 0. The scope holds a value for each field that was chosen; a missing one means all.
    """

    def __call__(self, scope: Scope, first: date, last: date, period: Period = "month") -> list[Observation]: ...


@dataclass(frozen=True)
class ScopeField:
    """One choice of what is counted: `ScopeField("site", "Site", (("3", "Leipzig"), ("4", "Lyon")))`.

    A required field has no “all”: a score needs to know of which survey.
    """

    key: str
    title: str
    choices: tuple[tuple[str, str], ...]
    required: bool = False


def no_scopes() -> Sequence[ScopeField]:
    return ()


def no_records(scope: Scope, first: date, last: date) -> str:
    return ""


@dataclass(frozen=True)
class Indicator:
    """Something that is counted in the same way every month.

    kind: "rate" events per `base`, "count" events alone, "proportion" hits among cases, "nps" and "mean" of answers.
    direction: which way is better. unit: how a value ends, as "per 1,000 orders"; made from `per` and `base` for rates.
    events, base: what the count and the exposure of an observation are, for sentences: "complaints", "orders".
    measure: the name within a sentence, as in "Complaints fell from …"; the title if there is none.
    what: one sentence that says what is counted and what is not.
    """

    key: str
    title: str
    kind: Kind
    direction: Direction
    series: Series
    unit: str = ""
    events: str = "events"
    base: str = "occasions"
    per: float = 1.0
    measure: str = ""
    what: str = ""
    scopes: Callable[[], Sequence[ScopeField]] = no_scopes
    records_url: Callable[[Scope, date, date], str] = no_records

    def __post_init__(self) -> None:
        if self.kind == "rate" and not self.unit:
            each = "" if self.per == 1 else f"{self.per:,.0f} "
            object.__setattr__(self, "unit", f"per {each}{self.base}")
        if not self.measure:
            object.__setattr__(self, "measure", self.title)


class UnknownIndicator(LookupError):
    """No app has registered an indicator under this key."""


_indicators: dict[str, Indicator] = {}


def register(indicator: Indicator) -> Indicator:
    """Add an indicator; called from an app's `ready()`. A key can be taken once."""
    if indicator.key in _indicators:
        raise ValueError(f"The indicator {indicator.key} is registered twice.")
    _indicators[indicator.key] = indicator
    return indicator


def unregister(key: str) -> None:
    """Take an indicator out again; for tests that register their own."""
    _indicators.pop(key, None)


def get(key: str) -> Indicator:
    """The indicator of this key. Raises UnknownIndicator."""
    try:
        return _indicators[key]
    except KeyError:
        raise UnknownIndicator(f"There is no indicator called {key}.") from None


def every() -> list[Indicator]:
    """All indicators by title."""
    return sorted(_indicators.values(), key=lambda indicator: indicator.title)


def cleaned_scope(indicator: Indicator, wanted: Mapping[str, str]) -> dict[str, str]:
    """What of `wanted` this indicator can be narrowed to: unknown fields and choices fall away, and a required field
    that isn't among them becomes its first choice (none when there is nothing to choose from)."""
    scope = {}
    for field in indicator.scopes():
        value = wanted.get(field.key, "")
        if value in {choice for choice, _ in field.choices}:
            scope[field.key] = value
        elif field.required and field.choices:
            scope[field.key] = field.choices[0][0]
    return scope


def scope_in_words(indicator: Indicator, scope: Scope) -> str:
    """ "Leipzig, cracked valve"; empty for everything."""
    titles = [
        dict(field.choices).get(scope[field.key], scope[field.key])
        for field in indicator.scopes()
        if scope.get(field.key)
    ]
    return ", ".join(titles)
