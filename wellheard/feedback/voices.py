"""Whose words lie behind a matter: the thread walked back from an action or a case to everyone who spoke.

Only backwards. From an action one comes to the cases that opened it and the statements that raised those; never on from
such a case to other actions and their customers, who would be told about something that they never mentioned.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from django.apps import apps
from django.db.models import Model, Q

from wellheard.core.links import Key
from wellheard.core.models import Link
from wellheard.customers.models import Person

STATEMENT = "feedback.statement"
HEARD_AS = "heard as"
CONCERNS = "concerns"
THREAD_ROLES = (HEARD_AS, "raised", "analysed", "opened", CONCERNS, "same as", "merged into")
MOMENTS = ("heard_at", "received_at", "answered_at")
"""Where a record keeps the moment at which someone spoke; all are stored in UTC."""
LONGEST_WAY = 8
"""Steps from a response to the notice, with some to spare for merged cases and an analysis of an analysis."""


@dataclass
class Behind:
    """What lies behind one matter: the people known by name, with the language that they last wrote in, and how many
    spoke without leaving a name."""

    people: dict[int, str] = field(default_factory=dict)
    nameless: int = 0
    statements: set[int] = field(default_factory=set)

    @property
    def voices(self) -> int:
        """How many people said something like this; each once, however often they said it."""
        return len(self.people) + self.nameless


@dataclass(frozen=True)
class _Voice:
    person_id: int | None
    language: str
    at: str


def behind(matters: Collection[Key]) -> dict[Key, Behind]:
    """For each matter, who spoke. A constant number of queries, however many matters."""
    sources, retold = _links_back(matters)
    reached = {matter: _reached(matter, sources) for matter in matters}
    voices = _voices({key for keys in reached.values() for key in keys} - retold)
    found = {}
    for matter, keys in reached.items():
        each = Behind(statements={pk for kind, pk in keys if kind == STATEMENT})
        # The latest words last, so that their language stays; a case has the language of its letters, not of the words.
        for key in sorted(keys & voices.keys(), key=lambda key: (key[0] == STATEMENT, voices[key].at, key)):
            voice = voices[key]
            if voice.person_id is not None:
                each.people[voice.person_id] = voice.language or each.people.get(voice.person_id, "")
            elif not _spoken_for(key, sources, voices):
                each.nameless += 1
        found[matter] = each
    return found


def behind_one(matter: Key) -> Behind:
    """Who spoke about one matter."""
    return behind([matter])[matter]


def _links_back(matters: Iterable[Key]) -> tuple[dict[Key, set[Key]], set[Key]]:
    """What each record comes from, and the records that are shown by a statement of theirs (responses)."""
    sources: dict[Key, set[Key]] = defaultdict(set)
    retold: set[Key] = set()
    seen, edge = set(matters), set(matters)
    for _ in range(LONGEST_WAY):
        by_kind: dict[str, set[int]] = defaultdict(set)
        for kind, pk in edge:
            by_kind[kind].add(pk)
        wanted = Q(pk__in=())
        for kind, pks in by_kind.items():
            wanted |= Q(target_kind=kind, target_id__in=pks)
        edge = set()
        links = Link.objects.filter(wanted, role__in=THREAD_ROLES)
        for source_kind, source_id, target_kind, target_id, role in links.values_list(
            "source_kind", "source_id", "target_kind", "target_id", "role"
        ):
            source = (source_kind, source_id)
            sources[target_kind, target_id].add(source)
            if role == HEARD_AS:
                retold.add(source)
            if source not in seen:
                seen.add(source)
                edge.add(source)
        if not edge:
            break
    return sources, retold


def _reached(matter: Key, sources: dict[Key, set[Key]]) -> set[Key]:
    seen, waiting = {matter}, [matter]
    while waiting:
        for source in sources.get(waiting.pop(), ()):
            if source not in seen:
                seen.add(source)
                waiting.append(source)
    return seen


def _voices(keys: Iterable[Key]) -> dict[Key, _Voice]:
    """The records among these that somebody speaks in: those whose model knows a person."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, pk in keys:
        by_kind[kind].add(pk)
    found: dict[Key, _Voice] = {}
    for kind, pks in by_kind.items():
        model = _model(kind)
        names = {each.attname for each in model._meta.concrete_fields} if model else set()
        if model is None or "person_id" not in names:
            continue
        known = [name for name in ("person_id", "language", *MOMENTS) if name in names]
        for row in model._default_manager.filter(pk__in=pks).values("pk", *known):
            at = next((row[name].isoformat() for name in MOMENTS if row.get(name)), "")
            found[kind, row["pk"]] = _Voice(row["person_id"], row.get("language") or "", at)
    # Sealed answers keep whom they came from: a duplicate that was merged is the voice of the one who stands for it.
    people = {each.person_id for each in found.values() if each.person_id is not None}
    gone = Person.objects.filter(pk__in=people, merged_into__isnull=False)
    merged: dict[int | None, int | None] = {each.pk: each.merged_into_id for each in gone.only("merged_into")}
    return {key: replace(each, person_id=merged.get(each.person_id, each.person_id)) for key, each in found.items()}


def _spoken_for(key: Key, sources: dict[Key, set[Key]], voices: dict[Key, _Voice]) -> bool:
    """A nameless case that a statement raised is that statement's voice, not another one."""
    return any(source in voices for source in sources.get(key, ()))


def _model(kind: str) -> type[Model] | None:
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None
