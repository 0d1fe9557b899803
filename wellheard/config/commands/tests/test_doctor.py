"""The doctor says in plain words what is wrong and what to do."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from wellheard.config import examination
from wellheard.config.commands.tests.conftest import Program
from wellheard.config.examination import FAULT, LOOK, WELL
from wellheard.conftest import Postbox
from wellheard.core.models import JobRun, Member
from wellheard.evidence.tests.test_actions import change_unseen


def states(said: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["state"] for each in said["checks"]}


def test_a_fresh_house_lacks_a_worker_and_a_mail_server(program: Program):
    code, said = program.json("doctor")

    assert (code, said["ok"]) == (1, False)
    assert states(said) == {
        "Database": WELL,
        "Tables": WELL,
        "Trail": WELL,
        "Worker": FAULT,
        "Mail": LOOK,
        "Disk": WELL,
        "Static files": FAULT,
        "Secret key": WELL,
    }


def test_a_house_in_order_is_well_and_says_so_in_words(program: Program):
    (program.data / "static").mkdir()
    (program.data / "static" / "staticfiles.json").write_text("{}")
    moment = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    with closing(sqlite3.connect(program.data / "wellheard.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO core_jobrun (name, slot, started_at, fault) VALUES ('core.jobs.seal_rows', ?, ?, '')",
            [moment] * 2,
        )

    code, output, _ = program("doctor")

    assert code == 0
    assert output.endswith("Everything is as it should be.\n")


def test_an_open_secret_key_and_an_empty_database_are_faults(elsewhere: Callable[[str], Program]):
    fresh = elsewhere("fresh")
    fresh.data.mkdir()
    (fresh.data / "secret-key").write_text("known to all")
    (fresh.data / "secret-key").chmod(0o644)

    _, said = fresh.json("doctor")

    sentences = {each["name"]: each["sentence"] for each in said["checks"]}
    assert "chmod 600" in sentences["Secret key"]
    assert sentences["Tables"].endswith("then start `wellheard up`, which brings them up to date.")
    assert states(said)["Database"] == WELL


def test_a_silent_worker_is_a_fault_with_what_to_do(db: None):
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    JobRun.objects.create(name="core.jobs.send_mail", slot=long_ago, started_at=long_ago)

    state, sentence = examination.worker()

    assert (state, sentence.startswith("It has been silent for ")) == (FAULT, True)


def test_a_job_that_failed_lately_deserves_a_look(db: None):
    now = timezone.now()
    JobRun.objects.create(name="core.jobs.send_mail", slot=now, started_at=now, fault="OSError: no", fault_at=now)

    assert examination.worker() == (LOOK, "It runs, but core.jobs.send_mail failed within the last day: OSError: no")


def test_an_entry_that_was_changed_is_found_quickly(ana: Member):
    before = examination.trail()[0]
    change_unseen(2)

    assert (before, examination.trail()) == (WELL, (FAULT, "Entry 2 was changed. Run `wellheard trail verify`."))


def test_a_mail_server_is_tried(db: None, postbox: Postbox, settings: LazySettings):
    there = examination.mail()[0]
    settings.EMAIL_PORT = 1

    gone, sentence = examination.mail()

    assert (there, gone) == (WELL, FAULT)
    assert "Mails wait and are tried again" in sentence


def test_a_check_that_breaks_stops_no_other(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def broken() -> tuple[str, str]:
        raise OSError("no such disk")

    monkeypatch.setattr(examination, "CHECKS", {"Disk": broken, "Worker": examination.worker})

    assert [(each.name, each.sentence) for each in examination.examine()] == [
        ("Disk", "This could not be checked: OSError: no such disk"),
        ("Worker", "It has never run. Start `wellheard up`, or `wellheard worker` beside the server."),
    ]
