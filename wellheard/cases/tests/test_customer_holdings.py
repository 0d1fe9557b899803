"""Erasing a customer: nobody can find out any more who they were, and the complaint, the counts and the trail stay."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import serializers

from wellheard.cases.actions import acknowledge
from wellheard.cases.models import Case, Entry
from wellheard.core.errors import Refusal
from wellheard.core.models import Link, Member, OutboxMessage, SearchEntry, Task, TrailEntry, TrailPersonal
from wellheard.core.outbox import post
from wellheard.core.trail.verify import verify
from wellheard.customers.access_file import written
from wellheard.customers.actions import change_person
from wellheard.customers.actions.duplicates import merge, undo_merge
from wellheard.customers.actions.privacy import (
    apply_all_retention,
    check_identity,
    erase,
    erase_on,
    lift_hold,
    outdated,
    receive_request,
    set_hold,
    set_retention,
)
from wellheard.customers.models import Account, ContactPoint, Person, PrivacyRequest
from wellheard.evidence.integrity import differing, personal_of
from wellheard.feedback.actions import hear
from wellheard.feedback.models import Statement
from wellheard.ground.text.removing import REMOVED

pytestmark = pytest.mark.django_db
GONE = ("cleo", "winter", "493412345")
OpenCase = Callable[..., Case]


@pytest.fixture
def case(opened: OpenCase, ana: Member, ben: Member, now: datetime) -> Case:
    made = opened(words="Zwei Verbinder tropfen.", title="Cleo Winter: connectors drip", contact_phone="+49 341 2345")
    acknowledge(made, ben, at=now + timedelta(minutes=5), text="Dear Cleo Winter, we look at it.")
    made.refresh_from_db()
    assert made.person is not None
    change_person(made.person, ana, at=now, phone="0341 2345", name="Cleo Marie Winter", notes="Likes winter.")
    hear("Nobody picks up.", ana, at=now, source="phone", heard_at=now, person=made.person)
    return made


def asked(person: Person, ana: Member, now: datetime) -> PrivacyRequest:
    request = receive_request(person, "erasure", ana, at=now)
    return check_identity(request, "She called from her known number.", ana, at=now)


def everything_kept() -> str:
    """Every row of every table that says something, as text."""
    rows = []
    for model in (
        Person,
        ContactPoint,
        Case,
        Entry,
        OutboxMessage,
        Task,
        SearchEntry,
        TrailPersonal,
        TrailEntry,
        Statement,
        PrivacyRequest,
    ):
        rows.append(serializers.serialize("json", model._base_manager.order_by("pk"), ensure_ascii=False))
    return "\n".join(rows).casefold()


def test_after_an_erasure_nobody_finds_out_who_it_was(case: Case, ana: Member, now: datetime):
    person = case.person
    assert person is not None
    counts = [model.objects.count() for model in (Case, Entry, Statement)]

    request = erase_on(erase(asked(person, ana, now), ana, at=now), at=now)

    left = everything_kept()
    assert [word for word in GONE if word in left] == []
    person.refresh_from_db()
    assert (str(person), request.status, request.progress) == (f"Erased person {person.pk}", "done", {})
    assert [model.objects.count() for model in (Case, Entry, Statement)] == counts
    case.refresh_from_db()
    assert (case.complaint_text, case.contact_email, case.person) == ("Zwei Verbinder tropfen.", None, person)


def test_the_trail_still_holds_and_says_what_the_records_say(case: Case, ana: Member, now: datetime):
    assert case.person is not None
    erase_on(erase(asked(case.person, ana, now), ana, at=now), at=now)

    assert verify().faults == []
    for record in (
        *Person.objects.all(),
        *Case.objects.all(),
        *Entry.objects.all(),
        *Statement.objects.all(),
        *Task.objects.all(),
    ):
        entries = list(TrailEntry.objects.filter(kind=record.kind, object_id=record.pk))
        assert differing(record, entries, personal_of(entries)) == []


def test_in_small_slices_it_comes_to_the_same_and_a_second_run_does_nothing(case: Case, ana: Member, now: datetime):
    person = case.person
    assert person is not None
    request = erase_on(erase(asked(person, ana, now), ana, at=now, most=1), at=now, most=1)
    assert [word for word in GONE if word in everything_kept()] == []
    assert (request.status, request.did["customers.person"]) == ("done", 1)

    again = erase_on(erase(asked(person, ana, now), ana, at=now), at=now)

    assert set(again.did.values()) == {0}


def test_chosen_words_are_removed_and_links_stay_fresh(case: Case, ana: Member, now: datetime):
    person = case.person
    assert person is not None
    statement = Statement.objects.get()
    fresh = Link.objects.filter(target_kind="feedback.statement").count()

    chosen = [f"feedback.statement:{statement.pk}", f"cases.case:{case.pk}", "feedback.statement:999999"]
    erase_on(erase(asked(person, ana, now), ana, at=now, chosen=chosen), at=now)

    statement.refresh_from_db()
    case.refresh_from_db()
    assert (statement.verbatim, case.complaint_text) == (REMOVED, REMOVED)
    assert not TrailPersonal.objects.filter(value__contains="picks up").exists()
    assert Link.objects.filter(target_kind="feedback.statement").count() == fresh
    assert verify().ok


def test_a_title_made_of_chosen_words_goes_with_them(opened: OpenCase, ana: Member, now: datetime):
    case = opened(words="My neighbours at number seven laugh at the taps. They drip.", title="")
    assert case.person is not None
    assert case.title == "My neighbours at number seven laugh at the taps"

    erase_on(erase(asked(case.person, ana, now), ana, at=now, chosen=[f"cases.case:{case.pk}"]), at=now)

    case.refresh_from_db()
    assert (case.title, case.complaint_text) == (REMOVED, REMOVED)
    assert not TrailPersonal.objects.filter(value__contains="number seven").exists()
    assert not SearchEntry.objects.filter(words__contains="seven").exists()
    assert verify().ok


def test_a_hold_refuses_with_its_reason(case: Case, ana: Member, holzapfel: Account, now: datetime):
    person = case.person
    assert person is not None
    change_person(person, ana, at=now, account=holzapfel)
    hold = set_hold(holzapfel, "A lawsuit about the connectors.", ana, at=now)
    request = asked(person, ana, now)

    with pytest.raises(Refusal, match="A lawsuit about the connectors"):
        erase(request, ana, at=now)
    lift_hold(hold, ana, at=now, reason="Settled.")
    assert erase_on(erase(request, ana, at=now), at=now).status == "done"


def test_nobody_is_erased_before_their_identity_was_checked(case: Case, ana: Member, now: datetime):
    assert case.person is not None
    request = receive_request(case.person, "erasure", ana, at=now)

    with pytest.raises(Refusal, match="made sure"):
        erase(request, ana, at=now)


def test_duplicates_merged_into_them_are_erased_too(case: Case, ana: Member, now: datetime):
    from wellheard.customers.actions import add_person

    person = case.person
    assert person is not None
    other = add_person("Cleo W.", ana, at=now, email="cleo.winter@mail.example")
    made = merge("person", person.pk, other.pk, ana, at=now)

    erase_on(erase(asked(person, ana, now), ana, at=now), at=now)

    assert [word for word in GONE if word in everything_kept()] == []
    made.refresh_from_db()
    with pytest.raises(Refusal, match="was erased"):
        undo_merge(made, ana, at=now, reason="Wrong.")


def test_the_access_file_holds_everything(case: Case, ana: Member, now: datetime):
    assert case.person is not None
    request = asked(case.person, ana, now)

    text = "".join(written(request))

    for said in (
        "Cleo Marie Winter",
        "cleo@winter.example",
        "Zwei Verbinder tropfen.",
        "Nobody picks up.",
        case.reference,
    ):
        assert said in text


def test_retention_shows_what_would_go_then_takes_it(case: Case, ana: Member, now: datetime):
    later = now + timedelta(days=800)
    set_retention("feedback.statements", ana, at=now, months=24, is_on=False)
    assert outdated("feedback.statements", 24, later).count() == 1
    apply_all_retention(later)
    assert Statement.objects.get().verbatim == "Nobody picks up."
    assert case.person is not None
    hold = set_hold(case.person, "A dispute.", ana, at=now)
    set_retention("feedback.statements", ana, at=now, months=24, is_on=True, ground="Our decision.")

    apply_all_retention(later)
    assert Statement.objects.get().verbatim == "Nobody picks up."
    lift_hold(hold, ana, at=now, reason="Over.")
    apply_all_retention(later)

    assert Statement.objects.get().verbatim == REMOVED
    entry = TrailEntry.objects.filter(action="customers.apply_retention", kind="feedback.statement").get()
    assert entry.actor_id == "system:retention"
    assert verify().ok


def test_retention_of_mails_keeps_what_a_hold_keeps(
    case: Case, ana: Member, ben: Member, opened: OpenCase, now: datetime
):
    assert case.person is not None
    other = opened(words="Too late.", contact_email="finn@other.example", contact_name="Finn Sommer")
    acknowledge(other, ben, at=now + timedelta(minutes=5), text="Dear Finn.")
    about_nobody = post(
        "it@supplier.example", "Paper", "Two boxes.", key="paper", purpose="order", at=now, language="en"
    )
    OutboxMessage.objects.update(next_try_at=None, status="sent")
    later = now + timedelta(days=800)
    hold = set_hold(case.person, "A dispute.", ana, at=now)
    mine = OutboxMessage.objects.filter(about_kind="cases.case", about_id=case.pk)

    free = set(outdated("core.mails", 24, later).values_list("pk", flat=True))
    assert about_nobody.pk in free
    assert free & set(mine.values_list("pk", flat=True)) == set()
    assert free >= set(
        OutboxMessage.objects.filter(about_kind="cases.case", about_id=other.pk).values_list("pk", flat=True)
    )

    # They write under another address by now: the mail about their case is theirs all the same.
    mine.update(to="old@winter.example")
    assert not outdated("core.mails", 24, later).filter(pk__in=mine.values("pk")).exists()
    lift_hold(hold, ana, at=now, reason="Over.")
    assert outdated("core.mails", 24, later).count() == OutboxMessage.objects.count()


@pytest.mark.parametrize(("months", "ground", "said"), [(0, "x", "months"), (10_000, "x", "months"), (12, " ", "why")])
def test_rules_without_sense_are_refused(months: int, ground: str, said: str, ana: Member, now: datetime):
    with pytest.raises(Refusal, match=said):
        set_retention("cases.cases", ana, at=now, months=months, is_on=True, ground=ground)
