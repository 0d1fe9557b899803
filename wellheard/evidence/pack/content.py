"""What stands in an evidence pack: pages that open without a server, records as JSON, threads, the trail, and the checkers."""

import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from wellheard.core.actors import Actor
from wellheard.core.links import Key, key_of
from wellheard.core.models import Organisation, TrailCheckpoint, TrailEntry, TrailHead
from wellheard.core.records import Record, plain
from wellheard.core.trail.append import CHAIN
from wellheard.core.trail.export import export_lines, verifier_source
from wellheard.evidence.collectors import Item, collectors_of
from wellheard.evidence.gaps import gaps_of, visible_keys_of
from wellheard.evidence.masking import mask_contacts, masked
from wellheard.evidence.pack.spool import Spool
from wellheard.evidence.readiness import by_whose_wish, headline
from wellheard.evidence.seeing import in_batches
from wellheard.evidence.sheets import NOT_SHOWN, read
from wellheard.evidence.snapshot import one_moment
from wellheard.evidence.standards import Edition, Listed
from wellheard.evidence.walking import record_of, walk_backwards
from wellheard.evidence.words import day_in_full, kind_in_words, moment_in_full
from wellheard.ground.canonical import canonical

FORMAT = "wellheard-pack-1"
THREADS_OF = "action.effectiveness"
SECRET = NOT_SHOWN - {"id", "digest", "seal", "seal_id"}
BATCH = 200
MOST_RECORDS = 50


@dataclass(frozen=True)
class Pack:
    """What was written: how many files, how many gaps, and the digest of the manifest, which vouches for all the rest."""

    files: int
    requirements: int
    gaps: int
    entries: int
    manifest_sha256: str


@dataclass
class _Counted:
    listed: Listed
    items: int = 0
    by_basis: Counter[str] = field(default_factory=Counter)

    @property
    def gaps(self) -> int:
        return self.by_basis.total()

    @property
    def is_collected(self) -> bool:
        return bool(collectors_of(self.listed.slug)) or self.gaps > 0


def write_pack(file: IO[bytes], edition: Edition, first: date, last: date, reader: Actor) -> Pack:
    """Write the pack of an edition and period, as far as `reader` may see it. All of it is of one moment.

    The same state gives the same bytes: no time of writing stands in it, only that of the newest entry of the trail.
    """
    with (
        tempfile.TemporaryDirectory(prefix="wellheard-pack-") as folder,
        one_moment(),
        timezone.override(UTC),
        translation.override("en"),
    ):
        writer = _Writer(Spool(Path(folder)), edition, first, last, reader)
        return writer.write(file)


