"""Typed links between records, and whether their target still says what it said."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model, Q

from wellheard.core import access
from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.batches import AT_ONCE, in_batches
from wellheard.core.models.links import Link
from wellheard.core.records import Record, kind_of
from wellheard.core.writing import lock_many, write_many

Key = tuple[str, int]
MOST = 5_000


def key_of(record: Model) -> Key:
    """`("cases.case", 12)`."""
    return kind_of(type(record)), int(record.pk)


@action("core.link", creates=True)
def link(source: Model, target: Model, role: str, by: Actor, *, at: datetime) -> Link:
    """Link two records; made once, however often it is asked for. The target's present fingerprint is kept."""
    made, _ = Link.objects.get_or_create(
        source_kind=kind_of(type(source)),
        source_id=source.pk,
        role=role,
        target_kind=kind_of(type(target)),
        target_id=target.pk,
        defaults={"target_fingerprint": fingerprint_of(target), "made_at": at, "looked_at": at},
    )
    return made


@action("core.look_again")
def look_again(link: Link, by: Actor, *, at: datetime) -> Link:
    """Someone has looked at what changed in the target: the link is no longer suspect."""
    target = fetch([(link.target_kind, link.target_id)]).get((link.target_kind, link.target_id))
    link.target_fingerprint = fingerprint_of(target) if target is not None else ""
    link.looked_at = at
    link.save()
    return link


def fingerprint_of(record: Model) -> str:
    """A record's fingerprint; empty for rows that can't change once written (answers)."""
    return record.fingerprint() if isinstance(record, Record) else ""


def fetch(keys: Iterable[Key], actor: Actor | None = None) -> dict[Key, Model]:
    """The records behind keys, with an actor only those that they may see: one query a kind. Unknown kinds and missing rows
    are left out."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, pk in keys:
        by_kind[kind].add(pk)
    found: dict[Key, Model] = {}
    for kind, pks in by_kind.items():
        try:
            model = apps.get_model(kind)
        except (LookupError, ValueError):
            continue
        if actor is not None and access.see(model) not in access.TABLE:
            continue
        for some in in_batches(sorted(pks)):
            rows: Any = model._default_manager.filter(pk__in=some)
            found |= {(kind, record.pk): record for record in (rows if actor is None else rows.visible_to(actor))}
    return found


@dataclass(frozen=True)
class Linked:
    """A link as seen from one of its ends: the other end, and whether it has changed since someone looked."""

    link: Link
    other: Model
    outward: bool

    @property
    def is_suspect(self) -> bool:
        """Only the maker's side can be suspect: it rests on what the target said."""
        return (
            self.outward
            and bool(self.link.target_fingerprint)
            and self.link.target_fingerprint != fingerprint_of(self.other)
        )


def carry_fingerprints(kind: str, changes: Mapping[int, tuple[str, str]]) -> None:
    """Within an action that changes records without changing what was said (who a customer is, a name that was erased):
    links that were up to date with them stay so. `changes` are fingerprints before and after, by id."""
    changed = {pk: pair for pk, pair in changes.items() if pair[0] != pair[1]}
    for some in in_batches(sorted(changed)):
        links = lock_many(Link.objects.filter(target_kind=kind, target_id__in=some))
        fresh = [each for each in links if each.target_fingerprint == changed[each.target_id][0]]
        for each in fresh:
            each.target_fingerprint = changed[each.target_id][1]
        write_many(fresh, ["target_fingerprint"])


def linked(record: Model, actor: Actor) -> list[Linked]:
    """Everything linked with the record, both ways, that this actor may see."""
    kind, pk = key_of(record)
    links = list(
        Link.objects.filter(Q(source_kind=kind, source_id=pk) | Q(target_kind=kind, target_id=pk)).order_by("pk")
    )
    ends = {
        each.pk: (each.target_kind, each.target_id)
        if (each.source_kind, each.source_id) == (kind, pk)
        else (each.source_kind, each.source_id)
        for each in links
    }
    others = fetch(ends.values(), actor)
    return [
        Linked(each, others[ends[each.pk]], (each.source_kind, each.source_id) == (kind, pk))
        for each in links
        if ends[each.pk] in others
    ]


def may_see(actor: Actor, record: Model) -> bool:
    """May this actor see this record? Kinds without a permission to see them are not shown."""
    name = access.see(type(record))
    return name in access.TABLE and access.may(actor, name, record)


def neighbourhood(start: Key, *, depth: int = 6) -> tuple[set[Key], list[Link]]:
    """What is reachable over links in both directions within `depth` steps: one query a step.

    Beyond some thousands it goes no further: nobody reads more, and no page may take a minute.
    """
    seen, edge, links = {start}, {start}, {}
    for _ in range(depth):
        by_kind: dict[str, set[int]] = defaultdict(set)
        for kind, pk in edge:
            by_kind[kind].add(pk)
        edge = set()
        for each in _links_of(by_kind):
            links[each.pk] = each
            for end in ((each.source_kind, each.source_id), (each.target_kind, each.target_id)):
                if end not in seen:
                    seen.add(end)
                    edge.add(end)
        if not edge or len(seen) > MOST:
            break
    return seen, list(links.values())


def _links_of(by_kind: Mapping[str, set[int]]) -> Iterator[Link]:
    """The links at these records, either way: one query as a rule, several for very many."""
    if sum(map(len, by_kind.values())) <= AT_ONCE:
        wanted = Q(pk__in=())
        for kind, pks in by_kind.items():
            wanted |= Q(source_kind=kind, source_id__in=pks) | Q(target_kind=kind, target_id__in=pks)
        yield from Link.objects.filter(wanted)
        return
    for kind, pks in by_kind.items():
        for some in in_batches(sorted(pks)):
            yield from Link.objects.filter(
                Q(source_kind=kind, source_id__in=some) | Q(target_kind=kind, target_id__in=some)
            )
