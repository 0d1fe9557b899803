"""What a customer can be described by: attributes, what they buy, what they answered. Apps above add what they know.

    register_trait(Trait("surveys.last_recommendation", "last recommendation", "number", last_recommendation, group="Answers"))

Rules of segments, clusters, early warnings and lists all read traits, so each is computed in one place. A trait is an
expression over a queryset of `Account` or of `Person`, so that a hundred thousand customers are sorted in one statement.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db.models import QuerySet

ValueType = Literal["number", "money", "text", "choice", "date", "yes_no", "words"]
About = Literal["account", "person"]
Express = Callable[[QuerySet[Any], About, datetime], Any]
"""(the customers, which of the two, the present moment) → an expression to annotate with, with the value or NULL."""


@dataclass(frozen=True)
class Trait:
    """`key` names it in rules for good, `title` in sentences (“last recommendation”), `unit` behind a number (“days”).

    `value_type` decides the comparisons that are offered: numbers and money at least, at most, between; text is, contains;
    a choice is one of; a date before, after, within days; words (a list, as tags) hold. `choices` gives the values of a
    choice. `about`: for which customers it can be computed. `group`: under which heading it is offered.

    `phrases` are better words for some comparisons, by their key in `segmenting.comparisons`, with the value at its place:
    `{"one_of": "in {value}"}` makes “Accounts in Germany” of what would be “Accounts whose country is Germany”.
    `low_words` and `high_words` describe a group of customers by its end of a number: “orders rarely”, “orders often”.
    The title of a yes_no trait is what they have: “an e-mail address” makes “with” and “without an e-mail address”.
    """

    key: str
    title: str
    value_type: ValueType
    express: Express
    group: str = "What we know"
    unit: str = ""
    choices: Callable[[], Sequence[tuple[str, str]]] | None = None
    about: tuple[About, ...] = ("account", "person")
    help_words: str = ""
    phrases: Mapping[str, str] = field(default_factory=dict)
    low_words: str = ""
    high_words: str = ""

    @property
    def is_number(self) -> bool:
        """Can it be reckoned with?"""
        return self.value_type in {"number", "money"}


Family = Callable[[], Iterable[Trait]]
_traits: dict[str, Trait] = {}
_families: dict[str, Family] = {}


def register_trait(trait: Trait) -> None:
    """Offer a trait; called from an app's `ready()`. A key is given once."""
    known = _traits.get(trait.key)
    if known is not None and known != trait:
        raise ValueError(f"There are two traits called {trait.key}.")
    _traits[trait.key] = trait


def register_family(prefix: str, members: Family) -> None:
    """Offer traits that only the database knows (custom fields); their keys begin with `prefix` and a dot."""
    _families[prefix] = members


def trait(key: str) -> Trait | None:
    """The trait of this key; None for one that is not there any more (a custom field that was retired)."""
    if key in _traits:
        return _traits[key]
    family = _families.get(key.partition(".")[0])
    return next((each for each in family() if each.key == key), None) if family else None


def every_trait(about: About) -> list[Trait]:
    """The traits of accounts, or of people, by group and title."""
    found = [*_traits.values(), *(each for family in _families.values() for each in family())]
    return sorted((each for each in found if about in each.about), key=lambda each: (each.group, each.title))


class Traits:
    """The traits of accounts or of people, looked up together once: for whoever asks for many."""

    def __init__(self, about: About) -> None:
        self.about = about
        self.all = {each.key: each for each in every_trait(about)}
        self._choices: dict[str, dict[str, str]] = {}

    def get(self, key: str) -> Trait | None:
        return self.all.get(key)

    def choices(self, each: Trait) -> dict[str, str]:
        """The values of a choice with their names, asked for once."""
        if each.key not in self._choices:
            self._choices[each.key] = dict(each.choices()) if each.choices else {}
        return self._choices[each.key]

    def grouped(self) -> list[tuple[str, list[Trait]]]:
        """By heading, as a choice shows them."""
        groups: dict[str, list[Trait]] = {}
        for each in self.all.values():
            groups.setdefault(each.group, []).append(each)
        return list(groups.items())
