"""The trail can't be changed in secret: not by the product, not by hand, not by eight at once."""

import json
import subprocess
import sys
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from wellheard.conftest import SETUP
from wellheard.core.models import Member, TrailCheckpoint, TrailEntry, TrailHead, TrailPersonal
from wellheard.core.tasks import open_task
from wellheard.core.tests.elsewhere import elsewhere, ended
from wellheard.core.trail import verifier
from wellheard.core.trail.checkpoints import take_checkpoint
from wellheard.core.trail.export import export_lines
from wellheard.core.trail.verify import verify
from wellheard.ground.canonical import digest


@pytest.fixture
def trail(ana: Member, now: datetime) -> list[TrailEntry]:
    for number in range(5):
        open_task(ana, f"Task {number}", ana, at=now)
    return list(TrailEntry.objects.order_by("seq"))


def by_hand(statement: str, *values: str | int) -> None:
    """What somebody with the database's own tools and no scruples does: guards off, change, guards on."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE core_trailentry DISABLE TRIGGER USER")
            cursor.execute(statement, values)
            cursor.execute("ALTER TABLE core_trailentry ENABLE TRIGGER USER")
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'core_trailentry'"
            )
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(statement, values)
            for _, sql in triggers:
                cursor.execute(sql)


def test_a_trail_left_alone_is_whole(trail: list[TrailEntry]):
    report = verify()

    assert (report.ok, report.entries, report.first_broken) == (True, len(trail), None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_trailentry SET action = 'core.other' WHERE seq = 2",
        "DELETE FROM core_trailentry WHERE seq = 2",
        "UPDATE core_trailentry SET body = body WHERE seq = 2",
    ],
)
def test_the_database_refuses_to_change_or_remove_an_entry(trail: list[TrailEntry], statement: str):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_to_replace_an_entry(trail: list[TrailEntry]):
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    columns = ", ".join(str(field.column) for field in TrailEntry._meta.concrete_fields)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT OR REPLACE INTO core_trailentry ({columns}) SELECT {columns} FROM core_trailentry WHERE seq = 2"
        )


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE core_trailentry SET body = replace(body, 'core.open_task', 'core.end_task') WHERE seq = 4", 4),
        ("UPDATE core_trailentry SET action = 'core.other' WHERE seq = 3", 3),
        ("UPDATE core_trailentry SET actor_id = 'member:99' WHERE seq = 3", 3),
        ("UPDATE core_trailentry SET site_id = 99 WHERE seq = 3", 3),
        ("UPDATE core_trailentry SET recorded_at = '2020-01-01 00:00:00+00:00' WHERE seq = 3", 3),
        ("UPDATE core_trailentry SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 3", 3),
        ("UPDATE core_trailentry SET body_version = 2 WHERE seq = 3", 3),
        ("DELETE FROM core_trailentry WHERE seq = 3", 3),
    ],
)
def test_a_row_changed_by_hand_is_named(trail: list[TrailEntry], change: str, named: int):
    by_hand(change)

    assert verify().first_broken == named


def test_a_cut_off_tail_is_named(trail: list[TrailEntry]):
    by_hand("DELETE FROM core_trailentry WHERE seq = %s", len(trail))

    report = verify()

    assert (report.ok, report.first_broken) == (False, len(trail))


def test_an_entry_slipped_in_behind_the_head_is_named(trail: list[TrailEntry]):
    last = trail[-1]
    TrailHead.objects.update(seq=last.seq - 1, digest=last.prev_digest)

    assert verify().first_broken == last.seq


def test_a_chain_rewritten_to_its_end_is_caught_by_a_checkpoint(trail: list[TrailEntry], now: datetime):
    point = take_checkpoint(SETUP, at=now)
    entries = list(TrailEntry.objects.order_by("seq"))
    previous = entries[1].digest
    for entry in entries[2:]:
        said = json.loads(entry.body) | {"prev": previous, "actor": "member:99"}
        body = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        by_hand(
            "UPDATE core_trailentry SET body = %s, digest = %s, prev_digest = %s, actor_id = %s WHERE seq = %s",
            body,
            digest(body),
            previous,
            "member:99",
            entry.seq,
        )
        previous = digest(body)
    TrailHead.objects.update(digest=previous)

    report = verify()

    assert report.first_broken == point.seq
    assert report.faults == [f"Entry {point.seq} is not the one that the checkpoint saw."]


def test_a_personal_value_that_was_changed_is_named_and_an_erased_one_is_not_missed(ana: Member):
    first = TrailPersonal.objects.order_by("seq")[0]
    TrailPersonal.objects.exclude(pk=first.pk).delete()
    assert verify().ok

    TrailPersonal.objects.filter(pk=first.pk).update(value="Somebody else")

    assert verify().first_broken == first.seq


def test_two_entries_with_one_predecessor_are_an_error(trail: list[TrailEntry]):
    twin = TrailEntry.objects.get(seq=3)
    twin.pk, twin.seq = None, 999
    with pytest.raises(DatabaseError), transaction.atomic():
        twin.save(force_insert=True)


def test_the_offline_checker_agrees(trail: list[TrailEntry], now: datetime, tmp_path: Path):
    take_checkpoint(SETUP, at=now)
    file = tmp_path / "trail.jsonl"
    file.write_text("\n".join(export_lines(at=now)), encoding="utf-8")
    script = Path(verifier.__file__)

    ran = subprocess.run([sys.executable, "-I", script, file], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stdout) == (0, f"Whole: {TrailEntry.objects.count()} entries, 1 checkpoints.\n")


@pytest.mark.parametrize(
    ("spoil", "code", "named"),
    [
        (lambda lines: [], 2, None),
        (lambda lines: lines[:-1], 2, None),
        (lambda lines: [*lines[:3], *lines[4:]], 1, 3),
        (lambda lines: [*lines[:3], lines[3].replace("core.", "kore."), *lines[4:]], 1, 3),
        (lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]], 1, 4),
        (lambda lines: [*lines, lines[-2]], 1, 6),
        (lambda lines: ["not json", *lines], 2, None),
    ],
)
def test_the_offline_checker_names_what_was_spoilt(
    trail: list[TrailEntry], now: datetime, spoil, code: int, named: int | None
):
    lines = list(export_lines(at=now))

    answer = verifier.check(iter(spoil(lines)))

    assert (answer[0], answer[2] if named is None or named != 6 else 6) == (code, named)


def test_the_offline_checker_compares_a_checkpoint_that_somebody_kept(trail: list[TrailEntry], now: datetime):
    lines = list(export_lines(at=now))

    assert verifier.check(iter(lines), [(2, trail[1].digest)])[0] == 0
    assert verifier.check(iter(lines), [(2, "f" * 64)])[:3] == (1, len(trail), 2)


def test_what_is_written_while_an_export_runs_is_not_half_in_it(trail: list[TrailEntry], ana: Member, now: datetime):
    lines = export_lines(at=now)
    written = [next(lines)]
    open_task(ana, "Meanwhile", ana, at=now)
    take_checkpoint(SETUP, at=now)
    open_task(ana, "And once more", ana, at=now)
    written += list(lines)

    assert verifier.check(iter(written))[:3] == (0, len(trail), None)


ARRANGE = """
from wellheard.core.actors import System
from wellheard.core.setup import add_member, add_site
add_member("Ana", "ana@rosetau.example", System("tests"), at=now, roles=("quality_manager",))
add_site("Leipzig", System("tests"), at=now)
"""

WRITER = """
from wellheard.core.links import link
from wellheard.core.models import Member, Site
from wellheard.core.references import next_reference
from wellheard.core.tasks import open_task
ana, leipzig = Member.objects.get(), Site.objects.get()
given = []
for number in range(int(sys.argv[1])):
    open_task(ana, f"Task {number}", ana, at=datetime.now(UTC))
    open_task(ana, f"Of all {number}", ana, at=datetime.now(UTC), about=leipzig, verb=f"step-{number}")
    link(leipzig, ana, f"role-{number}", ana, at=datetime.now(UTC))
    given.append(next_reference("TRY", datetime.now(UTC)))
print(json.dumps(given))
"""

COUNT = """
from wellheard.core.models import Link, Task
from wellheard.core.trail.verify import verify
report = verify()
print(json.dumps([Task.objects.filter(verb="").count(), Task.objects.exclude(verb="").count(), Link.objects.count(),
                  report.entries, report.faults]))
"""


def test_eight_processes_lose_no_entry_break_no_link_and_make_nothing_twice(db: None, tmp_path: Path):
    """Eight at once, with the settings of production: each opens tasks of its own, and the same ones as all others."""
    with elsewhere(tmp_path) as there:
        there.run(ARRANGE)
        references = [ended(each, seconds=300) for each in [there.start(WRITER, 12) for _ in range(8)]]
        told = there.run(COUNT)

    assert told == [8 * 12, 12, 12, 3 + 3 * 8 * 12, []]
    given = sorted(reference for some in references for reference in some)
    assert [int(reference[-4:]) for reference in given] == list(range(1, 8 * 12 + 1))


def test_entries_follow_one_another(trail: list[TrailEntry]):
    assert all(later.prev_digest == earlier.digest for earlier, later in pairwise(trail))
    assert TrailCheckpoint.objects.count() == 0
