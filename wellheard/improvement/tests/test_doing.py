"""A corrective action from its proposal to its end."""

from datetime import UTC, date, datetime, timedelta

import pytest

from wellheard.core.actors import System
from wellheard.core.errors import NotAllowed, Refusal, WrongStatus
from wellheard.core.models import Link, Task, TrailEntry
from wellheard.improvement import actions
from wellheard.improvement.flow import ACTION_FLOW
from wellheard.improvement.models import CorrectiveAction, Verdict
from wellheard.improvement.tests.conftest import DONE, JUDGED, LOCKED, STARTED


def did(record) -> list[str]:
    entries = TrailEntry.objects.filter(kind=record.kind, object_id=record.pk).order_by("seq")
    return [f"{entry.action.removeprefix('improvement.')} {entry.did}" for entry in entries]


def open_tasks(record) -> list[tuple[str, str]]:
    tasks = Task.objects.filter(about_kind=record.kind, about_id=record.pk, status="open").order_by("pk")
    return [(task.owner.name, task.verb) for task in tasks]


def test_an_action_comes_from_the_cause_that_it_removes(ana, ben, leipzig, now):
    analysis = actions.open_analysis("Drips", "It drips.", ana, at=now, site=leipzig)

    action = actions.open_action("Heat the station", "To 20 °C.", ana, at=now, origin=analysis, owner=ben)

    link = Link.objects.get(role="opened")
    assert (action.reference, action.status, action.site, action.owner) == ("ACT-2026-0001", "proposed", leipzig, ben)
    assert action.analysis == analysis
    assert (link.source_kind, link.source_id, link.target_id) == ("improvement.causeanalysis", analysis.pk, action.pk)
    assert open_tasks(action) == [("Ben Okafor", "plan")]
    assert did(action) == ["open_action created"]


def test_an_action_comes_from_any_other_record_too(ana, ben, leipzig, now, proposed):
    action = actions.open_action("Same in Lyon", "Trays there too.", ana, at=now, origin=proposed)

    assert action.analysis is None
    assert Link.objects.get(role="opened").source_kind == "improvement.correctiveaction"


def test_a_job_names_an_owner(ben, leipzig, now):
    with pytest.raises(Refusal, match="Name an owner"):
        actions.open_action("Trays", "All of them.", System("rules"), at=now, site=leipzig)


@pytest.mark.parametrize(("title", "what", "field"), [("", "All.", "title"), ("Trays", "  ", "what")])
def test_an_action_says_what_is_changed(ben, leipzig, now, title, what, field):
    with pytest.raises(Refusal) as refused:
        actions.open_action(title, what, ben, at=now, site=leipzig)

    assert refused.value.field == field


def test_a_stranger_opens_nothing(dan, now):
    with pytest.raises(NotAllowed):
        actions.open_action("Trays", "All.", dan, at=now)

    assert not CorrectiveAction.objects.exists()


def test_nobody_begins_before_the_plan_is_locked(proposed, ben, agreed, valves):
    actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed)

    with pytest.raises(Refusal, match="has no locked plan"):
        actions.start(proposed, ben, at=STARTED)

    assert CorrectiveAction.objects.get().status == "proposed"


def test_nobody_begins_while_the_time_before_is_measured(proposed, ben, agreed, valves):
    later = {"baseline_to": date(2026, 1, 31), "settling_until": None, "follow_up_from": date(2026, 4, 1)}
    actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed | later)
    actions.lock_plan(proposed, ben, at=LOCKED)

    with pytest.raises(Refusal, match="would spoil it"):
        actions.start(proposed, ben, at=STARTED)

    assert CorrectiveAction.objects.get().status == "planned"


def test_from_planned_to_done_with_a_task_at_each_step(planned, ben):
    with pytest.raises(WrongStatus, match="needs “under way”"):
        actions.finish(planned, ben, at=STARTED)

    actions.start(planned, ben, at=STARTED)
    assert (planned.status, planned.started_at, open_tasks(planned)) == (
        "under_way",
        STARTED,
        [("Ben Okafor", "finish")],
    )
    with pytest.raises(WrongStatus, match="needs “planned, test locked”"):
        actions.start(planned, ben, at=STARTED)

    actions.finish(planned, ben, at=DONE)
    fresh = CorrectiveAction.objects.get()
    assert (fresh.status, fresh.done_at, open_tasks(fresh)) == ("done", DONE, [])
    assert did(planned)[-2:] == ["start changed", "finish changed"]


def test_a_deadline_becomes_the_task_s(planned, ben, leipzig, arranging):
    with arranging():
        planned.due_on = date(2026, 2, 6)
        planned.save()

    actions.start(planned, ben, at=STARTED)

    # The end of that day in Leipzig.
    assert Task.objects.get(verb="finish").due_at == datetime(2026, 2, 6, 22, 59, tzinfo=UTC)


