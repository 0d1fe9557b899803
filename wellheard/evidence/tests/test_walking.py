"""A thread walked backwards: every record as it is, what was done to it, and whether it still says what the trail says."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wellheard.conftest import SETUP, Arranging
from wellheard.core.links import link
from wellheard.core.models import Member, Organisation, Site, Task, TrailEntry, TrailPersonal
from wellheard.core.setup import change_site
from wellheard.core.tasks import end_task, open_task
from wellheard.evidence.entries import HIDDEN_PERSONAL, tell
from wellheard.evidence.integrity import Finding, differing
from wellheard.evidence.masking import mask_contacts
from wellheard.evidence.sheets import Fact, Parts, Sheet
from wellheard.evidence.walking import Walk, _at_step, record_of, walk_backwards


@pytest.fixture
def call(ben: Member, leipzig: Site, now: datetime, steps: None) -> Task:
    """Ben's task, opened by a link from Leipzig (which stands for the case)."""
    task = open_task(ben, "Call Cleo back", ben, at=now, site_id=leipzig.pk, note="0341 123456")
    link(leipzig, task, "opened", ben, at=now)
    return task


def shape(walk: Walk) -> dict[str, list[str]]:
    return {step.key: [seen.sheet.label for seen in step.records] for step in walk.steps if step.records}


def test_the_thread_is_read_from_the_end(call: Task, leipzig: Site, auditor: Member):
    walk = walk_backwards(leipzig, auditor)

    assert [step.key for step in walk.steps] == ["told", "verdict", "action", "cause", "case", "answer"]
    assert shape(walk) == {"case": ["Leipzig"]}
    assert {step.key: step.nothing for step in walk.steps if not step.records}["action"] == "None yet"


def test_a_reader_sees_the_steps_that_they_may_see(call: Task, leipzig: Site, ben: Member):
    walk = walk_backwards(leipzig, ben)

    assert shape(walk) == {"action": ["Call Cleo back"], "case": ["Leipzig"]}
    assert [(each.source, each.role, each.target, each.suspects) for each in walk.links] == [
        ("Leipzig", "opened", "Call Cleo back", 0)
    ]


def test_a_record_that_stands_at_no_step_is_walked_by_the_one_that_it_belongs_to(
    call: Task, leipzig: Site, ben: Member
):
    walk = walk_backwards(ben, ben)

    assert walk.stands == leipzig
    assert shape(walk) == {"action": ["Call Cleo back"], "case": ["Leipzig"]}
    assert [(each.source, each.role, each.target) for each in walk.links] == [("Leipzig", "opened", "Call Cleo back")]


def test_who_did_what_is_told_with_names_and_values(call: Task, ben: Member, ana: Member, now: datetime):
    end_task(call, ana, at=now + timedelta(hours=1))

    first, second = tell(list(TrailEntry.objects.filter(kind="core.task").order_by("seq")), ben)

    assert (first.actor, first.done, first.did, second.actor, second.done) == (
        "Ben Okafor",
        "opened task",
        "created",
        "Ana Brandt",
        "ended task",
    )
    assert ("Title", "", "Call Cleo back") in [(each.label, each.before, each.after) for each in first.changes]
    assert ("Owner", "", "Ben Okafor") in [(each.label, each.before, each.after) for each in first.changes]
    assert [(each.label, each.before, each.after) for each in second.changes] == [
        ("Ended at", "", "16 November 2026, 16:30 UTC"),
        ("Status", "open", "done"),
    ]


def test_personal_values_of_records_that_one_may_not_see_stay_hidden(call: Task, dan: Member):
    (entry,) = tell(list(TrailEntry.objects.filter(kind="core.task")), dan)

    assert {each.label: each.after for each in entry.changes}["Title"] == HIDDEN_PERSONAL


def test_an_erased_personal_value_is_said_to_be_erased(call: Task, ben: Member):
    TrailPersonal.objects.filter(field="title").delete()

    (entry,) = tell(list(TrailEntry.objects.filter(kind="core.task")), ben)

    assert {each.label: each.after for each in entry.changes}["Title"] == "a personal value, erased"


def test_contact_data_is_masked_where_asked(call: Task, ben: Member):
    walk = walk_backwards(call, ben, mask=mask_contacts)

    (action,) = next(step.records for step in walk.steps if step.key == "action")
    assert [fact.value for fact in action.sheet.facts if fact.label == "Note"] == ["•••••• 56"]


