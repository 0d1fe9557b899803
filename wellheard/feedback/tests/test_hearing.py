from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from wellheard.conftest import Arranging
from wellheard.core.actors import Public, System
from wellheard.core.errors import NotAllowed, Refusal, WrongStatus
from wellheard.core.links import key_of
from wellheard.core.models import Link, Member, Organisation, Site, Task, TrailEntry
from wellheard.core.tasks import open_task
from wellheard.customers.models import Account, Person
from wellheard.feedback.actions import add_voice, handle, reopen
from wellheard.feedback.models import Statement
from wellheard.feedback.tests.conftest import Hearing

pytestmark = pytest.mark.django_db

GERMAN = (
    "  Wir haben am 2. November zwölf Verbinder eingebaut.\r\n\r\nZwei davon tropfen seit gestern, niemand hebt ab.  "
)


def actions_of(statement: Statement) -> list[str]:
    entries = TrailEntry.objects.filter(kind="feedback.statement", object_id=statement.pk).order_by("pk")
    return list(entries.values_list("action", flat=True))


def test_the_words_are_kept_exactly_as_they_were_said(heard: Hearing, cleo: Person):
    statement = heard(GERMAN, person=cleo)

    assert Statement.objects.get(pk=statement.pk).verbatim == GERMAN


def test_what_is_not_said_comes_from_the_person_the_account_and_the_words(
    heard: Hearing, cleo: Person, holzapfel: Account, leipzig: Site
):
    statement = heard(GERMAN, person=cleo, rating=2)

    said = (statement.reference, statement.account, statement.site, statement.segment, statement.language)
    assert said == ("STA-2026-0001", holzapfel, leipzig, "Landscapers", "de")
    assert (statement.who, statement.rating_words, statement.band) == ("Gärtnerei Holzapfel", "2 out of 10", "low")


def test_words_too_short_to_tell_are_in_the_language_that_the_person_prefers(heard: Hearing, cleo: Person):
    assert heard("Na ja.", person=cleo).language == "de"
    assert heard("Na ja.").language == ""
    assert heard("Na ja.", language="lt").language == "lt"


def test_when_it_was_said_and_when_it_was_typed_are_two_moments(heard: Hearing, now: datetime):
    yesterday = now - timedelta(days=1)

    statement = heard(heard_at=yesterday)

    assert (statement.heard_at, statement.typed_at) == (yesterday, now)


def test_an_origin_is_linked_and_heard_once(heard: Hearing, cleo: Person):
    first = heard("Nobody picks up.", origin=cleo)
    again = heard("Something else.", origin=cleo)

    assert again == first
    assert list(Link.objects.values_list("source_kind", "source_id", "role", "target_kind", "target_id")) == [
        (*key_of(cleo), "heard as", *key_of(first))
    ]
    assert actions_of(first) == ["feedback.hear"]


def test_the_same_key_is_heard_once(heard: Hearing):
    assert heard("Nobody picks up.", key="form:1") == heard("Nobody picks up.", key="form:1")
    assert heard("Nobody picks up.", key="form:2") != heard("Nobody picks up.", key=None)


def test_the_database_itself_refuses_a_second_statement_of_an_origin(
    heard: Hearing, cleo: Person, arranging: Arranging
):
    first = heard(origin=cleo)

    with pytest.raises(IntegrityError), transaction.atomic(), arranging():
        Statement(
            reference="STA-2",
            source="survey",
            heard_at=first.heard_at,
            typed_at=first.typed_at,
            origin_kind=first.origin_kind,
            origin_id=first.origin_id,
        ).save()


