"""Two who change a record at the same time, and actions that fail within others: nothing is lost, nothing is said too much."""

import json
from datetime import datetime

import pytest

from wellheard.conftest import Arranging
from wellheard.core.action import acting, detail
from wellheard.core.errors import LostChanges, Refusal
from wellheard.core.models import Member, Task, TrailEntry
from wellheard.core.tasks import end_task, open_task
from wellheard.core.tests.said import bodies, last_changes
from wellheard.core.trail.verify import verify


@pytest.fixture
def task(ana: Member, now: datetime) -> Task:
    return open_task(ana, "Call Cleo back", ana, at=now, button="Call")


def test_what_somebody_else_changed_meanwhile_is_kept(task: Task, arranging: Arranging):
    stale = Task.objects.get(pk=task.pk)
    with arranging():
        task.button = "Write"
        task.save()
    with arranging():
        stale.verb = "call"
        stale.save()

    kept = Task.objects.get(pk=task.pk)
    assert (kept.button, kept.verb, stale.button) == ("Write", "call", "Write")
    assert last_changes(task) == {"verb": ["", "call"]}


def test_what_both_changed_is_refused_to_the_second(task: Task, arranging: Arranging):
    stale = Task.objects.get(pk=task.pk)
    with arranging():
        task.button = "Write"
        task.save()

    with pytest.raises(Refusal, match="meanwhile"), arranging():
        stale.button = "Visit"
        stale.save()

    assert Task.objects.get(pk=task.pk).button == "Write"


def test_two_copies_in_one_action_do_not_undo_each_other(task: Task, arranging: Arranging):
    with arranging():
        one, other = Task.objects.get(pk=task.pk), Task.objects.get(pk=task.pk)
        one.button = "Write"
        one.save()
        other.verb = "call"
        other.save()

    kept = Task.objects.get(pk=task.pk)
    assert (kept.button, kept.verb) == ("Write", "call")


def test_an_old_password_does_not_come_back_with_a_stale_member(ana: Member, arranging: Arranging):
    stale = Member.objects.get(pk=ana.pk)
    ana.set_password("another one")
    ana.save(update_fields=["password"])
    with arranging():
        stale.job_title = "Head of quality"
        stale.save()

    assert Member.objects.get(pk=ana.pk).check_password("another one")


def test_a_record_that_is_gone_is_not_brought_back_by_saving_it(task: Task, arranging: Arranging):
    stale = Task.objects.get(pk=task.pk)
    with arranging():
        task.delete()

    for write in (stale.save, stale.delete):
        with pytest.raises(Refusal, match="no longer there"), arranging():
            write()

    assert Task.objects.count() == 0


# ---- inner actions that fail --------------------------------------------------------------------------------------
def test_a_failed_change_of_the_same_name_is_not_in_the_outer_entry(task: Task, ana: Member, now: datetime):
    with acting("tests.change", ana, now):
        task.verb = "call"
        task.save()
        detail(first=True)
        with pytest.raises(RuntimeError), acting("tests.change", ana, now):
            task.button = "Never"
            task.save()
            detail(second=True)
            raise RuntimeError

    body = bodies(task)[-1]
    assert (body["changes"], body["details"]) == ({"verb": ["", "call"]}, {"first": True})
    assert Task.objects.get(pk=task.pk).button == "Call"


def test_after_a_failed_inner_action_the_record_in_hand_is_saved_as_the_database_has_it(task, ana, now):
    with acting("tests.outer", ana, now):
        with pytest.raises(RuntimeError), acting("tests.inner", ana, now):
            task.button = "Never"
            task.save()
            raise RuntimeError
        task.verb = "call"
        task.save()

    kept = Task.objects.get(pk=task.pk)
    assert (kept.button, kept.verb, task.button) == ("Call", "call", "Call")


def test_unsaved_changes_are_not_handed_to_an_inner_action(task: Task, ana: Member, now: datetime):
    with pytest.raises(LostChanges), acting("tests.outer", ana, now) as present:
        present.lock(task)
        task.button = "Write"
        end_task(task, ana, at=now)

    assert Task.objects.get(pk=task.pk).status == Task.Status.OPEN


def test_details_belong_to_the_action_that_runs(ana: Member, now: datetime):
    with acting("tests.outer", ana, now):
        for number in (1, 2):
            with acting("tests.inner", ana, now):
                open_task(ana, f"Task {number}", ana, at=now)
                detail(number=number)

    inner = [
        json.loads(entry.body)["details"] for entry in TrailEntry.objects.filter(action="tests.inner").order_by("seq")
    ]
    assert inner == [{"number": 1}, {"number": 2}]


def test_a_thousand_records_in_one_action_take_no_longer_each_than_ten(ana: Member, now: datetime):
    """Counted, not timed: how often drafts are compared."""
    with acting("tests.many", ana, now) as present:
        for number in range(1000):
            with acting("tests.one", ana, now):
                Task(owner=ana, title=f"Task {number}", opened_at=now).save()
        drafts = present.drafts
        assert len(drafts) == 1000

    assert verify().ok
