"""The verdict is signed by somebody else, exactly as it was shown, and once."""

from datetime import UTC, date, datetime

import pytest

from wellheard.conftest import SETUP
from wellheard.core.actors import Role
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Signature, Task, TrailEntry
from wellheard.core.setup import change_roles, deactivate_member
from wellheard.ground.canonical import digest
from wellheard.improvement import actions
from wellheard.improvement.models import CorrectiveAction, Verdict
from wellheard.improvement.tests.conftest import JUDGED

EARLY = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)


def open_tasks(record) -> list[tuple[str, str]]:
    tasks = Task.objects.filter(about_kind=record.kind, about_id=record.pk, status="open").order_by("pk")
    return [(task.owner.name, task.verb) for task in tasks]


def test_the_verifier_signs_exactly_what_was_shown(done, ana):
    verdict = actions.judge(done, ana, at=JUDGED)

    actions.sign_verdict(verdict, ana, at=JUDGED, password="ana", note="Seen the trays myself.")

    signed = Verdict.objects.get()
    assert (signed.agrees, signed.note, signed.stands) == (True, "Seen the trays myself.", "effective")
    assert signed.signature is not None
    assert (signed.signature.member, signed.signature.meaning, signed.signature.at) == (ana, "verified", JUDGED)
    assert signed.signature.content_digest == digest(signed.shown(agrees=True, note="Seen the trays myself."))
    assert signed.is_intact
    assert open_tasks(done) == [("Ben Okafor", "close")]
    assert TrailEntry.objects.filter(action="improvement.sign_verdict", kind="improvement.verdict").count() == 1


def test_a_wrong_password_signs_nothing(done, ana):
    verdict = actions.judge(done, ana, at=JUDGED)

    with pytest.raises(Refusal) as refused:
        actions.sign_verdict(verdict, ana, at=JUDGED, password="wrong")

    assert refused.value.field == "password"
    assert not Signature.objects.exists()
    assert not Verdict.objects.get().is_signed


def test_who_disagrees_says_why_and_then_nobody_can_tell(done, ana):
    verdict = actions.judge(done, ana, at=JUDGED)
    with pytest.raises(Refusal, match="reason is missing") as refused:
        actions.sign_verdict(verdict, ana, at=JUDGED, password="ana", agrees=False)
    assert refused.value.field == "note"

    actions.sign_verdict(verdict, ana, at=JUDGED, password="ana", agrees=False, note="We sold fewer large valves.")

    signed = Verdict.objects.get()
    assert (signed.word, signed.stands, signed.words, signed.is_overruled) == (
        "effective",
        "cannot_tell",
        "Cannot tell yet.",
        True,
    )
    assert signed.is_intact


@pytest.mark.parametrize("who", ["ben", "dan", "auditor"])
def test_nobody_but_the_verifier_signs(done, ana, who, request):
    verdict = actions.judge(done, ana, at=JUDGED)
    other = request.getfixturevalue(who)

    with pytest.raises(NotAllowed):
        actions.sign_verdict(verdict, other, at=JUDGED, password=who)

    assert not Verdict.objects.get().is_signed


def test_the_owner_doesnt_sign_even_when_named_as_verifier(done, ana, ben, arranging):
    verdict = actions.judge(done, ana, at=JUDGED)
    with arranging():
        done.owner = ana
        done.save()
    verdict.refresh_from_db()

    with pytest.raises(NotAllowed, match="You own this action"):
        actions.sign_verdict(verdict, ana, at=JUDGED, password="ana")


def test_a_verdict_is_signed_once_and_never_rewritten(done, ana, arranging):
    verdict = actions.judge(done, ana, at=JUDGED)
    actions.sign_verdict(verdict, ana, at=JUDGED, password="ana")

    with pytest.raises(Refusal, match="signed already"):
        actions.sign_verdict(verdict, ana, at=JUDGED, password="ana")
    fresh = Verdict.objects.get()
    fresh.word = "worse"
    with pytest.raises(Refusal, match="not changed once it is computed"), arranging():
        fresh.save()


def test_numbers_so_far_are_not_signed(done, ana):
    verdict = actions.judge(done, ana, at=EARLY)

    with pytest.raises(Refusal, match="still running"):
        actions.sign_verdict(verdict, ana, at=EARLY, password="ana")


def test_an_outdated_verdict_is_not_signed(done, ana, valves):
    old = actions.judge(done, ana, at=JUDGED)
    valves.complaints[-1] += 40
    actions.judge(done, ana, at=JUDGED)

    with pytest.raises(Refusal, match="A newer verdict"):
        actions.sign_verdict(old, ana, at=JUDGED, password="ana")


def test_where_nobody_could_tell_a_longer_follow_up_is_measured_on(done, ben, ana, valves, agreed):
    valves.complaints = [count // 8 for count in valves.complaints]
    verdict = actions.judge(done, ana, at=JUDGED)
    actions.sign_verdict(verdict, ana, at=JUDGED, password="ana")

    longer = agreed | {"follow_up_to": date(2027, 10, 31), "reason": "Too few complaints to tell."}
    actions.plan_effectiveness(done, ben, at=JUDGED, **longer)
    actions.lock_plan(done, ana, at=JUDGED)

    fresh = CorrectiveAction.objects.get()
    plan = fresh.plan
    assert plan is not None
    assert (fresh.status, plan.version, plan.follow_up_to) == ("done", 2, date(2027, 10, 31))


def test_a_verdict_that_is_measured_on_is_not_signed_any_more(done, ben, ana, agreed, valves):
    """The numbers could not tell, nobody has signed that, and the plan was replaced."""
    valves.complaints = [count // 8 for count in valves.complaints]
    verdict = actions.judge(done, ana, at=JUDGED)
    assert verdict.word == "cannot_tell"
    longer = agreed | {"follow_up_to": date(2027, 3, 31)}
    actions.plan_effectiveness(done, ben, at=JUDGED, **longer, reason="Longer")
    actions.lock_plan(done, ana, at=JUDGED)

    with pytest.raises(Refusal, match="it is measured on"):
        actions.sign_verdict(verdict, ana, at=JUDGED, password="ana")

    assert open_tasks(done) == []


def test_a_quality_manager_signs_once_the_verifier_has_left_and_not_before(done, ana, ben, eva):
    stand_in = eva(Role.QUALITY_MANAGER)
    verdict = actions.judge(done, ana, at=JUDGED)
    with pytest.raises(NotAllowed, match="Ana Brandt verifies this action"):
        actions.sign_verdict(verdict, stand_in, at=JUDGED, password="eva")
    deactivate_member(ana, SETUP, at=JUDGED)

    actions.judge(done, stand_in, at=JUDGED)
    asked = open_tasks(done)
    actions.sign_verdict(verdict, stand_in, at=JUDGED, password="eva")

    assert asked == [("Eva Stahl", "sign_verdict")]
    assert Signature.objects.get().member == stand_in
    assert open_tasks(done) == [("Ben Okafor", "close")]


def test_nobody_stands_in_for_the_verifier_of_their_own_action(done, ana, ben, admin):
    change_roles(ben, (Role.QUALITY_MANAGER,), admin, at=JUDGED)
    verdict = actions.judge(done, ana, at=JUDGED)
    deactivate_member(ana, SETUP, at=JUDGED)

    with pytest.raises(NotAllowed, match="You own this action"):
        actions.sign_verdict(verdict, ben, at=JUDGED, password="ben")
