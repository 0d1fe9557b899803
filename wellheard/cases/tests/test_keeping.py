"""Noting, writing, handing over, calling it what it is, making promises."""

from datetime import date, timedelta

import pytest

from wellheard.cases import actions
from wellheard.cases.models import ClockRule, Entry
from wellheard.core.actors import Role, System
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import OutboxMessage, TrailEntry
from wellheard.core.setup import add_member
from wellheard.core.tasks import work_of


@pytest.fixture
def carl(leipzig, now):
    return add_member(
        "Carl Ey",
        "carl@rosetau.example",
        System("tests"),
        at=now,
        roles=(Role.FRONT_LINE,),
        site=leipzig,
        only_at_site=True,
    )


def test_a_call_is_noted_and_not_shown_to_the_customer(received, ben, now):
    actions.note(received, ben, at=now, text="Water is off, nobody is in danger.", what="call")

    entry = Entry.objects.latest("pk")
    assert (str(entry), entry.text) == (
        "Ben Okafor spoke with the customer by phone.",
        "Water is off, nobody is in danger.",
    )
    assert not entry.visible_to_customer


def test_a_message_goes_out_and_stands_on_the_customers_page(received, ben, now):
    actions.write_to_customer(received, ben, at=now, text="Welche Charge war es?")
    actions.write_to_customer(received, ben, at=now, text="Und wann?")

    assert [mail.subject for mail in OutboxMessage.objects.order_by("pk")] == [
        "Ihre Beschwerde CAS-2026-0001: eine Nachricht für Sie"
    ] * 2
    assert [entry.text for entry in received.entries.for_the_customer()] == ["Welche Charge war es?", "Und wann?"]


def test_without_an_address_a_message_stands_on_the_page_alone(opened, ben, now):
    case = opened(contact_email=None)

    actions.write_to_customer(case, ben, at=now, text="Welche Charge war es?")

    assert OutboxMessage.objects.count() == 0
    assert Entry.objects.latest("pk").summary == "wrote to the customer on their page."


@pytest.mark.parametrize("verb", ["note", "write_to_customer"])
def test_an_empty_text_is_refused(received, ben, now, verb):
    with pytest.raises(Refusal, match="still empty") as refused:
        getattr(actions, verb)(received, ben, at=now, text=" ")

    assert refused.value.field == "text"


def test_handing_over_moves_the_work_and_not_the_deadline(received, ben, carl, now):
    case = actions.hand_over(received, ben, at=now, owner=carl, reason="Holiday.")

    assert case.owner == carl
    assert list(work_of(ben)) == []
    assert [(task.verb, task.due_at) for task in work_of(carl)] == [("acknowledge", case.acknowledge_due)]
    assert Entry.objects.latest("pk").summary == "handed it over from Ben Okafor to Carl Ey."


def test_nobody_gets_a_case_whom_their_role_does_not_let_handle_it(received, ben, dan, auditor, now):
    for somebody in (dan, auditor):
        with pytest.raises(Refusal, match="don’t handle cases at Leipzig"):
            actions.hand_over(received, ben, at=now, owner=somebody)


def test_calling_it_a_question_keeps_what_was_promised(received, ben, now):
    due = received.answer_due

    case = actions.reclassify(received, ben, at=now, kind="question", reason="She only asks.")

    assert (case.kind_of_case, case.answer_due) == ("question", due)
    assert Entry.objects.latest("pk").summary == "calls it a question instead of a complaint."


def test_a_promise_is_set_with_its_day_and_its_source(ana, leipzig, now):
    rule = actions.set_promise(
        "Board, 2 November",
        ana,
        at=now,
        acknowledge=(4, "working_hours"),
        answer=(10, "calendar_days"),
        valid_from=date(2026, 11, 1),
        kind="complaint",
        site=leipzig,
    )

    assert str(rule) == "Acknowledge within 4 working hours, answer within 10 calendar days"
    assert rule.source == "Board, 2 November"
    assert (
        TrailEntry.objects.filter(kind="cases.clockrule").values_list("action", flat=True).get() == "cases.set_promise"
    )


@pytest.mark.parametrize(
    "changes",
    [{"source": " "}, {"acknowledge": (0, "working_days")}, {"answer": (3, "moons")}],
)
def test_a_promise_without_a_source_or_a_time_is_refused(ana, now, changes):
    given = {"acknowledge": (1, "working_days"), "answer": (3, "working_days"), "source": "Board"} | changes
    source = given.pop("source")

    with pytest.raises(Refusal):
        actions.set_promise(source, ana, at=now, valid_from=date(2026, 11, 1), **given)

    assert ClockRule.objects.count() == 0


