"""A record can't be written in secret, and its trail says what was written: no more, no less."""

import json
from datetime import datetime

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models import ProtectedError

from wellheard.conftest import SETUP, Arranging
from wellheard.core.action import acting
from wellheard.core.errors import Refusal, WroteOutsideAction
from wellheard.core.models import ApiToken, Holiday, Member, SearchEntry, Site, Task, TrailEntry
from wellheard.core.records import Record, RecordQuerySet
from wellheard.core.search import find
from wellheard.core.setup import add_site
from wellheard.core.tasks import open_task
from wellheard.core.tests.said import bodies, last_changes

RECORDS = [model for model in apps.get_models() if issubclass(model, Record)]


@pytest.fixture
def task(ana: Member, now: datetime) -> Task:
    return open_task(ana, "Call Cleo back", ana, at=now, button="Call")


# ---- no way past the trail ----------------------------------------------------------------------------------------
def test_every_way_to_the_rows_of_a_record_is_one_that_writes_through_actions():
    open_ways = [
        (model._meta.label, manager.name)
        for model in RECORDS
        for manager in (*model._meta.managers, model._base_manager, model._default_manager)
        if not isinstance(manager.get_queryset(), RecordQuerySet)
    ]

    assert open_ways == []


def test_no_record_is_changed_by_what_happens_to_another_without_an_entry():
    """A deletion of the other may be refused, or take the record along (with its entry), but never quietly change it."""
    quiet = [
        f"{model._meta.label}.{field.name}"
        for model in RECORDS
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and getattr(field.remote_field, "on_delete", None) not in {models.CASCADE, models.PROTECT, models.RESTRICT}
    ]

    assert quiet == []


def test_related_managers_can_not_write_past_the_trail(ana: Member, lyon: Site):
    for write in (lambda: lyon.members.add(ana), lambda: lyon.members.set([ana])):
        with pytest.raises(WroteOutsideAction), transaction.atomic():
            write()  # type: ignore[no-untyped-call]

    ana.refresh_from_db()
    assert ana.site_id != lyon.pk


@pytest.mark.parametrize(
    "write",
    [
        lambda: Task.objects.create(title="In secret"),
        lambda: Task.objects.get_or_create(title="In secret"),
        lambda: Task.objects.update_or_create(title="Call Cleo back", defaults={"title": "In secret"}),
        lambda: Task.objects.filter(title="Call Cleo back").update(title="In secret"),
        lambda: Task._base_manager.filter(title="Call Cleo back").update(title="In secret"),
        lambda: Task._base_manager.all().delete(),
    ],
)
def test_writing_without_an_action_raises_whatever_the_method(task: Task, write):
    with pytest.raises(WroteOutsideAction):
        write()

    assert list(Task.objects.values_list("title", flat=True)) == ["Call Cleo back"]


def test_only_fields_that_decide_nothing_are_written_without_an_action(
    ana: Member, now: datetime, arranging: Arranging
):
    with arranging():
        token = ApiToken(member=ana, name="Key", digest="0" * 64, created_at=now)
        token.save()
    token.last_used_on, token.name = now.date(), "Another"

    token.save(update_fields=["last_used_on"])
    with pytest.raises(WroteOutsideAction):
        token.save(update_fields=["digest"])
    with pytest.raises(WroteOutsideAction):
        token.save(update_fields=["last_used_on", "name"])

    kept = ApiToken.objects.get(pk=token.pk)
    assert (kept.last_used_on, kept.name) == (now.date(), "Key")


# ---- what the entry says ------------------------------------------------------------------------------------------
def test_the_entry_names_only_the_fields_that_were_written(task: Task, arranging: Arranging):
    with arranging():
        task.button, task.verb = "Write", "call"
        task.save(update_fields=["verb"])

    assert last_changes(task) == {"verb": ["", "call"]}

    with arranging():
        task.save()

    assert last_changes(task) == {"button": ["Call", "Write"]}
    assert Task.objects.get(pk=task.pk).button == "Write"


def test_a_key_to_another_record_is_named_however_it_is_called(task: Task, ben: Member, arranging: Arranging):
    with arranging():
        task.owner = ben
        task.save(update_fields=["owner"])

    assert last_changes(task) == {"owner_id": [task_owner(task, before=True), ben.pk]}


def task_owner(task: Task, *, before: bool) -> int:
    """The owner with whom the task was made."""
    first: list[int] = bodies(task)[0]["changes"]["owner_id"]
    return first[1 if before else 0]


def test_saving_no_field_leaves_no_entry(task: Task, arranging: Arranging):
    with arranging():
        task.save(update_fields=[])

    assert len(bodies(task)) == 1


