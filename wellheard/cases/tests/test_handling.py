"""From the acknowledgement to the end: what each verb does, and what it leaves in the owner's work."""

from datetime import datetime, timedelta

import pytest

from wellheard.cases import actions
from wellheard.cases.clock import clock_of
from wellheard.cases.flow import CASE_FLOW
from wellheard.cases.models import Case, Entry
from wellheard.core.errors import NotAllowed, Refusal, WrongStatus
from wellheard.core.models import Member, OutboxMessage, Task, TrailEntry
from wellheard.core.tasks import work_of


def open_work(member: Member) -> list[tuple[str, datetime | None]]:
    return [(task.verb, task.due_at) for task in work_of(member)]


def last_entry(case: Case) -> Entry:
    return Entry.objects.filter(case=case).latest("pk")


def trail_of(case: Case) -> list[str]:
    return list(
        TrailEntry.objects.filter(kind="cases.case", object_id=case.pk).order_by("seq").values_list("action", flat=True)
    )


# ---- acknowledge --------------------------------------------------------------------------------------------------
def test_acknowledging_writes_to_the_customer_in_their_language(received, ben, now):
    actions.acknowledge(received, ben, at=now + timedelta(minutes=22), text="Ich rufe Sie morgen an.")

    message = OutboxMessage.objects.get()
    assert (message.to, message.subject) == (
        "cleo@winter.example",
        "Ihre Beschwerde CAS-2026-0001: Ben Okafor kümmert sich",
    )
    assert message.text == (
        "Guten Tag Cleo Winter,\n\n"
        "Ihre Beschwerde ist am Montag, 16. November 2026, 16:30 Uhr eingegangen, unter dem Zeichen CAS-2026-0001.\n"
        "Ben Okafor kümmert sich darum.\n\n"
        "Ich rufe Sie morgen an.\n\n"
        "Unsere Antwort haben Sie bis Freitag, 20. November 2026, 16:30 Uhr. Darin steht, was wir herausgefunden haben, was "
        "wir tun, und was Sie tun können, wenn das für Sie nicht passt.\n\n"
        f"Den Stand sehen Sie jederzeit und ohne Passwort hier:\n{received.status_url}\n\n"
        "Dort können Sie auch etwas ergänzen. Das alles kostet Sie nichts.\n\n"
        "Ben Okafor\nRosetau"
    )


def test_acknowledging_says_so_in_the_history_with_its_mail(received, ben, now):
    actions.acknowledge(received, ben, at=now)

    entry = last_entry(received)
    assert (entry.author_words, entry.summary) == (
        "Ben Okafor",
        "acknowledged it by mail in German. We promised an answer by Friday 20 November, 16:30.",
    )
    assert entry.message == OutboxMessage.objects.get()
    assert entry.text == entry.message.text


def test_acknowledging_asks_the_owner_to_assess_it(acknowledged, ben):
    assert acknowledged.status == "acknowledged"
    assert open_work(ben) == [("assess", acknowledged.answer_due)]
    assert trail_of(acknowledged) == ["cases.open_case", "cases.acknowledge"]


def test_acknowledging_late_keeps_the_deadline_of_the_answer(received, ben, now):
    due = received.answer_due

    case = actions.acknowledge(received, ben, at=now + timedelta(days=2))

    assert case.was_acknowledged_in_time is False
    assert case.answer_due == due


def test_a_customer_without_an_address_is_told_another_way(opened, ben, now):
    case = opened(contact_email=None)

    actions.acknowledge(case, ben, at=now, how="phone")

    assert last_entry(case).summary.startswith("acknowledged it by phone.")
    assert OutboxMessage.objects.count() == 0


def test_without_an_address_one_has_to_say_how(opened, ben, now):
    case = opened(contact_email=None)

    with pytest.raises(Refusal, match="left no e-mail address") as refused:
        actions.acknowledge(case, ben, at=now)

    case.refresh_from_db()
    assert (refused.value.field, case.status) == ("how", "received")


