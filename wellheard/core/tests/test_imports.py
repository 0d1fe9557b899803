"""A dry run is the real run that is rolled back; what can't be known stops it; a batch is taken back whole."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection

from wellheard.conftest import SETUP
from wellheard.core import imports
from wellheard.core.actors import Actor
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.imports import (
    HasQuestions,
    Options,
    Question,
    Result,
    kinds,
    report,
    run_import,
    try_import,
    undo_import,
)
from wellheard.core.links import link
from wellheard.core.models import ImportBatch, Member, Site, StoredFile, Task, TrailEntry, TrailHead
from wellheard.core.references import next_reference
from wellheard.core.tasks import open_task
from wellheard.core.trail.verify import verify

FILE = b"Call Cleo back\n\nWrite to Dan\nbreak\n"


class TaskImporter:
    """A line a task. An empty line is left out; one that says “break” is rejected; one that says “fail” fails."""

    kind = "tasks"

    def __init__(self, owner: Member, site: Site) -> None:
        self.owner, self.site = owner, site

    def run(self, name: str, data: bytes, options: Options, batch: ImportBatch, by: Actor, at: datetime) -> Result:
        result = Result(format="lines", guessed={"owner": self.owner.name})
        if b"?" in data and "owner" not in options.answers:
            result.questions.append(Question("owner", "Whose tasks are these?", {"ana": "Ana's"}))
        for number, line in enumerate(data.decode().splitlines(), start=1):
            result.rows += 1
            if not line.strip():
                result.left_out["empty"] = result.left_out.get("empty", 0) + 1
            elif line == "break":
                result.rejected.append({"row": number, "field": "title", "reason": f"“{line}” can't be a task"})
            elif line == "fail":
                raise RuntimeError("the disk is full")
            else:
                task = open_task(self.owner, f"{next_reference('TSK', at)} {line}", by, at=at, note=batch.reference)
                link(self.site, task, "asked for", by, at=at)
                result.accepted += 1
        result.created = {"tasks": result.accepted}
        result.target = self.site
        return result

    def undo(self, batch: ImportBatch, by: Actor, at: datetime) -> dict[str, int]:
        tasks = list(Task.objects.filter(note=batch.reference))
        for task in tasks:
            task.delete()
        return {"tasks": len(tasks)}


@pytest.fixture
def _importer(ana: Member, leipzig: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "_importers", {"tasks": TaskImporter(ana, leipzig)})


pytestmark = pytest.mark.usefixtures("_importer")


def everything() -> dict[str, list[Any]]:
    """Every row of every table of ours, and the words in the search index."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("wellheard.")]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in ours}


def test_a_dry_run_leaves_nothing(ana: Member, now: datetime):
    before = everything()

    result = try_import("tasks", "tasks.txt", FILE, ana, at=now, options=Options())

    assert (result.rows, result.accepted, result.left_out, len(result.rejected)) == (4, 2, {"empty": 1}, 1)
    assert everything() == before
    assert not connection.needs_rollback


def test_a_dry_run_says_what_the_run_then_does(ana: Member, now: datetime):
    tried = report(try_import("tasks", "tasks.txt", FILE, ana, at=now, options=Options()), kind="tasks")

    batch = run_import("tasks", "tasks.txt", FILE, ana, at=now, options=Options())

    assert tried | {"batch": batch.reference} == report(batch)
    assert (batch.reference, batch.status, batch.target_kind) == ("IMP-2026-0001", "done", "core.site")
    assert list(Task.objects.order_by("pk").values_list("title", flat=True)) == [
        "TSK-2026-0001 Call Cleo back",
        "TSK-2026-0002 Write to Dan",
    ]


@pytest.mark.parametrize("run", [try_import, run_import])
def test_an_import_that_breaks_half_way_leaves_nothing(run: Any, ana: Member, now: datetime):
    before = everything()

    with pytest.raises(RuntimeError, match="the disk is full"):
        run("tasks", "tasks.txt", FILE + b"fail\n", ana, at=now, options=Options())

    assert everything() == before


@pytest.mark.parametrize("run", [try_import, run_import])
def test_who_may_not_import_may_not_try_either(run: Any, ben: Member, auditor: Member, dan: Member, now: datetime):
    before = everything()

    for reader in (ben, auditor, dan):
        with pytest.raises(NotAllowed):
            run("tasks", "tasks.txt", FILE, reader, at=now, options=Options())

    assert everything() == before


