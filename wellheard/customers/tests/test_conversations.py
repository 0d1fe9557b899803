from datetime import date, datetime, timedelta

import pytest

from wellheard.core.actors import System
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, Site, Task, TrailEntry
from wellheard.customers.actions import (
    add_account,
    add_person,
    add_words,
    change_conversation,
    change_words,
    follow_up,
    log_conversation,
)
from wellheard.customers.models import Account, Conversation, HeardWords, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def holzapfel(ana: Member, leipzig: Site, now: datetime) -> Account:
    return add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig)


@pytest.fixture
def cleo(ana: Member, holzapfel: Account, now: datetime) -> Person:
    return add_person("Cleo Holzapfel", ana, at=now, account=holzapfel, language="de")


@pytest.fixture
def call(ben: Member, cleo: Person, now: datetime) -> Conversation:
    return log_conversation(
        "call",
        ben,
        at=now,
        happened_at=now - timedelta(days=1),
        person=cleo,
        notes="About the taps.",
        words=["Die Hähne tropfen. ", "  ", "Sonst gut."],
        key="once",
    )


def test_a_conversation_is_kept_with_who_when_and_their_words(
    call: Conversation, ben: Member, cleo: Person, holzapfel: Account, leipzig: Site, now: datetime
):
    assert (call.reference, call.heard_by, call.person, call.account) == ("CON-2026-0001", ben, cleo, holzapfel)
    assert (call.site, call.happened_at, call.typed_at) == (leipzig, now - timedelta(days=1), now)
    assert [(each.words, each.person, each.language) for each in call.heard_words.all()] == [
        ("Die Hähne tropfen. ", cleo, "de"),
        ("Sonst gut.", cleo, "de"),
    ]
    assert str(call) == "Call of 15 November 2026"


def test_logging_leaves_a_trail(call: Conversation):
    entries = TrailEntry.objects.filter(kind="customers.conversation", object_id=call.pk)

    assert [(each.action, each.did) for each in entries] == [("customers.log_conversation", "created")]
    assert "About the taps" not in entries[0].body


def test_the_same_form_sent_twice_is_one_conversation(call: Conversation, ben: Member, now: datetime):
    again = log_conversation("call", ben, at=now, happened_at=now, notes="About the taps.", key="once")

    assert (again, Conversation.objects.count(), HeardWords.objects.count()) == (call, 1, 2)


def test_nothing_is_heard_in_the_future(ben: Member, now: datetime):
    with pytest.raises(Refusal, match="still to come") as refused:
        log_conversation("call", ben, at=now, happened_at=now + timedelta(hours=1), notes="x")

    assert (refused.value.field, Conversation.objects.count()) == ("happened_at", 0)


def test_a_clock_that_runs_ahead_a_little_means_now(ben: Member, now: datetime):
    made = log_conversation("call", ben, at=now, happened_at=now + timedelta(minutes=1), notes="x")

    assert made.happened_at == now


@pytest.mark.parametrize("words", [[], [" ", "\n"]])
def test_an_empty_conversation_is_refused(words: list[str], ben: Member, now: datetime):
    with pytest.raises(Refusal, match="nothing written"):
        log_conversation("call", ben, at=now, happened_at=now, notes=" ", words=words)


def test_an_unknown_way_is_refused(ben: Member, now: datetime):
    with pytest.raises(Refusal, match="no way of speaking"):
        log_conversation("séance", ben, at=now, happened_at=now, notes="x")


def test_a_program_says_who_of_us_spoke(ben: Member, now: datetime):
    with pytest.raises(Refusal, match="Nobody is named"):
        log_conversation("call", System("phone"), at=now, happened_at=now, notes="x")

    assert log_conversation("call", System("phone"), at=now, happened_at=now, notes="x", heard_by=ben).heard_by == ben


def test_a_null_character_is_marked_and_the_rest_is_kept(ben: Member, now: datetime):
    made = log_conversation("call", ben, at=now, happened_at=now, notes="a\0b", words=["c\0d" + "x" * 20_000])

    assert (made.notes, made.heard_words.get().words[:3]) == ("a\ufffdb", "c\ufffdd")
    assert len(made.heard_words.get().words) == 20_003


def test_what_was_said_before_a_correction_stays_in_the_trail(call: Conversation, ben: Member, now: datetime):
    change_conversation(call, ben, at=now, notes="About the pipes.", how="visit")

    call.refresh_from_db()
    assert (call.notes, call.how) == ("About the pipes.", "visit")
    assert TrailEntry.objects.filter(action="customers.change_conversation", object_id=call.pk).count() == 1
    with pytest.raises(TypeError):
        change_conversation(call, ben, at=now, reference="CON-1")
    with pytest.raises(Refusal, match="still to come"):
        change_conversation(call, ben, at=now, happened_at=now + timedelta(days=1))


def test_more_words_are_added_and_corrected(call: Conversation, ben: Member, cleo: Person, now: datetime):
    heard = add_words(call, "Ruft an!", ben, at=now)
    change_words(heard, "Ruft mich an!", ben, at=now)

    heard.refresh_from_db()
    assert (heard.words, heard.person, heard.language) == ("Ruft mich an!", cleo, "de")
    with pytest.raises(Refusal, match="nothing written"):
        add_words(call, " ", ben, at=now)


def test_a_follow_up_is_someones_task_and_leads_back(call: Conversation, ana: Member, ben: Member, now: datetime):
    follow_up(call, "Send the price list", ben, at=now, owner=ana, due_on=date(2026, 11, 20))
    follow_up(call, "Visit them", ben, at=now, owner=ben)

    first, second = Task.objects.order_by("pk")
    assert (first.owner, first.title, first.url) == (ana, "Send the price list", call.get_absolute_url())
    assert (first.due_at and first.due_at.isoformat()) == "2026-11-20T22:59:00+00:00"
    assert (second.due_at, second.about_id, second.site) == (None, call.pk, call.site)


def test_who_may_write_and_who_may_read(
    call: Conversation, ana: Member, dan: Member, auditor: Member, lyon: Site, now: datetime
):
    for actor in (dan, auditor):
        with pytest.raises(NotAllowed):
            change_conversation(call, actor, at=now, notes="x")
    with pytest.raises(NotAllowed):
        log_conversation("call", auditor, at=now, happened_at=now, notes="x")

    assert list(Conversation.objects.visible_to(dan)) == []
    assert list(Conversation.objects.visible_to(auditor)) == [call]


def test_a_site_sees_its_own_conversations_and_everyone_those_they_led(
    call: Conversation, ana: Member, ben: Member, lyon: Site, now: datetime
):
    there = add_account("Jardins", ana, at=now, site=lyon)
    theirs = log_conversation("call", ana, at=now, happened_at=now, account=there, notes="x")
    mine = log_conversation("call", ben, at=now, happened_at=now, account=there, notes="y")

    assert list(Conversation.objects.visible_to(ben).order_by("pk")) == [call, mine]
    assert theirs in Conversation.objects.visible_to(ana)
    assert list(HeardWords.objects.visible_to(ben)) == list(call.heard_words.all())