def test_acknowledging_twice_is_refused_and_sends_once(acknowledged, ben, now):
    with pytest.raises(WrongStatus, match="acknowledged, to be assessed"):
        actions.acknowledge(acknowledged, ben, at=now)

    assert OutboxMessage.objects.count() == 1


# ---- assess -------------------------------------------------------------------------------------------------------
def test_assessing_asks_for_the_investigation(assessed, ben):
    assert (assessed.status, assessed.severity) == ("assessed", 2)
    assert open_work(ben) == [("investigate", assessed.answer_due)]
    assert last_entry(assessed).summary == "assessed it as moderate: cost time or money."


def test_danger_alerts_the_quality_manager_at_once(acknowledged, ben, ana, now):
    actions.assess(acknowledged, ben, at=now, severity=3, is_safety=True, note="The cellar is under water.")

    [task] = work_of(ana)
    assert (task.verb, task.due_at, task.title) == ("alert", now, "Look at Cleo Winter")
    assert task.note == "CAS-2026-0001: Connectors drip. People may be in danger."


def test_whoever_was_alerted_has_looked_once_they_write_something(acknowledged, ben, ana, now):
    case = actions.assess(acknowledged, ben, at=now, severity=4)

    actions.note(case, ana, at=now, text="Called Ben; the lot is stopped.")

    assert open_work(ana) == []


def test_a_severity_that_is_none_is_refused(acknowledged, ben, now):
    with pytest.raises(Refusal, match="from 1 to 4"):
        actions.assess(acknowledged, ben, at=now, severity=5)

    acknowledged.refresh_from_db()
    assert acknowledged.status == "acknowledged"


# ---- investigate --------------------------------------------------------------------------------------------------
def test_a_cause_asks_for_the_answer(investigating, ben):
    assert (investigating.status, investigating.cause_words) == ("investigating", "Seals glued too cold")
    assert open_work(ben) == [("answer", investigating.answer_due)]


def test_without_a_cause_the_investigation_goes_on(assessed, ben, now):
    case = actions.investigate(assessed, ben, at=now, findings="Asked the fitter.")

    assert open_work(ben) == [("investigate", case.answer_due)]


def test_findings_are_added_to_those_before(assessed, ben, now):
    actions.investigate(assessed, ben, at=now, findings="Asked the fitter.")
    case = actions.investigate(assessed, ben, at=now, findings="Cut one open.", cause_words="  Glue   too cold ")

    assert case.findings == "Asked the fitter.\n\nCut one open."
    assert case.cause_words == "Glue too cold"


def test_an_empty_investigation_is_refused(assessed, ben, now):
    with pytest.raises(Refusal, match="Nothing is written yet"):
        actions.investigate(assessed, ben, at=now)


# ---- answer -------------------------------------------------------------------------------------------------------
def test_answering_sends_the_words_the_remedies_and_the_way_on(answered):
    message = OutboxMessage.objects.get(purpose="answer")

    assert message.text == (
        "Guten Tag Cleo Winter,\n\n"
        "Sie haben recht. Wir ersetzen alle zwölf Verbinder.\n\n"
        "Was Sie wollten, und was wir entschieden haben:\n– Verbinder ersetzen: alle zwölf (diese Woche)\n\n"
        f"Ist es damit für Sie erledigt? Sagen Sie es uns, mit einem Druck und ohne Passwort:\n{answered.status_url}\n"
        "Wenn nicht, sieht es sich jemand anderes noch einmal an.\n\n"
        "Ben Okafor\nRosetau"
    )
    assert last_entry(answered).summary == "answered by mail in German: they were right."


def test_after_the_answer_we_wait_for_the_customer(answered, ben):
    assert (answered.status, answered.was_answered_in_time) == ("answered", True)
    assert open_work(ben) == [("close", answered.answered_at + timedelta(days=14))]


