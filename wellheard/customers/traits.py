"""What a customer can be described by: attributes, what they buy, what they answered. Apps above add what they know.

    register_trait(Trait("surveys.last_recommendation", "last recommendation", "number", last_recommendation, group="Answers"))

Rules of segments, clusters, early warnings and lists all read traits, so each is computed in one place. A trait is an
expression over a queryset of `Account` or of `Person`, so that a hundred thousand customers are sorted in one statement.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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


_traits: dict[str, Trait] = {}


def register_trait(trait: Trait) -> None:
    """Offer a trait; called from an app's `ready()`. A key is given once."""
    known = _traits.get(trait.key)
    if known is not None and known != trait:
        raise ValueError(f"There are two traits called {trait.key}.")
    _traits[trait.key] = trait


def trait(key: str) -> Trait | None:
    """The trait of this key; None for one that is not there any more (a custom field that was retired)."""
    return _traits.get(key)


def every_trait(about: About) -> list[Trait]:
    """The traits of accounts, or of people, by group and title."""
    return sorted((each for each in _traits.values() if about in each.about), key=lambda each: (each.group, each.title))
