"""Setting listening rules."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max

from wellheard.core import access
from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Site
from wellheard.feedback.conditions import Conditions
from wellheard.feedback.models import ListeningRule
from wellheard.feedback.rules import reactions_named

FIELDS = frozenset({"name", "is_on", "position", "conditions", "site", "reactions", "promised_minutes", "owner"})


@action("feedback.add_rule")
def add_rule(
    name: str,
    by: Actor,
    *,
    at: datetime,
    conditions: Mapping[str, Any] | Conditions,
    reactions: Sequence[str],
    promised_minutes: int | None = None,
    owner: Member | None = None,
    site: Site | None = None,
    is_on: bool = True,
) -> ListeningRule:
    """A new rule, asked after those there are. Raises Refusal for a reaction or a condition that does not exist."""
    last = ListeningRule.objects.aggregate(last=Max("position"))["last"]
    rule = ListeningRule(position=0 if last is None else last + 1)
    _set(
        rule,
        name=name,
        conditions=conditions,
        reactions=reactions,
        promised_minutes=promised_minutes,
        owner=owner,
        site=site,
        is_on=is_on,
    )
    rule.save()
    return rule


@action("feedback.change_rule")
def change_rule(rule: ListeningRule, by: Actor, *, at: datetime, **changes: Any) -> ListeningRule:
    """Change a rule, or switch it on or off. `changes` are among `FIELDS`. What it did before stays as it was."""
    if unknown := set(changes) - FIELDS:
        raise TypeError(f"There is no {', '.join(sorted(unknown))} to change here")
    _set(rule, **changes)
    # It may listen elsewhere now, where this member has no say.
    access.require(by, "feedback.change_rule", rule)
    rule.save()
    return rule


def _set(rule: ListeningRule, **values: Any) -> None:
    for field, value in values.items():
        setattr(rule, field, value)
    if not rule.name.strip():
        raise Refusal("A rule needs a name. Nothing was saved; give it one.", field="name")
    conditions = rule.conditions if isinstance(rule.conditions, Conditions) else Conditions.from_json(rule.conditions)
    rule.conditions = conditions.to_json()
    rule.reactions = [reaction.key for reaction in reactions_named(rule.reactions)]
    if rule.promised_minutes is not None and rule.promised_minutes < 1:
        raise Refusal(
            "A promise takes some time. Nothing was saved; write how long, or leave it empty.", field="promised_minutes"
        )