def test_a_small_matter_is_answered_without_an_investigation(assessed, ben, now):
    case = actions.answer(assessed, ben, at=now, finding="upheld", text="We are sorry.")

    assert case.status == "answered"


def test_a_serious_matter_is_investigated_first(acknowledged, ben, now):
    case = actions.assess(acknowledged, ben, at=now, severity=3)

    with pytest.raises(Refusal, match="write down what you found"):
        actions.answer(case, ben, at=now, finding="upheld", text="We are sorry.")

    assert OutboxMessage.objects.filter(purpose="answer").count() == 0


@pytest.mark.parametrize(
    ("finding", "text", "field"),
    [("", "We are sorry.", "finding"), ("upheld", " \n", "text"), ("guilty", "…", "finding")],
)
def test_half_an_answer_is_not_sent(investigating, ben, now, finding, text, field):
    with pytest.raises(Refusal) as refused:
        actions.answer(investigating, ben, at=now, finding=finding, text=text)

    investigating.refresh_from_db()
    assert (refused.value.field, investigating.status) == (field, "investigating")


def test_a_wish_without_a_decision_is_not_sent(investigating, ben, now):
    with pytest.raises(Refusal, match="no decision"):
        actions.answer(investigating, ben, at=now, finding="upheld", text="…", remedies=[{"asked": "Pay the plumber"}])


def test_empty_lines_of_remedies_fall_away(investigating, ben, now):
    rows = [{"asked": " a ", "decided": "b", "when": ""}, {"asked": "", "decided": "", "when": ""}]

    case = actions.answer(investigating, ben, at=now, finding="upheld", text="…", remedies=rows)

    assert case.remedies == [{"asked": "a", "decided": "b", "when": ""}]


# ---- close, withdraw, reopen --------------------------------------------------------------------------------------
def test_closing_ends_everything_that_was_to_do(closed, ben, now):
    assert (closed.status, closed.outcome, closed.closed_at) == ("closed", "content", now + timedelta(days=3))
    assert Task.objects.filter(status="open").count() == 0
    assert trail_of(closed) == [
        f"cases.{verb}" for verb in ("open_case", "acknowledge", "assess", "investigate", "answer", "close")
    ]


def test_a_customer_who_is_not_content_is_not_closed_as_content(answered, ben, now):
    case = actions.say_unsettled(answered, ben, at=now, text="Two still drip.")

    with pytest.raises(Refusal, match="not settled"):
        actions.close(case, ben, at=now, outcome="content")


def test_who_does_not_accept_has_been_told_where_to_turn(answered, ben, now):
    with pytest.raises(Refusal) as refused:
        actions.close(answered, ben, at=now, outcome="not_accepted")
    case = actions.close(answered, ben, at=now, outcome="not_accepted", recourse="The arbitration board in Kehl.")

    assert refused.value.field == "recourse"
    assert (case.status, case.recourse) == ("closed", "The arbitration board in Kehl.")


def test_an_unanswered_case_is_not_closed(investigating, ben, now):
    with pytest.raises(WrongStatus):
        actions.close(investigating, ben, at=now, outcome="content")


def test_a_withdrawn_case_ends_without_an_answer(acknowledged, ben, now):
    case = actions.withdraw(acknowledged, ben, at=now, reason="It was the wrong company.")

    assert (case.status, case.outcome, case.finding, case.answered_at) == ("closed", "withdrawn", "withdrawn", None)
    assert list(Task.objects.values_list("verb", "status").order_by("pk")) == [
        ("acknowledge", "done"),
        ("assess", "dropped"),
    ]


def test_reopening_promises_a_new_answer_and_leaves_the_first_as_it_was(closed, ben, now):
    first_answer, first_due = closed.answered_at, closed.answer_due
    later = now + timedelta(days=7)

    case = actions.reopen(closed, ben, at=later, reason="A third one drips.")

    assert (case.status, case.answered_at, case.answer_due) == ("investigating", first_answer, first_due)
    assert case.due_at == case.again_due == later + timedelta(days=3)
    assert case.again_explained == "3 working days from Monday 16:30"
    assert (case.closed_at, case.outcome) == (None, "")
    assert open_work(ben) == [("investigate", case.again_due)]