@pytest.mark.parametrize("run", [try_import, run_import])
def test_an_unknown_kind_is_answered_with_those_that_there_are(run: Any, ana: Member, now: datetime):
    with pytest.raises(Refusal, match="There is: tasks") as refused:
        run("weather", "a.csv", FILE, ana, at=now, options=Options())

    assert (refused.value.field, kinds()) == ("kind", ["tasks"])


def test_what_can_not_be_known_stops_the_import_and_changes_nothing(ana: Member, now: datetime):
    before = everything()

    with pytest.raises(HasQuestions, match="Nothing was imported") as asked:
        run_import("tasks", "tasks.txt", b"Who calls?\n", ana, at=now, options=Options())

    assert [question.name for question in asked.value.result.questions] == ["owner"]
    assert everything() == before
    tried = try_import("tasks", "tasks.txt", b"Who calls?\n", ana, at=now, options=Options())
    assert report(tried)["questions"] == [
        {"name": "owner", "sentence": "Whose tasks are these?", "choices": {"ana": "Ana's"}}
    ]


@pytest.mark.parametrize("options", [Options(answers={"owner": "ana"}), Options(accept_guesses=True)])
def test_an_answer_or_a_yes_lets_it_go_on(options: Options, ana: Member, now: datetime):
    batch = run_import("tasks", "tasks.txt", b"Who calls?\n", ana, at=now, options=options)

    assert (batch.accepted, Task.objects.count()) == (1, 1)


def test_a_batch_keeps_its_file_and_says_in_the_trail_what_came_of_it(ana: Member, now: datetime):
    batch = run_import(
        "tasks", "tasks of Cleo.txt", FILE, ana, at=now, options=Options(mapping={"title": "Cleo’s words"})
    )

    assert default_storage.open(batch.file.path).read() == FILE
    assert (batch.file.name, batch.options["mapping"]) == ("tasks of Cleo.txt", {"title": "Cleo’s words"})
    bodies = list(TrailEntry.objects.filter(action="core.import").values_list("body", flat=True))
    assert len(bodies) == 1
    assert [words in bodies[0] for words in ("Cleo", "break", "can't be a task")] == [False, False, False]
    assert json.loads(bodies[0])["changes"]["accepted"] == [None, 2]
    assert verify().ok


def test_a_batch_is_taken_back_whole_and_once(ana: Member, now: datetime):
    others = open_task(ana, "Not from the file", ana, at=now)
    batch = run_import("tasks", "tasks.txt", FILE, ana, at=now, options=Options())

    undo_import(batch, ana, at=now)

    assert list(Task.objects.all()) == [others]
    batch.refresh_from_db()
    assert (batch.status, batch.undone_at, batch.rejected[0]["row"]) == ("undone", now, 4)
    assert StoredFile.objects.filter(pk=batch.file_id).exists()
    entry = TrailEntry.objects.get(action="core.undo_import", kind="core.importbatch")
    assert json.loads(entry.body)["details"] == {"removed": {"tasks": 2}}
    with pytest.raises(Refusal, match="already taken back"):
        undo_import(batch, ana, at=now)
    assert TrailEntry.objects.filter(action="core.undo_import", kind="core.importbatch").count() == 1


def test_two_who_take_a_batch_back_at_once_do_it_once(ana: Member, now: datetime):
    batch = run_import("tasks", "tasks.txt", FILE, ana, at=now, options=Options())
    stale = ImportBatch.objects.get(pk=batch.pk)
    undo_import(batch, ana, at=now)

    with pytest.raises(Refusal, match="already taken back"):
        undo_import(stale, ana, at=now)


def test_the_auditor_takes_nothing_back(ana: Member, auditor: Member, now: datetime):
    batch = run_import("tasks", "tasks.txt", FILE, ana, at=now, options=Options())

    with pytest.raises(NotAllowed):
        undo_import(batch, auditor, at=now)

    assert (Task.objects.count(), ImportBatch.objects.get().status) == (2, "done")


def test_a_dry_run_within_an_action_leaves_the_action_alone(ana: Member, now: datetime, arranging):
    head = TrailHead.objects.get().seq
    with arranging(SETUP):
        open_task(ana, "Before", ana, at=now)
        try_import("tasks", "tasks.txt", FILE, ana, at=now, options=Options())
        open_task(ana, "After", ana, at=now)

    assert list(Task.objects.order_by("pk").values_list("title", flat=True)) == ["Before", "After"]
    assert TrailHead.objects.get().seq == head + 2
    assert verify().ok