@pytest.mark.parametrize("done_at", [STARTED - timedelta(days=1), DONE + timedelta(days=9)])
def test_it_is_done_neither_before_it_began_nor_in_the_future(planned, ben, done_at):
    actions.start(planned, ben, at=STARTED)

    with pytest.raises(Refusal, match="correct the day"):
        actions.finish(planned, ben, at=DONE, done_at=done_at)


def test_a_change_later_than_the_plan_needs_a_new_plan_first(planned, ben):
    actions.start(planned, ben, at=STARTED)
    late = datetime(2026, 3, 2, 12, tzinfo=UTC)

    with pytest.raises(Refusal, match="Replace the plan first"):
        actions.finish(planned, ben, at=late)

    assert CorrectiveAction.objects.get().status == "under_way"


@pytest.mark.parametrize("verb", ["start", "finish", "close"])
def test_only_who_works_on_it_moves_it(planned, dan, auditor, verb):
    for stranger in (dan, auditor):
        with pytest.raises(NotAllowed):
            getattr(actions, verb)(planned, stranger, at=STARTED)


def asked_afterwards(action: CorrectiveAction) -> list[tuple[str, str]]:
    """What apps above ask for when an action is closed is theirs to test."""
    return [task for task in open_tasks(action) if "write_notice" in task]


def test_closing_needs_a_signed_verdict(done, ben, ana):
    with pytest.raises(WrongStatus, match="needs “judged”"):
        actions.close(done, ben, at=JUDGED)
    verdict = actions.judge(done, ana, at=JUDGED)
    with pytest.raises(Refusal, match="not signed yet"):
        actions.close(done, ben, at=JUDGED)

    actions.sign_verdict(verdict, ana, at=JUDGED, password="ana")
    actions.close(done, ben, at=JUDGED)

    fresh = CorrectiveAction.objects.get()
    assert (fresh.status, fresh.closed_at, open_tasks(fresh)) == ("closed", JUDGED, asked_afterwards(fresh))


def failed(done, ana, valves) -> Verdict:
    """It did not help: as many complaints after as before."""
    valves.complaints = [*valves.complaints[:14], 19, 23, 21, 22, 20, 23, 19, 20]
    verdict = actions.judge(done, ana, at=JUDGED)
    return actions.sign_verdict(verdict, ana, at=JUDGED, password="ana")


def test_closing_what_did_not_help_sends_someone_back_to_the_cause(done, ben, ana, valves):
    verdict = failed(done, ana, valves)
    assert verdict.stands == "not_effective"

    actions.close(done, ben, at=JUDGED)

    task = Task.objects.exclude(verb="write_notice").get(status="open")
    # Without an analysis no step ends it, so its owner says that it is done.
    assert (task.owner, task.verb, task.title) == (ben, "", f"Look for the cause again: {done.title}")


def test_the_owner_of_the_analysis_is_asked_where_there_is_one(done, ben, ana, valves, arranging):
    analysis = actions.open_analysis("Cracks", "They crack.", ana, at=LOCKED, site=done.site)
    with arranging():
        done.analysis = analysis
        done.save()
    failed(done, ana, valves)

    actions.close(done, ben, at=JUDGED)

    task = Task.objects.get(verb="reopen_analysis")
    assert (task.owner, task.about_kind, task.url) == (ana, "improvement.causeanalysis", analysis.get_absolute_url())


def test_what_did_not_help_starts_over_with_a_new_version_of_the_plan(done, ben, ana, valves, agreed):
    failed(done, ana, valves)

    actions.reopen(done, "Thicker trays.", ben, at=JUDGED)

    assert (done.status, done.started_at, done.done_at, open_tasks(done)) == (
        "proposed",
        None,
        None,
        [("Ben Okafor", "plan")],
    )
    assert "Thicker trays." in TrailEntry.objects.get(action="improvement.reopen", kind=done.kind).body
    later = {
        "baseline_from": date(2026, 3, 1),
        "baseline_to": date(2026, 10, 31),
        "settling_until": None,
        "trigger_on": None,
        "follow_up_from": date(2027, 1, 1),
        "follow_up_to": date(2027, 8, 31),
    }
    actions.plan_effectiveness(done, ben, at=JUDGED, **agreed | later, reason="Thicker trays.")
    actions.lock_plan(done, ana, at=JUDGED)
    assert (done.status, done.plan.version) == ("planned", 2)


def test_what_worked_is_not_opened_again(done, ben, ana):
    verdict = actions.judge(done, ana, at=JUDGED)
    actions.sign_verdict(verdict, ana, at=JUDGED, password="ana")

    with pytest.raises(Refusal, match="signed that it did not help"):
        actions.reopen(done, "For fun", ben, at=JUDGED)

    assert CorrectiveAction.objects.get().status == "judged"


def test_the_flow_is_drawn_from_its_table():
    assert ACTION_FLOW.diagram().splitlines()[:3] == [
        "stateDiagram-v2",
        "    proposed --> planned: lock plan",
        "    planned --> under_way: start",
    ]
