"""Erasing somebody who answered surveys: counts and seals stay, and the words go where they were chosen."""

from datetime import datetime

import pytest

from wellheard.core.models import Member
from wellheard.core.trail.seals import seal_waiting
from wellheard.core.trail.verify import verify
from wellheard.customers.actions import add_person
from wellheard.customers.actions.privacy import check_identity, erase, erase_on, offered, receive_request
from wellheard.customers.models import Person
from wellheard.evidence.integrity import check_seals
from wellheard.feedback.models import Statement
from wellheard.ground.text.removing import REMOVED
from wellheard.surveys.jobs import notice_waiting
from wellheard.surveys.models import Answer, Response, Tally
from wellheard.surveys.tests.conftest import Answered

pytestmark = pytest.mark.django_db
KIND = "surveys.response"


@pytest.fixture
def cleo(ana: Member, now: datetime) -> Person:
    return add_person("Cleo Winter", ana, at=now, email="cleo@winter.example")


def erased(person: Person, chosen: set[str], ana: Member, now: datetime) -> None:
    request = check_identity(receive_request(person, "erasure", ana, at=now), "By phone.", ana, at=now)
    erase_on(erase(request, ana, at=now, chosen=chosen), at=now)


def tallies() -> list[object]:
    return list(Tally.objects.order_by("pk").values())


def texts() -> list[str | None]:
    return list(Answer.objects.exclude(text=None).order_by("pk").values_list("text", flat=True))


def test_tallies_and_scores_are_the_same_and_words_that_nobody_chose_stay(
    answered: Answered, cleo: Person, ana: Member, now: datetime
):
    answered(9, 3, words="The tap leaks.", satisfied=4, person_id=cleo.pk)
    seal_waiting(KIND, at=now)
    before = tallies(), list(Answer.objects.order_by("pk").values())

    erased(cleo, set(), ana, now)

    assert (tallies(), list(Answer.objects.order_by("pk").values())) == before
    assert verify().ok


def test_chosen_words_of_sealed_answers_go_and_the_seal_says_so(
    answered: Answered, cleo: Person, ana: Member, now: datetime
):
    row, other = answered(9, 3, words="The tap leaks, says Cleo.", person_id=cleo.pk)
    seal_waiting(KIND, at=now)
    before, digest = tallies(), Response.objects.get(pk=row.pk).digest
    assert offered([cleo.pk]) == {f"{KIND}:{row.pk}", f"{KIND}:{other.pk}"}

    erased(cleo, {f"{KIND}:{row.pk}"}, ana, now)

    assert texts() == [REMOVED, "The tap leaks, says Cleo."]
    assert (tallies(), Response.objects.get(pk=row.pk).digest) == (before, digest)
    report = verify()
    assert report.faults == []
    assert len(report.removed) == 1
    assert f"words removed on request by {ana.actor_id}, from 1 sealed rows" in report.removed[0]
    finding = check_seals([Response.objects.get(pk=row.pk)])[row.pk]
    assert (finding.tone, "Words were removed on request" in finding.sentence) == ("better", True)


def test_what_is_left_is_still_guarded(answered: Answered, cleo: Person, ana: Member, now: datetime):
    (row,) = answered(9, words="The tap leaks.", person_id=cleo.pk)
    seal_waiting(KIND, at=now)
    erased(cleo, {f"{KIND}:{row.pk}"}, ana, now)

    Answer.objects.filter(response=row, score=9).update(score=0)
    assert [fault for fault in verify().faults if "was changed after it was sealed" in fault] != []
    Answer.objects.filter(response=row, score=0).update(score=9)
    Answer.objects.filter(response=row, text=REMOVED).update(text="The tap is fine.")
    assert not verify().ok


def test_words_that_are_not_sealed_yet_are_sealed_without_them(
    answered: Answered, cleo: Person, ana: Member, now: datetime
):
    (row,) = answered(9, words="The tap leaks.", person_id=cleo.pk)

    erased(cleo, {f"{KIND}:{row.pk}"}, ana, now)
    seal_waiting(KIND, at=now)

    assert (texts(), verify().faults, verify().removed) == ([REMOVED], [], [])


def test_words_that_were_heard_are_offered_once_and_go_from_both(
    answered: Answered, cleo: Person, ana: Member, now: datetime
):
    answered(9, words="The tap leaks.", person_id=cleo.pk)
    seal_waiting(KIND, at=now)
    notice_waiting(at=now)
    statement = Statement.objects.get()
    assert offered([cleo.pk]) == {f"feedback.statement:{statement.pk}"}

    erased(cleo, {f"feedback.statement:{statement.pk}"}, ana, now)

    statement.refresh_from_db()
    assert (texts(), statement.verbatim, verify().faults) == ([REMOVED], REMOVED, [])
