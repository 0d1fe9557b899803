"""Checking the trail in place: every body against its digest, every link, every column against its body."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from wellheard.core.models.trail import TrailCheckpoint, TrailEntry, TrailHead, TrailPersonal
from wellheard.core.trail.append import CHAIN, START
from wellheard.core.trail.seal_checks import check_seals, words_removed
from wellheard.ground.canonical import digest, salted_digest

COPIES = {
    "v": "body_version",
    "seq": "seq",
    "prev": "prev_digest",
    "action": "action",
    "did": "did",
    "kind": "kind",
    "object": "object_id",
    "actor": "actor_id",
    "site": "site_id",
}
MOMENTS = {"at": "at", "recorded": "recorded_at"}


@dataclass
class Report:
    """The outcome. `first_broken` names the first entry (or sealed row) that does not hold, and `faults` says why."""

    entries: int = 0
    first_broken: int | str | None = None
    faults: list[str] = field(default_factory=list)
    checkpoints: int = 0
    removed: list[str] = field(default_factory=list)
    """What was taken out of sealed rows on request: no fault, but nobody should wonder."""

    @property
    def ok(self) -> bool:
        return not self.faults

    def broken(self, where: int | str, why: str) -> None:
        if self.first_broken is None:
            self.first_broken = where
        self.faults.append(why)


def verify(*, most_faults: int = 50) -> Report:
    """Walk the whole chain from its first entry. Streams: the memory needed doesn't grow with the trail."""
    report = Report()
    previous, expected = START, 1
    # Others may write meanwhile: the head as it stands now must be reached, and what follows it must not pass the head then.
    head = TrailHead.objects.get(chain=CHAIN)
    at_head = START
    checkpoints = dict(TrailCheckpoint.objects.filter(chain=CHAIN).values_list("seq", "digest"))
    report.checkpoints = len(checkpoints)
    for row in _rows():
        seq = int(row["seq"])
        report.entries += 1
        if seq != expected:
            report.broken(expected, f"Entry {expected} is missing: entry {seq} follows {expected - 1}.")
            expected = seq
        if digest(row["body"]) != row["digest"]:
            report.broken(seq, f"Entry {seq} was changed: its text does not have its digest.")
        elif row["prev_digest"] != previous:
            report.broken(seq, f"Entry {seq} does not follow entry {seq - 1}.")
        elif fault := _column_fault(row):
            report.broken(seq, f"Entry {seq}: the column “{fault}” does not say what the entry says.")
        if seq in checkpoints and checkpoints.pop(seq) != row["digest"]:
            report.broken(seq, f"Entry {seq} is not the one that the checkpoint saw.")
        previous, expected = row["digest"], expected + 1
        if seq == head.seq:
            at_head = previous
        if len(report.faults) >= most_faults:
            return report
    last = expected - 1
    if last < head.seq:
        report.broken(expected, f"The trail ends at entry {last}, but its head stood at {head.seq}: a tail is gone.")
    elif at_head != head.digest:
        report.broken(head.seq, f"Entry {head.seq} is not the one at which the head stood.")
    elif last > (now_at := TrailHead.objects.get(chain=CHAIN).seq):
        report.broken(now_at + 1, f"Entry {now_at + 1} stands behind the head of the trail: it was slipped in.")
    for seq in sorted(checkpoints):
        report.broken(seq, f"A checkpoint saw entry {seq}, which is no longer there.")
    for seq, why in _personal_faults():
        report.broken(seq, why)
        if len(report.faults) >= most_faults:
            return report
    for seal in check_seals():
        report.broken(f"{seal.kind}:{seal.row}" if seal.row is not None else seal.seq, seal.sentence)
        if len(report.faults) >= most_faults:
            break
    report.removed = list(words_removed())
    return report


def _rows() -> Any:
    columns = ["digest", "body", *COPIES.values(), *MOMENTS.values()]
    query = TrailEntry.objects.filter(chain=CHAIN).order_by("seq").values(*columns)
    return query.iterator(chunk_size=5000)


def _column_fault(row: dict[str, Any]) -> str:
    """The column that does not say what the entry says; empty when all do."""
    said = json.loads(row["body"])
    for name, column in COPIES.items():
        if said[name] != row[column]:
            return column
    for name, column in MOMENTS.items():
        at: datetime = row[column]
        if said[name] != at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"):
            return column
    return ""


def _personal_faults() -> list[tuple[int, str]]:
    """Personal values that no longer match the salted digest in their entry. Erased ones are simply not there."""
    faults = []
    personal = TrailPersonal.objects.filter(chain=CHAIN).order_by("seq")
    batch: list[TrailPersonal] = []

    def check() -> None:
        bodies = dict(
            TrailEntry.objects.filter(chain=CHAIN, seq__in={each.seq for each in batch}).values_list("seq", "body")
        )
        for each in batch:
            said = json.loads(bodies.get(each.seq, "{}")).get("changes", {}).get(each.field, [None, None])[each.side]
            if not isinstance(said, dict) or said.get("salted") != salted_digest(each.salt, each.value):
                faults.append((each.seq, f"Entry {each.seq}: the value kept for “{each.field}” is not the one it was."))
        batch.clear()

    for each in personal.iterator(chunk_size=500):
        batch.append(each)
        if len(batch) == 500:
            check()
    check()
    return faults
