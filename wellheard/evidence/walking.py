"""The thread, walked backwards: told, verdict, action, cause, case, answer, each with its records and what the trail says."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import ForeignKey, Model

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.links import Key, fingerprint_of, key_of, neighbourhood
from wellheard.core.models import TrailEntry
from wellheard.core.thread import LATER, TITLES, walk
from wellheard.evidence.entries import Happening, Told, entries_about, happenings, tell
from wellheard.evidence.integrity import Finding, check, check_seals, personal_of
from wellheard.evidence.masking import Mask, mask_of
from wellheard.evidence.seeing import model_of
from wellheard.evidence.sheets import Fact, Records, Sheet, read, sheets_of

BACKWARDS = ("told", "verdict", "action", "cause", "case", "answer")
MAIN_STEPS = ("action", "case", "told", "cause", "verdict", "answer")
"""A record that stands at several steps shows itself at the first of these."""
MOST_RECORDS = 10
MOST_ENTRIES = 60


@dataclass(frozen=True)
class Seen:
    """A record on the thread, with the newest of what happened to it and its parts, oldest first."""

    sheet: Sheet
    entries: Sequence[Told]
    entries_in_all: int

    @property
    def happenings(self) -> list[Happening]:
        """What happened, action by action."""
        return happenings(self.entries)


@dataclass(frozen=True)
class WalkedStep:
    """One step with its records; `nothing` says in words that there is none, `more` how many are not shown."""

    key: str
    title: str
    records: Sequence[Seen]
    nothing: str = ""
    more: int = 0


@dataclass(frozen=True)
class WalkedLink:
    """How records hang together: one or several sources with the same role to a target.

    Suspect: the target says something else than when the link was made or last looked at.
    """

    source: str
    role: str
    target: str
    made_at: datetime
    more: int = 0
    suspects: int = 0


@dataclass(frozen=True)
class Walk:
    """A whole thread, as far as the reader may see it. `stands` is the record by which `start` stands on it."""

    start: Sheet
    stands: Model
    steps: Sequence[WalkedStep]
    links: Sequence[WalkedLink]

    @property
    def faults(self) -> list[Finding]:
        """What was found not to hold, on any record; it names the record."""
        shown = [seen.sheet for step in self.steps for seen in step.records]
        shown += [part for sheet in shown for group in sheet.parts for part in group.sheets]
        found = {
            (sheet.key, finding.sentence): replace(finding, sentence=f"{sheet.label}: {finding.sentence}")
            for sheet in shown
            for finding in sheet.findings
            if finding.tone == "worse"
        }
        return list(found.values())

    @property
    def suspects(self) -> int:
        """How many links are suspect."""
        return sum(link.suspects for link in self.links)


def walk_backwards(start: Model, reader: Actor, *, mask: Mask | None = None, most: int = MOST_RECORDS) -> Walk:
    """The thread of a record, with at most `most` records at a step: the record itself, then the newest.

    The number of queries depends on the kinds of records on the thread, not on how many there are.
    """
    mask = mask or mask_of(reader)
    stands, steps = _keys_by_step(start, reader)
    wanted = [key for keys in steps.values() for key in keys]
    records = read([*wanted, key_of(start)], reader)
    entries, findings = _trail_of(records)
    may_read = access.may(reader, "core.see_trail")
    sheets = sheets_of(records, mask, findings)
    told = _told(records, entries if may_read else {}, reader, mask)
    walked = []
    for step in BACKWARDS:
        seen = []
        there = sorted((key for key in steps[step] if key in sheets), key=lambda key: (key != key_of(start), -key[1]))
        for key in there[:most]:
            others = [other for other in BACKWARDS if other != step and key in steps[other]]
            sheet = _at_step(sheets[key], step, others)
            if sheet is not None:
                is_main = step == min((step, *others), key=MAIN_STEPS.index)
                shown, in_all = told.get(key, ((), 0)) if is_main else ((), 0)
                seen.append(Seen(sheet, shown, in_all))
        more = max(0, len(there) - most)
        walked.append(WalkedStep(step, TITLES[step], seen, "" if seen else LATER[step], more))
    return Walk(sheets[key_of(start)], stands, walked, _links(stands, records, sheets))


def _at_step(sheet: Sheet, step: str, others: Sequence[str]) -> Sheet | None:
    """What a record shows at a step. Where it stands at several, nothing is shown twice: a case that holds the customer's
    words shows them as the answer, and what it says of the cause as the cause; an action shows its plans and verdicts as
    the verdict."""
    if not others:
        return sheet
    if step == "answer":
        return replace(sheet, facts=(), findings=(), parts=())
    if step == "verdict":
        return replace(sheet, facts=(), findings=(), words="") if sheet.parts else None
    if step != min((step, *others), key=MAIN_STEPS.index):
        return replace(sheet, facts=_facts_of(sheet, step), findings=(), words="", parts=())
    elsewhere = {fact for other in others if other == "cause" for fact in _facts_of(sheet, other)}
    return replace(
        sheet,
        facts=[fact for fact in sheet.facts if fact not in elsewhere],
        words="" if "answer" in others else sheet.words,
        parts=() if "verdict" in others else sheet.parts,
    )


def _facts_of(sheet: Sheet, step: str) -> list[Fact]:
    """The facts that speak of a step, by their names."""
    return [fact for fact in sheet.facts if step in fact.label.lower()]


def _keys_by_step(start: Model, reader: Actor) -> tuple[Model, dict[str, list[Key]]]:
    """The record by which one stands on the thread, and the records at each step. A record that stands at no step (a plan, a
    verdict) stands by the one that it belongs to."""
    found = _walked(start, reader)
    if _stands(start, found):
        return start, found
    for each in start._meta.concrete_fields:
        if isinstance(each, ForeignKey) and each.related_model._meta.app_label == start._meta.app_label:
            owner = getattr(start, each.name)
            if owner is not None and _stands(owner, beyond := _walked(owner, reader)):
                return owner, beyond
    return start, found


def _stands(record: Model, steps: dict[str, list[Key]]) -> bool:
    return any(key_of(record) in keys for keys in steps.values())


def _walked(start: Model, reader: Actor) -> dict[str, list[Key]]:
    return {step: [key_of(record) for record in records] for step, records in walk(start, reader)}


def _trail_of(records: Records) -> tuple[dict[Key, list[TrailEntry]], dict[Key, list[Finding]]]:
    """All entries of the records and their parts, and what checking them found."""
    everything = records.everything()
    entries: dict[Key, list[TrailEntry]] = defaultdict(list)
    for entry in TrailEntry.objects.filter(entries_about(everything)).order_by("seq"):
        if entry.object_id is not None:
            entries[entry.kind, entry.object_id].append(entry)
    personal = defaultdict(list)
    for row in personal_of([entry for each in entries.values() for entry in each]):
        personal[row.seq].append(row)
    findings = {
        key: check(
            row, entries.get(key, []), [value for entry in entries.get(key, []) for value in personal[entry.seq]]
        )
        for key, row in everything.items()
    }
    sealed: dict[str, list[Model]] = defaultdict(list)
    for (kind, _), row in everything.items():
        if hasattr(row, "seal_id"):
            sealed[kind].append(row)
    for kind, rows in sealed.items():
        for pk, finding in check_seals(rows).items():
            findings[kind, pk] = [*findings[kind, pk], finding]
    return entries, findings


def _told(
    records: Records, entries: dict[Key, list[TrailEntry]], reader: Actor, mask: Mask
) -> dict[Key, tuple[list[Told], int]]:
    """The newest of what happened to each record and its parts, oldest first, and how much there is in all."""
    mine: dict[Key, list[TrailEntry]] = {}
    for key in records.main:
        keys = [key, *(key_of(part) for _, rows, _ in records.parts.get(key, []) for part in rows)]
        mine[key] = sorted((entry for each in keys for entry in entries.get(each, [])), key=lambda entry: entry.seq)
    newest = {entry.seq: entry for each in mine.values() for entry in each[-MOST_ENTRIES:]}
    in_words = {told.seq: told for told in tell(list(newest.values()), reader, mask=mask)}
    return {key: ([in_words[entry.seq] for entry in each[-MOST_ENTRIES:]], len(each)) for key, each in mine.items()}


def _links(start: Model, records: Records, sheets: dict[Key, Sheet]) -> list[WalkedLink]:
    """The links among the records, those of one role to one target together."""
    _, links = neighbourhood(key_of(start), depth=6)
    found: dict[tuple[str, Key], WalkedLink] = {}
    for link in sorted(links, key=lambda link: link.pk):
        source, target = (link.source_kind, link.source_id), (link.target_kind, link.target_id)
        if source not in sheets or target not in sheets:
            continue
        suspects = int(
            bool(link.target_fingerprint) and link.target_fingerprint != fingerprint_of(records.main[target])
        )
        known = found.get((link.role, target))
        found[link.role, target] = (
            WalkedLink(sheets[source].label, link.role, sheets[target].label, link.made_at, suspects=suspects)
            if known is None
            else replace(known, more=known.more + 1, suspects=known.suspects + suspects)
        )
    return list(found.values())


def record_of(kind: str, pk: int, reader: Actor) -> Model | None:
    """The record, if it exists and the reader may see it."""
    model = model_of(kind)
    return read([(kind, pk)], reader, with_parts=False).main.get((kind, pk)) if model is not None else None