def test_the_second_answer_is_another_mail_and_the_first_stays(closed, ben, now):
    case = actions.reopen(closed, ben, at=now + timedelta(days=7), reason="A third one drips.")

    case = actions.answer(case, ben, at=now + timedelta(days=8), finding="upheld", text="Auch die anderen.")

    assert case.answered_at == now + timedelta(days=1)
    assert case.answered_again_at == now + timedelta(days=8)
    assert OutboxMessage.objects.filter(purpose="answer").count() == 2
    assert last_entry(case).summary == "answered again by mail in German: they were right."


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("acknowledge", {}),
        ("assess", {"severity": 1}),
        ("investigate", {"findings": "x"}),
        ("answer", {"finding": "upheld", "text": "x"}),
        ("close", {"outcome": "content"}),
        ("withdraw", {"reason": "x"}),
        ("reopen", {"reason": "x"}),
        ("note", {"text": "x"}),
        ("write_to_customer", {"text": "x"}),
        ("reclassify", {"kind": "question", "reason": "x"}),
        ("alert", {"clock": "answer"}),
        ("customer_writes", {"text": "x"}),
        ("say_settled", {}),
        ("say_unsettled", {"text": "x"}),
    ],
)
def test_a_stranger_and_an_auditor_do_nothing(received, dan, auditor, now, verb, given):
    before = TrailEntry.objects.count()

    for somebody in (dan, auditor):
        with pytest.raises(NotAllowed):
            getattr(actions, verb)(received, somebody, at=now, **given)

    assert TrailEntry.objects.count() == before


def test_the_table_of_moves_is_what_the_documents_show():
    assert CASE_FLOW.diagram() == "\n".join(
        [
            "stateDiagram-v2",
            "    received --> acknowledged: acknowledge",
            "    acknowledged --> assessed: assess",
            "    assessed --> investigating: investigate",
            "    investigating --> investigating: investigate",
            "    assessed --> answered: answer",
            "    investigating --> answered: answer",
            "    answered --> closed: close",
            "    received --> closed: withdraw",
            "    acknowledged --> closed: withdraw",
            "    assessed --> closed: withdraw",
            "    investigating --> closed: withdraw",
            "    answered --> investigating: reopen",
            "    closed --> investigating: reopen",
        ]
    )


def test_a_second_answer_leaves_the_first_whole_in_the_history(answered, ben, now):
    first = last_entry(answered).text
    actions.reopen(answered, ben, at=now + timedelta(days=2), reason="It drips again.")

    case = actions.answer(
        answered,
        ben,
        at=now + timedelta(days=3),
        finding="partly",
        text="Auch die anderen.",
        remedies=[{"asked": "Geld", "decided": "50 €"}],
    )

    assert first.startswith("Sie haben recht.")
    assert "Verbinder ersetzen: alle zwölf (diese Woche)" in first
    answers = Entry.objects.filter(case=case, summary__startswith="answered").order_by("at", "pk")
    assert list(answers.values_list("text", flat=True)) == [
        first,
        "Auch die anderen.\n\nWas Sie wollten, und was wir entschieden haben:\n– Geld: 50 €",
    ]


def test_a_case_that_was_looked_at_again_and_withdrawn_does_not_pass_for_answered(answered, ben, now):
    """The first answer is no answer to the second promise."""
    later = now + timedelta(days=30)
    actions.reopen(answered, ben, at=later, reason="It drips again.")
    actions.withdraw(answered, ben, at=later, reason="By phone.")

    clock = clock_of(answered, later)

    assert (clock.label, clock.explanation) == ("Closed", "Looked at again, and without a new answer.")