def test_a_promise_for_every_site_needs_a_role_that_is_held_everywhere(leipzig, now, ana, ben):
    mia = add_member(
        "Mia",
        "m@rosetau.example",
        System("tests"),
        at=now,
        roles=(Role.QUALITY_MANAGER,),
        site=leipzig,
        only_at_site=True,
    )
    promise = {"acknowledge": (1, "working_days"), "answer": (3, "working_days"), "valid_from": now.date()}

    for somebody, site in ((mia, None), (ben, leipzig)):
        with pytest.raises(NotAllowed):
            actions.set_promise("Board", somebody, at=now, site=site, **promise)
    actions.set_promise("Board", mia, at=now, site=leipzig, **promise)

    assert list(ClockRule.objects.values_list("site__name", flat=True)) == ["Leipzig"]


def test_an_alert_reaches_the_quality_manager_and_ends_with_the_answer(investigating, ana, ben, now):
    case = actions.alert(investigating, System("deadlines"), at=now + timedelta(days=5), clock="answer")

    [task] = work_of(ana)
    assert (task.title, task.verb) == ("Late: Connectors drip", "late-answer")
    assert task.note == "CAS-2026-0001, looked after by Ben Okafor. It was not answered in time."
    actions.answer(case, ben, at=now + timedelta(days=6), finding="upheld", text="Sorry.")
    assert list(work_of(ana)) == []


def test_a_note_of_mine_reads_nothing_for_somebody_else(acknowledged, ana, ben, now):
    actions.customer_writes(acknowledged, ana, at=now, text="Noch einer tropft.")

    actions.note(acknowledged, ana, at=now, text="I know this customer.")

    assert [task.verb for task in work_of(ben)] == ["read", "assess"]


def test_who_was_asked_to_look_says_that_they_have(acknowledged, ana, ben, now):
    actions.customer_writes(acknowledged, ana, at=now, text="Danke!")

    actions.look(acknowledged, ben, at=now + timedelta(hours=1))

    assert [task.verb for task in work_of(ben)] == ["assess"]
    assert TrailEntry.objects.filter(action="cases.look", actor_id=ben.actor_id, object_id=acknowledged.pk).count() == 1


def test_nobody_looks_who_was_not_asked(received, ana, dan, auditor, now):
    with pytest.raises(Refusal, match="nothing here that you were asked to look at"):
        actions.look(received, ana, at=now)
    for stranger in (dan, auditor):
        with pytest.raises(NotAllowed):
            actions.look(received, stranger, at=now)


@pytest.fixture
def untold(acknowledged, now):
    """The acknowledgement could not be sent."""
    actions.note_failed_mail(Entry.objects.get(message__isnull=False), System("mail to customers"), at=now)
    return acknowledged


def test_the_task_to_tell_them_another_way_ends_when_they_were_told(untold, ben, now):
    actions.note(untold, ben, at=now, text="The address is wrong.")
    asked = [task.verb for task in work_of(ben)]
    actions.note(untold, ben, at=now, text="Told her the reference and the deadline.", what="call")

    assert asked == ["tell_otherwise", "assess"]
    assert [task.verb for task in work_of(ben)] == ["assess"]


def test_the_task_to_tell_them_goes_along_when_the_case_is_handed_over(untold, ben, carl, now):
    actions.hand_over(untold, ben, at=now, owner=carl)

    assert ([task.verb for task in work_of(carl)], list(work_of(ben))) == (["tell_otherwise", "assess"], [])


def test_nobody_needs_telling_once_they_withdrew_it(untold, ben, now):
    actions.withdraw(untold, ben, at=now, reason="By phone.")

    assert list(work_of(ben)) == []


def test_no_alert_comes_for_what_was_done_while_the_job_was_on_its_way(investigating, ana, ben, now):
    late = now + timedelta(days=9)
    actions.answer(investigating, ben, at=late, finding="upheld", text="Sorry.")

    actions.alert(investigating, System("deadlines"), at=late, clock="answer")

    assert list(work_of(ana)) == []


def test_two_presses_are_one_message_and_one_mail(acknowledged, ben, now):
    for minutes in (60, 61, 90):
        actions.write_to_customer(acknowledged, ben, at=now + timedelta(minutes=minutes), text="We are on our way.")

    assert OutboxMessage.objects.filter(purpose="message").count() == 2  # said again half an hour later, it is meant
