"""What the customer does on their page."""

from datetime import timedelta

import pytest

from wellheard.cases import actions
from wellheard.cases.models import Case, Entry
from wellheard.core.actors import Public
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.tasks import work_of


def cleo(case: Case) -> Public:
    return Public(f"case:{case.pk}")


def test_what_the_customer_writes_is_kept_whole_and_read_by_the_owner(investigating, ben, now):
    words = "  Noch einer tropft.\n\nSeit heute früh.  "

    actions.customer_writes(investigating, cleo(investigating), at=now, text=words)

    entry = Entry.objects.latest("pk")
    assert (entry.author_words, entry.summary, entry.text) == ("Cleo Winter", "wrote to us.", words)
    assert [(task.title, task.verb) for task in work_of(ben)] == [
        ("Read what Cleo Winter wrote", "read"),
        ("Answer Cleo Winter", "answer"),
    ]


def test_nothing_is_lost_after_the_end_either(closed, ben, now):
    actions.customer_writes(closed, cleo(closed), at=now + timedelta(days=9), text="It drips again.")

    assert [task.verb for task in work_of(ben)] == ["read"]


def test_a_message_about_our_handling_goes_to_the_quality_manager(investigating, ana, ben, now):
    actions.customer_writes(investigating, cleo(investigating), at=now, text="Nobody calls.", for_manager=True)

    assert [task.verb for task in work_of(ana)] == ["read_for_manager"]
    assert [task.verb for task in work_of(ben)] == ["answer"]


def test_answering_a_message_ends_the_task_to_read_it(investigating, ben, now):
    case = actions.customer_writes(investigating, cleo(investigating), at=now, text="Noch einer tropft.")

    actions.write_to_customer(case, ben, at=now, text="Danke, wir kommen.")

    assert [task.verb for task in work_of(ben)] == ["answer"]


def test_the_customer_says_that_it_is_settled(answered, ben, now):
    case = actions.say_settled(answered, cleo(answered), at=now + timedelta(days=2))

    assert (case.settled, case.status) == ("yes", "answered")
    [task] = work_of(ben)
    assert (task.verb, task.due_at) == ("close", now + timedelta(days=2))
    assert str(Entry.objects.latest("pk")) == "Cleo Winter told us: it is settled."


def test_when_it_is_not_settled_somebody_else_looks_again(answered, ana, ben, now):
    case = actions.say_unsettled(answered, cleo(answered), at=now + timedelta(days=1), text="Two still drip.")

    assert case.settled == "no"
    assert list(work_of(ben)) == []
    [task] = work_of(ana)
    assert (task.verb, task.title) == ("look_again", "Look again at Cleo Winter")
    case = actions.reopen(case, ana, at=now + timedelta(days=1), reason="She is right.")
    assert list(work_of(ana)) == []
    assert [task.verb for task in work_of(ben)] == ["investigate"]


def test_the_next_answer_is_not_yet_settled_or_unsettled(answered, ana, ben, now):
    case = actions.say_unsettled(answered, cleo(answered), at=now, text="Two still drip.")
    case = actions.reopen(case, ana, at=now, reason="She is right.")

    case = actions.answer(case, ben, at=now, finding="upheld", text="Those too.")

    assert case.settled == ""


def test_before_the_answer_there_is_nothing_to_settle(investigating, now):
    with pytest.raises(Refusal, match="not been answered yet"):
        actions.say_settled(investigating, cleo(investigating), at=now)


@pytest.mark.parametrize("verb", ["customer_writes", "say_unsettled"])
def test_an_empty_message_is_refused(answered, now, verb):
    with pytest.raises(Refusal) as refused:
        getattr(actions, verb)(answered, cleo(answered), at=now, text=" ")

    assert refused.value.field == "text"


def test_the_page_of_one_case_writes_to_no_other(opened, now):
    first, second = opened(), opened()

    with pytest.raises(NotAllowed, match="another case"):
        actions.customer_writes(second, cleo(first), at=now, text="Hello")


def test_we_may_note_what_the_customer_told_us(answered, ben, now):
    actions.say_settled(answered, ben, at=now)

    assert str(Entry.objects.latest("pk")) == "Ben Okafor was told by the customer: it is settled."


def test_the_public_does_nothing_else(received, now):
    with pytest.raises(NotAllowed):
        actions.acknowledge(received, cleo(received), at=now)


def test_settled_said_twice_is_noted_once(answered, now):
    for _ in range(2):
        actions.say_settled(answered, cleo(answered), at=now + timedelta(days=2))

    assert Entry.objects.filter(summary="told us: it is settled.").count() == 1


def test_the_answer_is_written_by_someone_who_has_read_what_came_before(investigating, ben, now):
    actions.customer_writes(investigating, cleo(investigating), at=now, text="Noch einer tropft.")

    actions.answer(investigating, ben, at=now, finding="upheld", text="Sorry.")

    assert [task.verb for task in work_of(ben)] == ["close"]


def test_a_message_pressed_twice_is_kept_once(received, now):
    for minutes in (0, 1):
        actions.customer_writes(received, cleo(received), at=now + timedelta(minutes=minutes), text="It drips again.")

    assert Entry.objects.filter(text="It drips again.").count() == 1