class _Writer:
    def __init__(self, spool: Spool, edition: Edition, first: date, last: date, reader: Actor) -> None:
        self.spool, self.edition, self.first, self.last, self.reader = spool, edition, first, last, reader
        self.keys: dict[str, set[int]] = {}
        self.threads: dict[Key, str] = {}
        head = TrailHead.objects.get(chain=CHAIN)
        newest = TrailEntry.objects.filter(chain=CHAIN).order_by("-seq").values_list("recorded_at", flat=True).first()
        self.entries, self.head = head.seq, head.digest
        self.state_at: datetime = newest or datetime(1980, 1, 1, tzinfo=UTC)
        self.shared: dict[str, Any] = {
            "organisation": Organisation.current().name,
            "edition": edition,
            "first": day_in_full(first),
            "last": day_in_full(last),
            "state_at": moment_in_full(self.state_at),
            "entries": self.entries,
            "head": self.head,
        }

    def write(self, file: IO[bytes]) -> Pack:
        self._write_threads()
        counted = [self._write_requirement(listed) for listed in self.edition.listed]
        self._write_records()
        self._write_trail()
        self._write_index(counted)
        for name in ("check_pack.py", "style.css"):
            self.spool.write(
                name, resources.files("wellheard.evidence.pack").joinpath(name).read_text(encoding="utf-8")
            )
        manifest = self.spool.write_manifest(
            {
                "format": FORMAT,
                "organisation": self.shared["organisation"],
                "edition": self.edition.year,
                "from": self.first.isoformat(),
                "to": self.last.isoformat(),
                "trail": {"entries": self.entries, "head": self.head, "newest": self.state_at.isoformat()},
            }
        )
        self.spool.zip_into(file)
        return Pack(
            files=len(self.spool.files()),
            requirements=len(counted),
            gaps=sum(each.gaps for each in counted),
            entries=self.entries,
            manifest_sha256=manifest,
        )

    # ---- pages ----------------------------------------------------------------------------------------------------
    def _write_threads(self) -> None:
        """A page for the thread of every action that was judged in the period."""
        labels = []
        for collector in collectors_of(THREADS_OF):
            for batch in in_batches(collector.collect(None, self.first, self.last, self.reader), BATCH):
                for item in visible_keys_of(batch, self.reader):
                    key = (item.kind, item.record_id)
                    if key not in self.threads:
                        self.threads[key] = f"threads/{item.kind}-{item.record_id}.html"
                        labels.append({"label": mask_contacts(item.label), "page": self.threads[key]})
        for (kind, pk), name in self.threads.items():
            record = record_of(kind, pk, self.reader)
            if record is not None:
                walk = walk_backwards(record, self.reader, mask=mask_contacts, most=MOST_RECORDS)
                self.spool.write(name, self._page("thread", walk=walk, root="../"))
        self.shared["threads"] = labels

    def _write_requirement(self, listed: Listed) -> _Counted:
        """A requirement's page, written row by row: what is missing, then what shows it."""
        counted = _Counted(listed)
        with self.spool.open(f"requirements/{listed.slug}.html") as page:
            page.write(self._page("requirement_head", listed=listed, root="../"))
            gaps = gaps_of(listed.requirement, self.first, self.last, self.reader, edition=listed.edition)
            for batch in in_batches(gaps, BATCH):
                counted.by_basis.update(found.rule.basis for found in batch)
                page.write(self._page("gap_rows", gaps=[_gap(found) for found in batch]))
            page.write(self._page("requirement_middle", gaps=counted.gaps))
            for collector in collectors_of(listed.slug):
                page.write(self._page("collector_head", title=collector.title))
                for items in in_batches(collector.collect(None, self.first, self.last, self.reader), BATCH):
                    seen = visible_keys_of(items, self.reader)
                    counted.items += len(seen)
                    page.write(self._page("item_rows", items=[self._item(item) for item in seen]))
                page.write(self._page("collector_foot"))
            page.write(self._page("requirement_foot", items=counted.items, collected=bool(collectors_of(listed.slug))))
        return counted

    def _item(self, item: Item) -> dict[str, str]:
        self.keys.setdefault(item.kind, set()).add(item.record_id)
        return {
            "label": mask_contacts(item.label),
            "on": day_in_full(item.on),
            "received": moment_in_full(item.received_at) if item.received_at else "",
            "digest": item.digest,
            "record": f"records/{item.kind}.jsonl",
            "id": str(item.record_id),
            "kind": kind_in_words(item.kind),
            "thread": self.threads.get((item.kind, item.record_id), ""),
            "through": "" if item.direct else "through another record",
        }

    def _write_index(self, counted: Sequence[_Counted]) -> None:
        gaps = sum((each.by_basis for each in counted), Counter[str]())
        self.spool.write(
            "index.html",
            self._page(
                "index",
                counted=counted,
                headline=headline(gaps),
                whose_wish=by_whose_wish(gaps),
                root="",
            ),
        )

    def _page(self, name: str, **context: Any) -> str:
        return str(render_to_string(f"evidence/pack/{name}.html", self.shared | context))

    # ---- data -----------------------------------------------------------------------------------------------------
    def _write_records(self) -> None:
        """Every record that stands on a page, a line each, with what belongs to it."""
        for kind in sorted(self.keys):
            with self.spool.open(f"records/{kind}.jsonl") as lines:
                for pks in in_batches(sorted(self.keys[kind]), BATCH):
                    records = read([(kind, pk) for pk in pks], self.reader)
                    for key, row in records.main.items():
                        parts = {
                            title: [_values(part) for part in rows] for title, rows, _ in records.parts.get(key, [])
                        }
                        line = masked(_values(row) | ({"parts": parts} if parts else {}))
                        lines.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")

    def _write_trail(self) -> None:
        with self.spool.open("trail/trail.jsonl") as lines:
            for line in export_lines(at=self.state_at):
                lines.write(line + "\n")
        points = TrailCheckpoint.objects.filter(chain=CHAIN).order_by("seq").values_list("seq", "digest", "at")
        kept = [{"seq": seq, "digest": digest, "at": at.isoformat()} for seq, digest, at in points]
        self.spool.write("trail/checkpoints.json", json.dumps(kept, indent=1) + "\n")
        self.spool.write("trail/verifier.py", verifier_source())


def _values(row: Any) -> dict[str, Any]:
    """A record's values as the trail would keep them, without secrets."""
    hidden = SECRET | (row.trail_left_out if isinstance(row, Record) else frozenset())
    fields = {
        column.attname: json.loads(canonical(plain(getattr(row, column.attname))))
        for column in row._meta.concrete_fields
        if column.name not in hidden
    }
    kind, pk = key_of(row)
    version = {"fingerprint": row.fingerprint()} if isinstance(row, Record) else {}
    return {"kind": kind, "id": pk, "label": str(getattr(row, "label", row)), "fields": fields} | version


def _gap(found: Any) -> dict[str, str]:
    gap = found.gap
    return {
        "title": mask_contacts(gap.label or found.rule.title),
        "sentence": mask_contacts(gap.sentence),
        "basis": found.basis_words,
        "owner": gap.owner,
        "due": day_in_full(gap.due) if gap.due else "",
    }
