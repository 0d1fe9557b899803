"""Broken promises are told once; a mail that did not go out is noticed."""

from datetime import timedelta

import pytest

from wellheard.cases import actions
from wellheard.cases.jobs import notice_failed_mail, tell_late
from wellheard.cases.models import Entry
from wellheard.core.models import OutboxMessage, Task
from wellheard.core.tasks import work_of


def late_tasks() -> list[tuple[str, str]]:
    return list(Task.objects.filter(verb__startswith="late-").order_by("pk").values_list("verb", "status"))


def test_a_late_acknowledgement_is_told_once(received, ana, now):
    assert tell_late(now + timedelta(hours=23)) == 0
    assert [tell_late(now + timedelta(days=1, minutes=minutes)) for minutes in (1, 6, 11)] == [1, 0, 0]

    assert [(task.title, task.verb) for task in work_of(ana)] == [("Late: Connectors drip", "late-acknowledge")]


def test_it_is_not_told_again_after_it_was_looked_at(received, ana, ben, now):
    tell_late(now + timedelta(days=2))
    actions.acknowledge(received, ben, at=now + timedelta(days=2))

    assert tell_late(now + timedelta(days=2, hours=1)) == 0
    assert late_tasks() == [("late-acknowledge", "done")]


def test_each_clock_is_told_on_its_own(received, ana, now):
    assert tell_late(now + timedelta(days=9)) == 2

    assert late_tasks() == [("late-acknowledge", "open"), ("late-answer", "open")]


def test_a_reopened_case_has_its_own_clock(closed, ana, ben, now):
    case = actions.reopen(closed, ben, at=now + timedelta(days=7), reason="It drips again.")

    assert [tell_late(case.due_at + timedelta(minutes=minutes)) for minutes in (-1, 1, 2)] == [0, 1, 0]
    assert late_tasks() == [("late-again", "open")]


def test_what_is_answered_is_never_late(answered, ana, now):
    assert tell_late(now + timedelta(days=99)) == 0


@pytest.fixture(params=["failed", "held"])
def failed(acknowledged, request):
    OutboxMessage.objects.update(status=request.param, last_fault="550 no such mailbox")
    return acknowledged


def test_a_mail_that_could_not_be_sent_asks_the_owner_to_tell_them_another_way(failed, ben):
    assert (notice_failed_mail(), notice_failed_mail()) == (1, 0)

    task = Task.objects.get(verb="tell_otherwise")
    assert (task.owner, task.title) == (ben, "Tell Cleo Winter another way")
    assert task.note == "CAS-2026-0001: the acknowledgement could not be sent to cleo@winter.example."
    assert Entry.objects.latest("pk").summary == (
        "saw that the acknowledgement could not be sent. The customer has not been told."
    )
