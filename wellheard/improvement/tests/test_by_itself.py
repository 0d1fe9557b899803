"""Verdicts come by themselves; the thread and the measure of our own actions follow them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from wellheard.core.actors import System
from wellheard.core.errors import NotAllowed
from wellheard.core.models import JobRun, Task, TrailEntry
from wellheard.core.thread import thread_of
from wellheard.ground import effectiveness
from wellheard.improvement import actions
from wellheard.improvement.indicators import worked
from wellheard.improvement.jobs import judge_due
from wellheard.improvement.models import Verdict
from wellheard.improvement.tests.conftest import JUDGED, LOCKED
from wellheard.improvement.thread import action as action_step
from wellheard.improvement.thread import verdict as verdict_step
from wellheard.measures import catalogue

EARLY = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)


def open_tasks(record) -> list[tuple[str, str]]:
    tasks = Task.objects.filter(about_kind=record.kind, about_id=record.pk, status="open").order_by("pk")
    return [(task.owner.name, task.verb) for task in tasks]


def test_the_job_judges_what_is_due_once(done, today):
    today(EARLY)
    assert judge_due() == 0
    today(JUDGED)
    assert (judge_due(), judge_due()) == (1, 0)

    verdict = Verdict.objects.get()
    entry = TrailEntry.objects.get(action="improvement.judge", kind="improvement.verdict")
    assert (verdict.word, entry.actor_id) == ("effective", "system:verdicts")
    assert open_tasks(done) == [("Ana Brandt", "sign_verdict")]
    assert not JobRun.objects.exists()


def test_the_last_day_ends_by_the_clock_of_the_site(done, today):
    # 23:30 UTC on 31 October is half past midnight on 1 November in Leipzig.
    today(datetime(2026, 10, 31, 22, 30, tzinfo=UTC))
    assert judge_due() == 0
    today(datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    assert judge_due() == 1


def test_a_measure_that_is_gone_stops_no_other_action(done, today, caplog):
    catalogue.unregister("tests.valves")
    today(JUDGED)

    assert judge_due() == 0
    assert "could not be judged" in caplog.text


def test_a_system_judges_and_nothing_else(done):
    with pytest.raises(NotAllowed):
        actions.close(done, System("verdicts"), at=JUDGED)


def test_the_thread_says_where_it_stands_at_every_step(proposed, ben, ana, agreed, valves):
    said = [(action_step(proposed), verdict_step(proposed))]
    actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed)
    actions.lock_plan(proposed, ben, at=LOCKED)
    said.append((action_step(proposed), verdict_step(proposed)))
    actions.start(proposed, ben, at=LOCKED)
    said.append((action_step(proposed), verdict_step(proposed)))
    actions.finish(proposed, ben, at=LOCKED)
    actions.judge(proposed, ana, at=EARLY)
    said.append((action_step(proposed), verdict_step(proposed)))
    verdict = actions.judge(proposed, ana, at=JUDGED)
    said.append((action_step(proposed), verdict_step(proposed)))
    actions.sign_verdict(verdict, ana, at=JUDGED, password="ana")
    said.append((action_step(proposed), verdict_step(proposed)))

    reference = proposed.reference
    assert said == [
        ((f"Proposed, {reference}", "doing"), None),
        ((f"Planned, {reference}", "doing"), ("Decided on 1 November 2026", "later")),
        ((f"Under way, {reference}", "doing"), ("Decided on 1 November 2026", "later")),
        ((f"Done, {reference}", "done"), ("Decided on 1 November 2026", "later")),
        ((f"Done, {reference}", "done"), ("It worked, to be signed", "doing")),
        ((f"Done, {reference}", "done"), ("It worked", "done")),
    ]


def test_the_step_of_the_verdict_leads_to_the_plan_and_then_to_the_verdict(done, ana):
    before = {step.key: step.url for step in thread_of(done, ana, here="action")}
    actions.judge(done, ana, at=JUDGED)
    after = {step.key: step.url for step in thread_of(done, ana, here="action")}

    assert (before["action"], before["verdict"]) == ("", reverse("improvement:plan", args=[done.pk]))
    assert (after["action"], after["verdict"]) == ("", reverse("improvement:verdict", args=[done.pk]))


def test_actions_that_worked_are_counted_from_signatures(done, ana, leipzig, lyon):
    verdict = actions.judge(done, ana, at=JUDGED)
    assert worked({}, date(2026, 1, 1), date(2026, 12, 31)) == []

    actions.sign_verdict(verdict, ana, at=JUDGED, password="ana")

    november = effectiveness.Observation(date(2026, 11, 1), count=1, exposure=1)
    assert worked({}, date(2026, 1, 1), date(2026, 12, 31)) == [november]
    assert worked({"site": str(leipzig.pk)}, date(2026, 11, 1), date(2026, 11, 30)) == [november]
    assert worked({"site": str(lyon.pk)}, date(2026, 11, 1), date(2026, 11, 30)) == []


@pytest.mark.parametrize("reader", ["UTC", "Europe/Berlin", "America/Los_Angeles"])
def test_a_signature_counts_in_the_month_of_its_site_for_every_reader(done, ana, reader):
    """Half past midnight on 1 December in Leipzig; still November for those who read it elsewhere."""
    actions.sign_verdict(
        actions.judge(done, ana, at=JUDGED), ana, at=datetime(2026, 11, 30, 23, 30, tzinfo=UTC), password="ana"
    )

    with timezone.override(ZoneInfo(reader)):
        found = [worked({}, date(2026, month, 1), date(2026, month, 30)) for month in (11, 12)]

    assert found == [[], [effectiveness.Observation(date(2026, 12, 1), count=1, exposure=1)]]