@pytest.mark.parametrize(
    ("details", "sentence"),
    [
        ({"verbatim": " \n"}, "nothing said"),
        ({"source": "telepathy"}, "no way of hearing"),
        ({"rating": 11}, "not on a scale from 0 to 10"),
        ({"rating": 0, "rating_scale": "csat"}, "not on a scale from 1 to 5"),
        ({"rating": 3, "rating_scale": "stars"}, "needs its scale"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(details: dict[str, Any], sentence: str, heard: Hearing):
    with pytest.raises(Refusal, match=sentence):
        heard(**details)

    assert not Statement.objects.exists()


def test_a_rating_without_words_is_a_statement(heard: Hearing):
    assert heard("", rating=9).in_short == "9 out of 10"


def test_characters_that_a_database_cannot_hold_keep_their_place(heard: Hearing):
    assert heard("Nobody\x00 picks up").verbatim == "Nobody\ufffd picks up"


def test_the_trail_never_holds_the_words(heard: Hearing):
    statement = heard("Nobody picks up.")

    assert actions_of(statement) == ["feedback.hear"]
    assert not TrailEntry.objects.filter(body__contains="picks up").exists()


@pytest.mark.parametrize("speaker", [Public("form"), System("survey answers")])
def test_customers_and_jobs_may_be_heard(speaker: Public | System, heard: Hearing):
    assert heard(by=speaker).reference == "STA-2026-0001"


def test_an_auditor_puts_nothing_in(heard: Hearing, auditor: Member):
    with pytest.raises(NotAllowed):
        heard(by=auditor)

    assert not Statement.objects.exists()


def test_handling_ends_what_was_to_be_done_and_says_who_and_what(
    heard: Hearing, ben: Member, now: datetime, organisation: Organisation
):
    statement = heard(site=ben.site)
    task = open_task(ben, "Call back", System("tests"), at=now, about=statement, verb="call_back")

    handle(statement, ben, at=now, note="Called, all is well.")

    task.refresh_from_db()
    assert (statement.status, statement.handled_by, statement.handled_at) == ("handled", ben, now)
    assert (statement.handled_note, task.status) == ("Called, all is well.", Task.Status.DONE)
    assert actions_of(statement) == ["feedback.hear", "feedback.handle"]


def test_a_statement_is_handled_once_and_may_be_reopened(heard: Hearing, ana: Member, now: datetime):
    statement = handle(heard(), ana, at=now)

    with pytest.raises(WrongStatus):
        handle(statement, ana, at=now)
    reopen(statement, ana, at=now)

    assert (statement.status, statement.handled_at, statement.handled_by) == ("new", None, None)
    with pytest.raises(WrongStatus):
        reopen(statement, ana, at=now)


@pytest.mark.parametrize("stranger", ["dan", "auditor"])
def test_strangers_and_auditors_handle_nothing(
    stranger: str, heard: Hearing, now: datetime, request: pytest.FixtureRequest, cleo: Person
):
    statement, member = heard(), request.getfixturevalue(stranger)

    for attempt in (
        lambda: handle(statement, member, at=now),
        lambda: reopen(statement, member, at=now),
        lambda: add_voice(statement, cleo, member, at=now),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_who_looks_after_an_account_sees_what_it_says_whatever_their_role(
    heard: Hearing, holzapfel: Account, ana: Member, dan: Member, lyon: Site, arranging: Arranging, now: datetime
):
    from wellheard.core.models import RoleGrant

    with arranging():
        RoleGrant(member=dan, role="employee").save()
        holzapfel.owner = dan
        holzapfel.save()
    theirs, other = heard(account=holzapfel, site=lyon), heard(site=lyon)

    assert list(Statement.objects.visible_to(dan)) == [theirs]
    handle(theirs, dan, at=now)
    with pytest.raises(NotAllowed):
        handle(other, dan, at=now)


def test_the_front_line_sees_its_site_and_what_belongs_to_no_site(
    heard: Hearing, ben: Member, leipzig: Site, lyon: Site, dan: Member, auditor: Member
):
    here, nowhere, there = heard(site=leipzig), heard(), heard(site=lyon)

    assert list(Statement.objects.visible_to(ben).newest_first()) == [nowhere, here]
    assert list(Statement.objects.visible_to(auditor).newest_first()) == [there, nowhere, here]
    assert not Statement.objects.visible_to(dan).exists()


def test_what_waits_is_unhappy_or_unrated_and_nobody_has_taken_it_up(
    heard: Hearing, ana: Member, cleo: Person, now: datetime
):
    unhappy, unrated = heard(rating=6), heard()
    heard(rating=7)
    heard(rating=4, rating_scale="csat")
    handle(heard(rating=1), ana, at=now)
    add_voice(heard(rating=0), cleo, ana, at=now)

    assert list(Statement.objects.waiting().order_by("pk")) == [unhappy, unrated]


def test_a_voice_is_added_to_a_matter_once(heard: Hearing, ana: Member, cleo: Person, now: datetime):
    statement = heard()

    add_voice(statement, cleo, ana, at=now)
    add_voice(statement, cleo, ana, at=now)

    assert list(Link.objects.values_list("source_id", "role", "target_id")) == [(statement.pk, "concerns", cleo.pk)]


def test_a_long_statement_is_shortened_in_lists_alone(heard: Hearing):
    statement = heard("word " * 60)

    assert statement.excerpt == "word " * 23 + "word…"
    assert statement.verbatim == "word " * 60
