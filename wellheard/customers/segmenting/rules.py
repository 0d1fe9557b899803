"""A segment's rule: as it is kept, checked, and as a statement of the database.

    {"match": "all", "conditions": [
        {"trait": "country", "is": "one_of", "value": ["DE"]},
        {"match": "any", "conditions": [{"trait": "surveys.last_recommendation", "is": "at_most", "value": 6}, …]}]}

Groups stand at the top only: a rule within a rule within a rule can be read by nobody.
"""

import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import Any, Literal

from django.db.models import Q, QuerySet

from wellheard.core.errors import Refusal
from wellheard.customers.models import Account, Person
from wellheard.customers.segmenting.comparisons import Comparison, comparison
from wellheard.customers.traits import About, Trait, Traits

Match = Literal["all", "any"]
MOST = 20
LONGEST = 200
LARGEST = 10.0**15
MOST_DAYS = 36_500


@dataclass(frozen=True)
class Condition:
    """One trait compared with one value: a number, a text, the values of a choice, a day as text, or nothing."""

    trait: Trait
    comparison: Comparison
    value: Any = None


@dataclass(frozen=True)
class Rule:
    """Conditions and groups of conditions, of which all or any must hold."""

    match: Match
    parts: tuple["Condition | Rule", ...]

    def conditions(self) -> list[Condition]:
        """All of them, those in groups too."""
        found: list[Condition] = []
        for part in self.parts:
            found += [part] if isinstance(part, Condition) else part.conditions()
        return found


def customers(about: About) -> QuerySet[Any]:
    """All accounts, or all people, that segments are made of: neither merged into others nor erased."""
    rows: QuerySet[Any] = Account.objects.all() if about == "account" else Person.objects.all()
    return rows.filter(merged_into__isnull=True, erased_at__isnull=True)


def read_rule(stored: Any, traits: Traits) -> Rule:
    """The rule as it is kept. Refused, with what to do, when something in it is unknown or can never hold."""
    if not isinstance(stored, Mapping):
        raise _no("A rule is a list of conditions. Nothing was saved.")
    rule = _rule(stored, traits, depth=0)
    if len(rule.conditions()) > MOST:
        raise _no(
            f"A rule of {len(rule.conditions())} conditions can be read by nobody; {MOST} is the most. Nothing was saved."
        )
    return rule


def _rule(stored: Mapping[str, Any], traits: Traits, depth: int) -> Rule:
    if unknown := set(stored) - {"match", "conditions"}:
        raise _no(f"A rule has no “{str(min(map(str, unknown)))[:40]}”. Nothing was saved.")
    match, parts = stored.get("match", "all"), stored.get("conditions")
    if match not in ("all", "any"):
        raise _no("Either all of the conditions hold, or any of them. Nothing was saved; say which.", "match")
    if not isinstance(parts, list) or not parts:
        where = "There is a group without a condition" if depth else "There is no condition yet"
        raise _no(f"{where}. Nothing was saved; add one, then save again.")
    if depth > 1 or len(parts) > MOST:
        raise _no("A group can hold no further group. Nothing was saved.")
    return Rule(match, tuple(_part(each, traits, depth) for each in parts))


def _part(stored: Any, traits: Traits, depth: int) -> Condition | Rule:
    if not isinstance(stored, Mapping):
        raise _no("A condition says which trait, how it is compared, and with what. Nothing was saved.")
    if "conditions" in stored:
        return _rule(stored, traits, depth + 1)
    if unknown := set(stored) - {"trait", "is", "value"}:
        raise _no(f"A condition has no “{str(min(map(str, unknown)))[:40]}”. Nothing was saved.")
    trait = traits.get(str(stored.get("trait", "")))
    if trait is None:
        what = "accounts" if traits.about == "account" else "people"
        raise _no(
            f"Nothing is known of {what} under the name “{str(stored.get('trait', ''))[:60]}” (any more). "
            "Nothing was saved; take this condition out."
        )
    found = comparison(trait.value_type, str(stored.get("is", "")))
    if found is None:
        raise _no(f"“{trait.title}” can’t be compared like that. Nothing was saved; choose another comparison.")
    return Condition(trait, found, _value(trait, found, stored.get("value"), traits))


