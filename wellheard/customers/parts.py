"""What a customer's page shows beside its timeline. Apps register parts; the page asks each once, whatever the history.

register_part(Part("surveys.satisfaction", "How they see us", satisfaction_of, order=10))
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from wellheard.core.models import Member
from wellheard.customers.models import Account, Person

Place = Literal["story", "aside", "foot"]
"""In the wide column, beside it, or at the foot of the side column."""


@dataclass(frozen=True)
class Part:
    """A section of the page: `build(record, member)` gives the context of `template`, or None when there is nothing to say.

    The page sets the title; the template finds what `build` gave under its own names, and may hold forms.
    It reads only what the member may see, in a number of queries that does not grow with the history.
    """

    key: str
    title: str
    build: Callable[[Account | Person, Member], dict[str, Any] | None]
    template: str
    place: Place = "story"
    order: int = 50


_parts: dict[str, Part] = {}


def register_part(part: Part) -> None:
    """Add a section to the pages of accounts and people; called from an app's `ready()`."""
    _parts[part.key] = part


def parts_for(record: Account | Person, member: Member, place: Place) -> list[dict[str, Any]]:
    """The sections that have something to say, in their order: title, template and what it needs."""
    found = []
    for part in sorted(
        (each for each in _parts.values() if each.place == place), key=lambda each: (each.order, each.key)
    ):
        context = part.build(record, member)
        if context is not None:
            found.append({"key": part.key, "title": part.title, "template": part.template, "context": context})
    return found
