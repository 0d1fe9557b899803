"""A rule as one sentence that can be read aloud.

“Accounts in Germany whose last recommendation is at most 6 and that ordered at least 3 times in 12 months.”
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wellheard.core.errors import Refusal
from wellheard.core.templatetags.words import number
from wellheard.customers.models import Segment
from wellheard.customers.segmenting.rules import Condition, Rule, read_rule
from wellheard.customers.traits import About, Trait, Traits
from wellheard.ground.local_time import MONTHS

MANY: dict[About, str] = {"account": "Accounts", "person": "People"}


def listed(parts: Sequence[str], joining: str) -> str:
    """`a, b or c`."""
    return f"{', '.join(parts[:-1])} {joining} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def rule_in_words(rule: Rule, traits: Traits) -> str:
    """The rule as a sentence, without the stop at its end."""
    return f"{MANY[traits.about]} {_clauses(rule, traits)}"


def _clauses(rule: Rule, traits: Traits) -> str:
    joining = "and" if rule.match == "all" else "or"
    clauses = [
        condition_in_words(part, traits)
        if isinstance(part, Condition)
        else f"({_clauses(part, traits)})"
        if len(part.parts) > 1
        else _clauses(part, traits)
        for part in rule.parts
    ]
    if len(clauses) == 2 and joining == "and" and not clauses[0].startswith(("whose", "(", "that")):
        # “in Germany whose last recommendation is at most 6” reads by itself.
        return " ".join(clauses)
    if len(clauses) > 2 and joining == "and" and not clauses[0].startswith(("whose", "(", "that")):
        return f"{clauses[0]} {listed(clauses[1:], 'and')}"
    return listed(clauses, joining)


def condition_in_words(condition: Condition, traits: Traits) -> str:
    """One condition, as it goes on behind “Accounts”."""
    trait, how = condition.trait, condition.comparison
    value = value_in_words(trait, condition.value, traits)
    if better := trait.phrases.get(how.key):
        return better.replace("{value}", value)
    if trait.value_type == "yes_no":
        return f"{'with' if how.key == 'yes' else 'without'} {trait.title}"
    return f"whose {trait.title} {how.words.replace('{value}', value)}"


def value_in_words(trait: Trait, value: Any, traits: Traits) -> str:
    """A condition's value, with the unit behind a number and the names of a choice."""
    if value is None:
        return ""
    if trait.value_type == "choice":
        names = traits.choices(trait)
        return listed([names.get(each, each) for each in value], "or")
    if trait.value_type == "date":
        return _date(value) if isinstance(value, str) else number(value)
    if not trait.is_number:
        return str(value)
    unit = f" {trait.unit}" if trait.unit else ""
    if isinstance(value, list):
        return f"{amount(value[0])} and {amount(value[1])}{unit}"
    return f"{amount(value)}{unit}"


def amount(value: float) -> str:
    """`1,204` or `4.25`: with no more decimals than it has, three at most."""
    text = f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return text.replace("-", "−")


def _date(value: str) -> str:
    day = date.fromisoformat(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def segment_in_words(segment: Segment, traits: Traits | None = None) -> str:
    """What the segment is, as a sentence with its stop."""
    many = MANY[about_of(segment)]
    match segment.basis:
        case Segment.Basis.HAND:
            return f"{many} that somebody put here by hand."
        case Segment.Basis.CLUSTER:
            described = str(segment.rule.get("profile", ""))
            return f"{many} that are alike: {described}." if described else f"{many} that are alike in the data."
        case _:
            known = traits or Traits(about_of(segment))
            try:
                return f"{rule_in_words(read_rule(segment.rule, known), known)}."
            except Refusal as refusal:
                return f"{many} by a rule that no longer holds together: {refusal.sentence.split(' Nothing was')[0]}"


def about_of(segment: Segment) -> About:
    """Is it about accounts or about people?"""
    return "person" if segment.about == "person" else "account"
