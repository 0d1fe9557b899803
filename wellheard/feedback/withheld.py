"""Words that a member may not read although their role reaches them: those of a complaint about themselves.

withhold(words_of_complaints_about)   # from an app's `ready()`: it knows which statements those are
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from wellheard.core.actors import Actor
from wellheard.core.models import Member

Withheld = Callable[[int], QuerySet[Any, int]]
_rules: list[Withheld] = []


def withhold(rule: Withheld) -> None:
    """Add a rule: for the id of a member it gives a flat query of the ids of the statements kept from them."""
    if rule not in _rules:
        _rules.append(rule)


def kept_from(actor: Actor, field: str = "pk") -> Q:
    """The rows whose statement, named by `field`, is kept from this actor; nothing for programs and customers."""
    found = Q(pk__in=())
    if isinstance(actor, Member):
        for rule in _rules:
            found |= Q(**{f"{field}__in": rule(actor.pk)})
    return found


def ids_kept_from(actor: Actor) -> frozenset[int]:
    """The statements that are kept from this actor. Asked once for each member in hand, however often it is wanted."""
    if not isinstance(actor, Member):
        return frozenset()
    known: frozenset[int] | None = actor.__dict__.get("_statements_withheld")
    if known is None:
        known = frozenset(pk for rule in _rules for pk in rule(actor.pk))
        actor.__dict__["_statements_withheld"] = known
    return known
