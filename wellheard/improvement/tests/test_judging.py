"""The verdict: computed from the measure, kept with everything it came from, signed by somebody else."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from wellheard import __version__
from wellheard.core.actors import Role, System
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import JobRun, Signature, Task, TrailEntry
from wellheard.ground import effectiveness
from wellheard.ground.canonical import digest
from wellheard.improvement import actions
from wellheard.improvement.indicators import worked
from wellheard.improvement.jobs import judge_due
from wellheard.improvement.models import CorrectiveAction, Verdict
from wellheard.improvement.tests.conftest import JUDGED, LOCKED
from wellheard.improvement.thread import action as action_step
from wellheard.improvement.thread import verdict as verdict_step
from wellheard.measures import catalogue

EARLY = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)


def open_tasks(record) -> list[tuple[str, str]]:
    tasks = Task.objects.filter(about_kind=record.kind, about_id=record.pk, status="open").order_by("pk")
    return [(task.owner.name, task.verb) for task in tasks]


def test_a_real_fall_by_more_than_agreed_worked(done, ana):
    verdict = actions.judge(done, ana, at=JUDGED)

    assert (verdict.word, verdict.is_final, verdict.again_on) == ("effective", True, None)
    assert verdict.words == "It worked."
    assert verdict.sentence.startswith(
        "Complaints about cracked valves fell from 9.8 to 4.7 per 1,000 orders: 51 % fewer"
    )
    assert verdict.result["effect"] == pytest.approx(0.4859, abs=0.001)
    assert (verdict.engine, verdict.code_version, verdict.computed_at) == (1, __version__, JUDGED)
    assert CorrectiveAction.objects.get().status == "judged"
    assert open_tasks(done) == [("Ana Brandt", "sign_verdict")]


def test_an_auditor_recomputes_it_from_what_is_stored(done, ana):
    actions.judge(done, ana, at=JUDGED)
    stored = Verdict.objects.get()

    again = effectiveness.recompute(stored.result["inputs"])

    assert again.to_json() == stored.result
    assert stored.is_intact
    entry = TrailEntry.objects.get(action="improvement.judge", kind="improvement.verdict")
    assert stored.result_digest in entry.body


def test_numbers_that_were_tampered_with_no_longer_match_their_digest(done, ana):
    actions.judge(done, ana, at=JUDGED)
    verdict = Verdict.objects.get()

    verdict.result["effect"] = 0.1

    assert not verdict.is_intact


def test_before_the_follow_up_is_over_nobody_can_tell_and_the_day_is_named(done, ana):
    verdict = actions.judge(done, ana, at=EARLY)

    assert (verdict.word, verdict.is_final, verdict.again_on) == ("cannot_tell", False, date(2026, 11, 1))
    assert verdict.sentence.endswith("The follow-up is still running. Ask again on 1 November 2026.")
    assert CorrectiveAction.objects.get().status == "done"
    assert open_tasks(done) == []


def test_the_same_inputs_are_judged_once(done, ana):
    first = actions.judge(done, ana, at=JUDGED)
    second = actions.judge(done, ana, at=datetime(2026, 11, 3, 8, tzinfo=UTC))

    assert second == first
    assert Verdict.objects.count() == 1


def test_later_numbers_make_another_verdict_and_the_first_stays(done, ana, valves):
    actions.judge(done, ana, at=JUDGED)
    valves.complaints[-1] += 40

    second = actions.judge(done, ana, at=JUDGED)

    assert [verdict.word for verdict in Verdict.objects.order_by("pk")] == ["effective", second.word]
    assert done.verdict == second


def test_too_few_events_settle_nothing(done, ana, valves):
    valves.complaints = [count // 8 for count in valves.complaints]

    verdict = actions.judge(done, ana, at=JUDGED)

    assert (verdict.word, verdict.is_final) == ("cannot_tell", True)
    assert verdict.again_on is not None


def test_what_is_not_done_is_not_judged(planned, ana):
    with pytest.raises(Refusal, match="it can be judged once the change is done"):
        actions.judge(planned, ana, at=JUDGED)


def test_a_measure_that_is_gone_is_said_to_be_gone(done, ana):
    catalogue.unregister("tests.valves")

    with pytest.raises(Refusal, match="is not counted any more"):
        actions.judge(done, ana, at=JUDGED)


def test_only_who_is_involved_may_compute_it(done, dan, eva):
    for stranger in (dan, eva(Role.ANALYST)):
        with pytest.raises(NotAllowed):
            actions.judge(done, stranger, at=JUDGED)


# ---- what people know ---------------------------------------------------------------------------------------------
def test_a_cause_that_came_back_means_that_it_did_not_work(done, ben, ana):
    actions.note_circumstances(done, ben, at=JUDGED, recurrences=2)

    verdict = actions.judge(done, ana, at=JUDGED)

    assert verdict.word == "not_effective"
    assert "came back 2 times" in verdict.sentence


def test_what_else_changed_stands_beside_the_verdict(done, ben, ana):
    actions.note_circumstances(done, ben, at=JUDGED, other_changes=["New carrier in Lyon", "  "])

    verdict = actions.judge(done, ana, at=JUDGED)

    doubt = next(guard for guard in verdict.result["guards"] if guard["id"] == "other_changes")
    assert (doubt["state"], doubt["explanation"]) == ("perhaps", "In the same time: New carrier in Lyon.")


def test_only_the_verifier_sets_a_doubt_aside_and_in_writing(done, ben, ana):
    why = {"definition": "Only the name of the cause changed."}
    with pytest.raises(Refusal, match="Only the verifier, Ana Brandt"):
        actions.note_circumstances(done, ben, at=JUDGED, definition_changed=True, set_aside=why)

    actions.note_circumstances(done, ana, at=JUDGED, definition_changed=True)
    assert actions.judge(done, ana, at=JUDGED).word == "cannot_tell"
    actions.note_circumstances(done, ana, at=JUDGED, definition_changed=True, set_aside=why)
    verdict = actions.judge(done, ana, at=JUDGED)

    assert verdict.word == "effective"
    doubt = next(guard for guard in verdict.result["guards"] if guard["id"] == "definition")
    assert doubt["overridden"]
    assert doubt["explanation"].endswith("Set aside by the verifier: Only the name of the cause changed.")


def test_a_stranger_knows_nothing(done, dan):
    with pytest.raises(NotAllowed):
        actions.note_circumstances(done, dan, at=JUDGED, recurrences=1)


# ---- the signature ------------------------------------------------------------------------------------------------
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


# ---- by itself ----------------------------------------------------------------------------------------------------
@pytest.fixture
def today(monkeypatch):
    """`today(JUDGED)`: the clock of jobs stands there."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def test_the_job_judges_what_is_due_once(done, today):
    today(EARLY)
    assert judge_due() == 0
    today(JUDGED)
    assert (judge_due(), judge_due()) == (1, 0)

    verdict = Verdict.objects.get()
    entry = TrailEntry.objects.get(action="improvement.judge", kind="improvement.verdict")
    assert (verdict.word, entry.actor_id) == ("effective", "system:verdicts")
    assert open_tasks(done) == [("Ana Brandt", "sign_verdict")]
    assert not JobRun.objects.exists()