def test_a_record_that_was_refreshed_is_compared_with_what_it_is_now(task: Task, arranging: Arranging):
    with arranging():
        other = Task.objects.get(pk=task.pk)
        other.button = "Write"
        other.save()
    task.refresh_from_db()
    with arranging():
        task.button = "Visit"
        task.save()

    assert last_changes(task) == {"button": ["Write", "Visit"]}


def test_a_field_that_was_not_loaded_is_compared_all_the_same(task: Task, arranging: Arranging):
    some = Task.objects.only("pk", "title").get(pk=task.pk)
    assert some.button == "Call"
    with arranging():
        some.button = "Write"
        some.save()

    assert last_changes(task) == {"button": ["Call", "Write"]}


def test_a_copy_is_a_new_record(task: Task, arranging: Arranging):
    with arranging():
        task.pk = None
        task.save()

    assert [(body["did"], body["changes"]["button"]) for body in bodies(task)] == [("created", [None, "Call"])]


def test_a_new_record_never_takes_the_place_of_one_that_is_there(task: Task, ana: Member, now: datetime, arranging):
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), arranging():
        Task(pk=task.pk, owner=ana, title="Another", opened_at=now).save()

    task.refresh_from_db()
    assert task.title == "Call Cleo back"


def test_what_was_made_and_removed_in_one_go_was_not_created(ana: Member, now: datetime):
    with acting("tests.both", ana, now):
        passing = Task(owner=ana, title="For a moment", opened_at=now)
        passing.save()
        pk = passing.pk
        passing.delete()

    assert list(TrailEntry.objects.filter(kind="core.task", object_id=pk).values_list("did", flat=True)) == ["noted"]


# ---- deleting -----------------------------------------------------------------------------------------------------
def test_what_goes_along_with_a_record_has_an_entry_too(lyon: Site, now: datetime, arranging: Arranging):
    with arranging():
        day = Holiday(site=lyon, on=now.date(), name="Fête des Lumières")
        day.save()
    pk = day.pk
    with arranging():
        lyon.delete()

    assert Holiday.objects.count() == 0
    entry = TrailEntry.objects.get(kind="core.holiday", object_id=pk, did="deleted")
    assert json.loads(entry.body)["changes"]["name"] == ["Fête des Lumières", None]


def test_a_deletion_that_is_refused_leaves_no_entry(ana: Member, leipzig: Site, arranging: Arranging):
    with arranging(), pytest.raises(ProtectedError):
        leipzig.delete()

    assert TrailEntry.objects.filter(kind="core.site", did="deleted").count() == 0


def test_the_entry_of_a_deletion_says_what_was_there_and_not_what_was_in_hand(task: Task, arranging: Arranging):
    stale = Task.objects.get(pk=task.pk)
    with arranging():
        task.button = "Write"
        task.save()
    stale.verb = "never saved"
    pk = stale.pk
    with arranging():
        stale.delete()

    body = json.loads(TrailEntry.objects.get(kind="core.task", object_id=pk, did="deleted").body)
    assert (body["changes"]["button"], body["changes"].get("verb")) == (["Write", None], ["", None])


def test_a_deleted_record_leaves_no_words_in_the_index(ana: Member, now: datetime, monkeypatch, arranging: Arranging):
    monkeypatch.setattr(Site, "search_text", lambda site: (site.name, ""))
    site = add_site("Gärtnerei", SETUP, at=now)
    assert [hit.record for hit in find("gärtnerei", ana)] == [site]
    with arranging():
        site.delete()

    assert SearchEntry.objects.count() == 0


def test_a_record_that_is_searched_no_longer_leaves_the_index(ana: Member, now: datetime, monkeypatch, arranging):
    monkeypatch.setattr(Site, "search_text", lambda site: (site.name, "") if site.country else None)
    site = add_site("Gärtnerei", SETUP, at=now, country="DE")
    with arranging():
        site.country = ""
        site.save()

    assert SearchEntry.objects.count() == 0


# ---- what no database holds ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 301),
        ("title", "half \x00 a word"),
        ("title", "half \ud800 a character"),
        ("about_id", 2**63),
    ],
)
def test_what_one_database_would_refuse_is_refused_by_both_with_a_sentence(
    ana: Member, now: datetime, arranging, field, value
):
    with pytest.raises(Refusal, match="Nothing was saved") as refused, arranging():
        Task(**{"owner": ana, "title": "Task", "opened_at": now, field: value}).save()

    assert (refused.value.field, Task.objects.count()) == (field, 0)


def test_a_nul_deep_in_a_json_field_is_refused(lyon: Site, arranging: Arranging):
    with pytest.raises(Refusal, match="week"), arranging():
        lyon.week = {"0": [["09:00", "17:\x0000"]]}
        lyon.save()