def test_a_record_that_says_what_the_trail_says_holds(call: Task, ben: Member):
    walk = walk_backwards(call, ben)

    assert walk.faults == []
    (action,) = next(step.records for step in walk.steps if step.key == "action")
    newest = TrailEntry.objects.get(kind="core.task").seq
    assert [finding.sentence for finding in action.sheet.findings] == [
        f"The record says what the trail says, up to entry {newest}."
    ]


@pytest.mark.parametrize(
    ("column", "value", "label"),
    [
        ("title", "Forget Cleo", "Title"),
        ("status", "done", "Status"),
        ("due_at", "2026-12-01 00:00:00+00:00", "Due at"),
    ],
)
def test_a_record_changed_behind_the_trails_back_is_named_with_its_field(
    call: Task, ben: Member, column: str, value: str, label: str
):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE core_task SET {column} = %s", [value])
    call = Task.objects.get()

    assert [fault.sentence for fault in walk_backwards(call, ben).faults] == [
        f"{call.title}: Changed behind the trail’s back: {label}."
    ]


def test_every_kind_of_value_survives_the_comparison(
    arranging: Arranging, organisation: Organisation, leipzig: Site, now: datetime
):
    """Structured values, dates, empty texts and numbers must not raise a false alarm."""
    with arranging():
        leipzig.week = {"0": [["09:00", "12:00"]]}
        leipzig.save()
    change_site(leipzig, SETUP, at=now, holidays={"2026-12-24": "Christmas Eve"}, name="Leipzig-Ost")

    for record in (organisation, leipzig, leipzig.own_holidays.get()):
        fresh = type(record).objects.get(pk=record.pk)
        entries = list(TrailEntry.objects.filter(kind=record.kind, object_id=record.pk))
        assert differing(fresh, entries, []) == []


def test_a_link_is_suspect_when_its_target_says_something_else(
    call: Task, leipzig: Site, ben: Member, now: datetime, arranging: Arranging
):
    with arranging():
        call.title = "Call Cleo tomorrow"
        call.save()

    walk = walk_backwards(leipzig, ben)

    assert (walk.suspects, [each.suspects for each in walk.links]) == (1, [1])


def test_a_record_that_one_may_not_see_is_not_found(call: Task, ana: Member, ben: Member, dan: Member):
    found = [record_of("core.task", call.pk, member) for member in (ben, dan)]

    assert found == [call, None]
    assert record_of("no.such", 1, ben) is None


def test_the_questions_to_the_database_do_not_grow_with_the_thread(
    call: Task, leipzig: Site, ben: Member, now: datetime
):
    with CaptureQueriesContext(connection) as one:
        walk_backwards(leipzig, ben)
    for place in range(3):
        more = open_task(ben, f"And {place}", ben, at=now, site_id=leipzig.pk)
        link(leipzig, more, "opened", ben, at=now)

    with CaptureQueriesContext(connection) as four:
        walk_backwards(leipzig, ben)

    assert len(four) == len(one)


def test_a_record_that_stands_at_several_steps_shows_nothing_twice():
    facts = (Fact("Title", "Connectors drip"), Fact("Cause words", "cold glue"))
    finding = Finding("better", "It holds.")
    sheet = Sheet(("k", 1), "case", "CAS-1", "", words="They drip", facts=facts, findings=(finding,))

    shown = {
        step: _at_step(sheet, step, [other for other in ("cause", "case", "answer") if other != step])
        for step in ("cause", "case", "answer")
    }

    assert {step: (each.words, list(each.facts), list(each.findings)) for step, each in shown.items() if each} == {
        "cause": ("", [facts[1]], []),
        "case": ("", [facts[0]], [finding]),
        "answer": ("They drip", [], []),
    }


def test_an_action_shows_its_verdict_at_the_step_before():
    parts = (Parts("Verdicts", [Sheet(("v", 1), "verdict", "It worked.", "")]),)
    sheet = Sheet(("k", 1), "corrective action", "ACT-1", "", facts=(Fact("What", "Trays"),), parts=parts)

    verdict, action = _at_step(sheet, "verdict", ["action"]), _at_step(sheet, "action", ["verdict"])

    assert verdict is not None
    assert action is not None
    assert (verdict.parts, list(verdict.facts), action.parts, list(action.facts)) == (
        parts,
        [],
        (),
        [Fact("What", "Trays")],
    )