def _value(trait: Trait, how: Comparison, value: Any, traits: Traits) -> Any:
    """The value as the comparison needs it."""
    match how.takes:
        case "nothing":
            return None
        case "number":
            return _number(trait, value)
        case "two_numbers":
            if not isinstance(value, list | tuple) or len(value) != 2:
                raise _no(f"“{trait.title}” needs two numbers to lie between. Nothing was saved.")
            low, high = (_number(trait, each) for each in value)
            if low > high:
                raise _no(
                    f"“{trait.title}” can’t lie between {low} and {high}: nothing does. Nothing was saved; swap the two."
                )
            return [low, high]
        case "days":
            days = _number(trait, value)
            if days != int(days) or not 0 <= days <= MOST_DAYS:
                raise _no(f"“{trait.title}” needs a number of days from 0 to {MOST_DAYS:,}. Nothing was saved.")
            return int(days)
        case "date":
            return _date(trait, value)
        case "choices":
            return _choices(trait, value, traits)
        case _:
            return _text(trait, value)


def _number(trait: Trait, value: Any) -> int | float:
    text = str(value if value is not None else "").strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if isinstance(value, bool) or "_" in text or not math.isfinite(number) or abs(number) > LARGEST:
        said = f"“{text[:40]}” is none" if text else "there is none yet"
        raise _no(f"“{trait.title}” needs a number, and {said}. Nothing was saved; correct it and save again.")
    return int(number) if number.is_integer() else number


def _date(trait: Trait, value: Any) -> str:
    try:
        return date.fromisoformat(str(value or "").strip()[:10]).isoformat()
    except ValueError:
        raise _no(
            f"“{trait.title}” needs a day, as 2026-11-25. Nothing was saved; correct it and save again."
        ) from None


def _choices(trait: Trait, value: Any, traits: Traits) -> list[str]:
    given = [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)] if value else []
    known = traits.choices(trait)
    chosen = list(dict.fromkeys(each for each in given if each))
    if not chosen:
        raise _no(f"“{trait.title}” needs at least one value. Nothing was saved; choose one.")
    if gone := [each for each in chosen if each not in known]:
        raise _no(f"“{trait.title}” has no value “{gone[0][:60]}” (any more). Nothing was saved; choose another.")
    return chosen


def _text(trait: Trait, value: Any) -> str:
    text = " ".join(str(value if value is not None else "").replace("\x00", "").split())
    if not text:
        raise _no(f"“{trait.title}” needs some words to be compared with. Nothing was saved; write them.")
    if len(text) > LONGEST:
        raise _no(f"“{trait.title}” is compared with {LONGEST} characters at most. Nothing was saved; shorten it.")
    return text


def _no(sentence: str, field: str = "rule") -> Refusal:
    return Refusal(sentence, field=field)


def as_stored(rule: Rule) -> dict[str, Any]:
    """The rule as it is kept."""
    parts: list[dict[str, Any]] = []
    for part in rule.parts:
        if isinstance(part, Rule):
            parts.append(as_stored(part))
        else:
            stored = {"trait": part.trait.key, "is": part.comparison.key}
            parts.append(stored if part.value is None else stored | {"value": part.value})
    return {"match": rule.match, "conditions": parts}


def fitting(rule: Rule, about: About, now: datetime, rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """The customers for whom the rule holds at this moment, among `rows` or among all; one statement."""
    found = customers(about) if rows is None else rows
    names: dict[str, str] = {}
    for condition in rule.conditions():
        key = condition.trait.key
        if key not in names:
            names[key] = f"trait_{len(names)}"
            found = found.alias(**{names[key]: condition.trait.express(found, about, now)})
    return found.filter(_holds(rule, found, names, now))


def _holds(rule: Rule, rows: QuerySet[Any], names: Mapping[str, str], now: datetime) -> Q:
    asked = [
        _holds(part, rows, names, now)
        if isinstance(part, Rule)
        else part.comparison.ask(rows, names[part.trait.key], part.value, now)
        for part in rule.parts
    ]
    return reduce(operator.and_ if rule.match == "all" else operator.or_, asked)
