"""The verdict: computed from the measure, and kept with everything that it came from."""

from datetime import UTC, date, datetime

import pytest

from wellheard import __version__
from wellheard.core.actors import Role
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Task, TrailEntry
from wellheard.ground import effectiveness
from wellheard.improvement import actions
from wellheard.improvement.models import CorrectiveAction, Verdict
from wellheard.improvement.tests.conftest import JUDGED
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


# ---- what people know ------------------------------------------------------------
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