def test_the_last_day_ends_by_the_clock_of_the_site(done, today):
    # 23:30 UTC on 31 October is half past midnight on 1 November in Leipzig.
    today(datetime(2026, 10, 31, 22, 30, tzinfo=UTC))
    assert judge_due() == 0
    today(datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    assert judge_due() == 1


def test_a_measure_that_is_gone_stops_no_other_action(done, today, caplog):
    catalogue.unregister("tests.valves")
    today(JUDGED)

    assert judge_due() == 0
    assert "could not be judged" in caplog.text


def test_a_system_judges_and_nothing_else(done):
    with pytest.raises(NotAllowed):
        actions.close(done, System("verdicts"), at=JUDGED)


# ---- the thread, and the measure of our own actions ---------------------------------------------------------------
def test_the_thread_says_where_it_stands_at_every_step(proposed, ben, ana, agreed, valves):
    said = [(action_step(proposed), verdict_step(proposed))]
    actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed)
    actions.lock_plan(proposed, ben, at=LOCKED)
    said.append((action_step(proposed), verdict_step(proposed)))
    actions.start(proposed, ben, at=LOCKED)
    said.append((action_step(proposed), verdict_step(proposed)))
    actions.finish(proposed, ben, at=LOCKED)
    actions.judge(proposed, ana, at=EARLY)
    said.append((action_step(proposed), verdict_step(proposed)))
    verdict = actions.judge(proposed, ana, at=JUDGED)
    said.append((action_step(proposed), verdict_step(proposed)))
    actions.sign_verdict(verdict, ana, at=JUDGED, password="ana")
    said.append((action_step(proposed), verdict_step(proposed)))

    reference = proposed.reference
    assert said == [
        ((f"Proposed, {reference}", "doing"), None),
        ((f"Planned, {reference}", "doing"), ("Decided on 1 November 2026", "later")),
        ((f"Under way, {reference}", "doing"), ("Decided on 1 November 2026", "later")),
        ((f"Done, {reference}", "done"), ("Decided on 1 November 2026", "later")),
        ((f"Done, {reference}", "done"), ("It worked, to be signed", "doing")),
        ((f"Done, {reference}", "done"), ("It worked", "done")),
    ]


def test_actions_that_worked_are_counted_from_signatures(done, ana, leipzig, lyon):
    verdict = actions.judge(done, ana, at=JUDGED)
    assert worked({}, date(2026, 1, 1), date(2026, 12, 31)) == []

    actions.sign_verdict(verdict, ana, at=JUDGED, password="ana")

    november = effectiveness.Observation(date(2026, 11, 1), count=1, exposure=1)
    assert worked({}, date(2026, 1, 1), date(2026, 12, 31)) == [november]
    assert worked({"site": str(leipzig.pk)}, date(2026, 11, 1), date(2026, 11, 30)) == [november]
    assert worked({"site": str(lyon.pk)}, date(2026, 11, 1), date(2026, 11, 30)) == []
