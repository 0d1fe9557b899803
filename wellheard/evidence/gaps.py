"""What is missing: the rules that hold for every requirement, those that apps registered, and the sentences that say so.

A gap is never called anything but that: whether something conforms is for an auditor to decide.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from django.utils import timezone

from wellheard.core.actors import Actor
from wellheard.core.templatetags.words import in_words
from wellheard.evidence.collectors import Basis, Gap, GapRule, Item, Severity, collectors_of, rules_of
from wellheard.evidence.seeing import in_batches, visible_keys
from wellheard.evidence.standards import Edition, Listed, Requirement

SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")
BASES: tuple[Basis, ...] = ("requirement", "own rule", "good practice")
BASIS_WORDS = {"requirement": "the standard asks", "own rule": "our own rule", "good practice": "good practice"}
MOST_SHOWN = 1000


@dataclass(frozen=True)
class Found:
    """A gap with the rule that found it."""

    rule: GapRule
    gap: Gap

    @property
    def basis_words(self) -> str:
        return BASIS_WORDS[self.rule.basis]


def rules_for(requirement: Requirement) -> list[GapRule]:
    """The rules of a requirement: nothing shows it, what shows it is too old, and what the apps look for.

    A requirement that nothing could show, because no part of the product collects for it, has no gap: it is shown elsewhere.
    """
    if not collectors_of(requirement.slug):
        return rules_of(requirement.slug)
    rules = [_nothing_rule(requirement)]
    if requirement.fresh is not None:
        rules.append(_fresh_rule(requirement, requirement.fresh.days, requirement.fresh.why))
    return [*rules, *rules_of(requirement.slug)]


def _nothing_rule(requirement: Requirement) -> GapRule:
    def find(first: date, last: date, actor: Actor) -> Iterator[Gap]:
        given = requirement.nothing.given
        if _anything(requirement.slug, first, last, actor):
            return
        if not given or _anything(given, first, last, actor):
            yield Gap(f"Nothing shows this from {_day(first)} to {_day(last)}. {requirement.nothing.why}")

    severity = SEVERITIES[BASES.index(requirement.nothing.basis)]
    return GapRule(
        id=f"{requirement.slug}.nothing",
        slug=requirement.slug,
        severity=severity,
        basis=requirement.nothing.basis,
        title="Nothing in the period",
        find=find,
    )


def _fresh_rule(requirement: Requirement, days: int, why: str) -> GapRule:
    def find(first: date, last: date, actor: Actor) -> Iterator[Gap]:
        # A period that ends in the future is judged by what can be there today.
        end = min(last, timezone.localdate())
        start = end - timedelta(days=days)
        if start <= first or _anything(requirement.slug, start, end, actor):
            return
        newest = _newest(requirement.slug, first, end, actor)
        if newest is not None:
            yield Gap(
                sentence=f"The newest is of {_day(newest.on)}, more than {in_words(days)} days before {_day(end)}. {why}",
                kind=newest.kind,
                record_id=newest.record_id,
                label=newest.label,
                url=newest.url,
            )

    return GapRule(
        id=f"{requirement.slug}.stale",
        slug=requirement.slug,
        severity="medium",
        basis="own rule",
        title=f"Nothing new for {in_words(days)} days",
        find=find,
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _anything(slug: str, first: date, last: date, actor: Actor) -> bool:
    return any(
        True for collector in collectors_of(slug) for _ in islice(collector.collect(None, first, last, actor), 1)
    )


def _newest(slug: str, first: date, last: date, actor: Actor) -> Item | None:
    """The newest item, found by looking back in ever longer steps."""
    days, end = 31, last
    while end >= first:
        start = max(first, end - timedelta(days=days))
        newest: Item | None = None
        for collector in collectors_of(slug):
            for item in collector.collect(None, start, end, actor):
                if newest is None or item.on >= newest.on:
                    newest = item
        if newest is not None:
            return newest
        end, days = start - timedelta(days=1), days * 2
    return None


def newest_items(slugs: Sequence[str], first: date, last: date, actor: Actor, *, most: int) -> list[Item]:
    """The newest items of these requirements that the actor may see, each record once, newest first."""
    found: dict[tuple[str, int], Item] = {}
    days, end = 31, min(last, timezone.localdate())
    while end >= first and len(found) < most:
        start = max(first, end - timedelta(days=days))
        items = [
            item
            for slug in slugs
            for collector in collectors_of(slug)
            for item in collector.collect(None, start, end, actor)
        ]
        items.sort(key=lambda item: (item.on, item.record_id), reverse=True)
        for batch in in_batches(items):
            if len(found) >= most:
                break
            seen = visible_keys([(item.kind, item.record_id) for item in batch], actor)
            for item in batch:
                if (item.kind, item.record_id) in seen:
                    found.setdefault((item.kind, item.record_id), item)
        end, days = start - timedelta(days=1), days * 2
    return list(found.values())[:most]


def gaps_of(requirement: Requirement, first: date, last: date, actor: Actor, *, edition: str = "") -> Iterator[Found]:
    """Every gap of a requirement, rule by rule, on its basis in this edition. A gap at a record that the actor may not see
    is left out."""
    for rule in (each.in_edition(edition) for each in rules_for(requirement)):
        for batch in in_batches(rule.find(first, last, actor)):
            keys = [(gap.kind, gap.record_id) for gap in batch if gap.kind and gap.record_id is not None]
            seen = visible_keys(keys, actor)
            for gap in batch:
                if not gap.kind or gap.record_id is None or (gap.kind, gap.record_id) in seen:
                    yield Found(rule, gap)


@dataclass(frozen=True)
class State:
    """A requirement with how many records show it, and what is missing. `is_more` says that there are more of one."""

    listed: Listed
    items: int
    gaps: Sequence[Found]
    has_more_items: bool = False
    has_more_gaps: bool = False
    is_collected: bool = True


def state_of(listed: Listed, first: date, last: date, actor: Actor, *, most: int | None = MOST_SHOWN) -> State:
    """How a requirement stands. Counting stops at `most`; None counts everything."""
    slug = listed.slug
    items = (item for collector in collectors_of(slug) for item in collector.collect(None, first, last, actor))
    count = sum(
        len(visible_keys_of(batch, actor)) for batch in in_batches(items if most is None else islice(items, most + 1))
    )
    found = gaps_of(listed.requirement, first, last, actor, edition=listed.edition)
    gaps = list(islice(found, None if most is None else most + 1))
    return State(
        listed=listed,
        items=count if most is None else min(count, most),
        gaps=gaps if most is None else gaps[:most],
        has_more_items=most is not None and count > most,
        has_more_gaps=most is not None and len(gaps) > most,
        is_collected=bool(collectors_of(slug)),
    )


def visible_keys_of(items: Sequence[Item], actor: Actor) -> list[Item]:
    """The items whose records the actor may see."""
    seen = visible_keys([(item.kind, item.record_id) for item in items], actor)
    return [item for item in items if (item.kind, item.record_id) in seen]


def states_of(edition: Edition, first: date, last: date, actor: Actor, *, most: int | None = MOST_SHOWN) -> list[State]:
    """How every requirement of an edition stands in a period."""
    return [state_of(listed, first, last, actor, most=most) for listed in edition.listed]


def by_basis(states: Sequence[State]) -> dict[str, int]:
    """How many gaps on which basis."""
    counted = Counter(found.rule.basis for state in states for found in state.gaps)
    return {basis: counted[basis] for basis in BASES}


def gravest(states: Sequence[State], most: int) -> list[Found]:
    """The gaps that matter most: what the standard asks for first, then by severity and due date."""
    everything = [found for state in states for found in state.gaps]
    return sorted(everything, key=_weight)[:most]


def _weight(found: Found) -> tuple[int, int, bool, date]:
    due = found.gap.due
    return BASES.index(found.rule.basis), SEVERITIES.index(found.rule.severity), due is None, due or date.max
