"""Listening rules at work: what may happen when a customer is heard, and that it happens once.

register_reaction(Reaction("open_case", "open a complaint case", open_case))   # from an app's `ready()`
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from wellheard.core.action import action, detail
from wellheard.core.actors import Actor, System
from wellheard.core.errors import Refusal
from wellheard.core.records import Record
from wellheard.feedback.conditions import Conditions, applies, conditions_of
from wellheard.feedback.models import ListeningRule, RuleFiring, Statement
from wellheard.feedback.sentences import minutes_in_words, sentence

LISTENING = System("listening rules")
"""Reactions are done by Wellheard under the rule, not by whoever happened to type the words in."""
OLD_NEWS = timedelta(days=30)
"""What was said longer ago than this and comes in now (an import) is kept, and alarms nobody."""


class React(Protocol):
    """What a reaction does. It gives what it did as a sentence, or the record that it made."""

    def __call__(
        self, statement: Statement, rule: ListeningRule, by: Actor, *, at: datetime
    ) -> "str | Record | None": ...


@dataclass(frozen=True)
class Reaction:
    """Something that a rule can do. `title` goes on the sentence “When someone …:”, as “open a complaint case”.

    `is_promised`: the rule's promised time is about this reaction.
    """

    key: str
    title: str
    react: Callable[..., "str | Record | None"]
    is_promised: bool = False


_reactions: dict[str, Reaction] = {}


def register_reaction(reaction: Reaction) -> None:
    """Offer a reaction to the rules; called from an app's `ready()`."""
    _reactions[reaction.key] = reaction


def reactions() -> list[Reaction]:
    """Every reaction there is, in the order of registration."""
    return list(_reactions.values())


def reactions_named(keys: Iterable[str]) -> list[Reaction]:
    """The reactions of these keys. Raises Refusal for a key that nobody registered."""
    chosen = list(keys)
    if unknown := [key for key in chosen if key not in _reactions]:
        known = ", ".join(sorted(_reactions))
        raise Refusal(
            f"There is no reaction called {', '.join(unknown)}. Nothing was saved; choose among: {known}.",
            field="reactions",
        )
    return [_reactions[key] for key in chosen]


def sentence_for(
    conditions: Conditions, keys: Iterable[str], *, site: str = "", promised_minutes: int | None = None
) -> str:
    """A rule as the sentence that people read; a reaction that is gone is named by its key."""
    titles = []
    for key in keys:
        reaction = _reactions.get(key)
        title = reaction.title if reaction else key
        promised = reaction is not None and reaction.is_promised and promised_minutes
        titles.append(f"{title} within {minutes_in_words(promised_minutes or 0)}" if promised else title)
    return sentence(conditions, titles, site=site)


def rule_sentence(rule: ListeningRule) -> str:
    """The rule as a sentence."""
    site = rule.site.name if rule.site else ""
    return sentence_for(conditions_of(rule), rule.reactions, site=site, promised_minutes=rule.promised_minutes)


def consider(statement: Statement, by: Actor, *, at: datetime) -> list[RuleFiring]:
    """Ask every rule, in order, about a statement that `by` brought in. Gives what fired now; each rule fires at most once."""
    if at - statement.heard_at > OLD_NEWS:
        return []
    rules = ListeningRule.objects.filter(is_on=True).select_related("site", "owner").order_by("position", "pk")
    fired = [
        fire_rule(statement, rule, LISTENING, at=at, heard_by=by.actor_id) for rule in rules if applies(rule, statement)
    ]
    return [firing for firing in fired if firing is not None]


@action("feedback.fire_rule")
def fire_rule(
    statement: Statement, rule: ListeningRule, by: Actor, *, at: datetime, heard_by: str = ""
) -> RuleFiring | None:
    """Let a rule react to a statement, unless it has done so before.

    A reaction that is refused is noted and stops neither the others nor the statement: a customer's words are never lost
    because something could not follow from them.
    """
    if RuleFiring.objects.filter(rule=rule, statement=statement).exists():
        return None
    firing = RuleFiring(rule=rule, statement=statement, fired_at=at)
    firing.save()
    for key in rule.reactions:
        firing.did.append({"reaction": key, "did": _did(key, statement, rule, by, at)})
    firing.save()
    detail(heard_by=heard_by)
    return firing


def _did(key: str, statement: Statement, rule: ListeningRule, by: Actor, at: datetime) -> str:
    reaction = _reactions.get(key)
    if reaction is None:
        return f"“{key}” is not available any more, so nothing was done"
    try:
        outcome = reaction.react(statement, rule, by, at=at)
    except Refusal as refusal:
        return f"Could not {reaction.title}: {refusal.sentence}"
    title = f"{reaction.title[:1].upper()}{reaction.title[1:]}"
    if isinstance(outcome, Record):
        return f"{title}: {outcome.label}"
    return outcome or f"{title}: done"
