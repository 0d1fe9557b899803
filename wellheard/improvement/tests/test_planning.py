"""The plan is fixed before anyone acts: shown with its chances, locked, and never changed after."""

from datetime import UTC, date, datetime

import pytest

from wellheard.core.actors import Role
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Task, TrailEntry
from wellheard.ground.canonical import digest
from wellheard.improvement import actions
from wellheard.improvement.models import CorrectiveAction, EffectivenessPlan
from wellheard.improvement.tests.conftest import DONE, JUDGED, LOCKED
from wellheard.improvement.words import plan_facts


def open_tasks(record) -> list[tuple[str, str, str]]:
    tasks = Task.objects.filter(about_kind=record.kind, about_id=record.pk, status="open").order_by("pk")
    return [(task.owner.name, task.verb, task.url) for task in tasks]


def test_a_draft_shows_at_once_whether_it_can_succeed(proposed, ben, agreed, valves):
    plan = actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed)

    assert plan.outlook["is_enough"] is True
    assert plan.outlook["power"] > 0.8
    assert plan.outlook["months_measured"] == 12
    assert plan.outlook["sentence"].endswith("The decision can be made on 1 November 2026.")
    assert not plan.is_locked
    assert open_tasks(proposed) == [("Ben Okafor", "lock_plan", f"{proposed.get_absolute_url()}plan/")]


def test_a_draft_that_cant_succeed_says_so_and_how_long_it_would_take(proposed, ben, agreed, valves):
    valves.complaints = [count // 6 for count in valves.complaints]

    plan = actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed)

    assert plan.outlook["is_enough"] is False
    assert "this plan finds it in" in plan.outlook["sentence"]


def test_without_measurements_nobody_can_say(proposed, ben, agreed, valves):
    valves.complaints = valves.orders = []

    plan = actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed)

    assert plan.outlook["is_enough"] is None
    assert "none are measured so far" in plan.outlook["sentence"]


def test_where_nothing_happened_nothing_can_become_better(proposed, ben, agreed, valves):
    valves.complaints = [0] * 22

    plan = actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed)

    assert plan.outlook["is_enough"] is None
    assert "nothing that could become better" in plan.outlook["sentence"]


def test_a_draft_is_written_anew_as_often_as_needed(proposed, ben, agreed, valves):
    actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed)
    actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed | {"smallest_worthwhile": "0.5"})

    plan = EffectivenessPlan.objects.get()
    assert (plan.version, f"{plan.smallest_worthwhile:.2f}", plan.measure) == (
        1,
        "0.50",
        "complaints about cracked valves",
    )


def test_windows_are_whole_months_and_a_broken_month_counts_neither_way(proposed, ben, agreed, valves):
    given = {"baseline_from": date(2025, 1, 9), "baseline_to": date(2025, 12, 3), "follow_up_from": date(2026, 3, 15)}

    plan = actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed | given)

    assert (plan.baseline_from, plan.baseline_to) == (date(2025, 1, 1), date(2025, 12, 31))
    assert (plan.follow_up_from, plan.follow_up_to) == (date(2026, 4, 1), date(2026, 10, 31))


def test_the_scope_is_part_of_the_plan_in_words_too(proposed, ben, agreed, valves, leipzig):
    plan = actions.plan_effectiveness(
        proposed, ben, at=LOCKED, **agreed, scope={"site": str(leipzig.pk), "moon": "full"}
    )

    assert plan.scope == {"site": str(leipzig.pk)}
    assert plan.measure == "complaints about cracked valves (Leipzig)"


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"indicator": "tests.nowhere"}, "indicator", "Nothing is counted under “tests.nowhere”"),
        ({"follow_up_from": date(2025, 12, 1)}, "follow_up_months", "The follow-up must start after the baseline"),
        ({"smallest_worthwhile": "1.5"}, "follow_up_months", "smallest worthwhile ratio"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_at_its_field(proposed, ben, agreed, valves, given, field, says):
    with pytest.raises(Refusal, match=says) as refused:
        actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed | given)

    assert refused.value.field == field
    assert not EffectivenessPlan.objects.exists()


def test_the_owner_cant_verify(proposed, ben, agreed, valves):
    with pytest.raises(Refusal, match="choose somebody else") as refused:
        actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed | {"verifier": ben})

    assert refused.value.field == "verifier"


def test_the_verifier_must_be_able_to_see_it(proposed, ben, dan, agreed, valves):
    with pytest.raises(Refusal, match="Dan Voss can't see this action") as refused:
        actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed | {"verifier": dan})

    assert refused.value.field == "verifier"


def test_locking_seals_the_plan_and_puts_its_digest_into_the_trail(planned):
    plan = planned.plan

    assert planned.status == "planned"
    assert (plan.locked_at, plan.locked_by.name) == (LOCKED, "Ben Okafor")
    assert plan.digest == digest(plan.text()) == plan.computed_digest()
    entry = TrailEntry.objects.get(action="improvement.lock_plan", kind="improvement.effectivenessplan")
    assert plan.digest in entry.body
    assert open_tasks(planned) == [("Ben Okafor", "start", planned.get_absolute_url())]
    assert plan_facts(plan)[:6] == [
        {"label": "Measure", "value": "complaints about cracked valves per 1,000 orders"},
        {"label": "Before", "value": "January to December 2025"},
        {"label": "Left out", "value": "January to February 2026", "note": "settling in"},
        {"label": "After", "value": "March to October 2026"},
        {"label": "Alarm", "value": "14 January 2026", "note": "its month does not count"},
        {"label": "Worth it", "value": "if at least a third fewer"},
    ]


def test_nothing_of_a_locked_plan_changes(planned, arranging):
    plan = EffectivenessPlan.objects.get()
    plan.smallest_worthwhile = "0.9"

    with pytest.raises(Refusal, match="This plan is locked"), arranging():
        plan.save()

    assert f"{EffectivenessPlan.objects.get().smallest_worthwhile:.4f}" == "0.6667"


def test_there_must_be_something_to_lock(proposed, ben):
    with pytest.raises(Refusal, match="Write it first"):
        actions.lock_plan(proposed, ben, at=LOCKED)


def test_a_test_chosen_after_the_numbers_is_not_locked(proposed, ben, agreed, valves):
    actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed)

    with pytest.raises(Refusal, match="proves nothing"):
        actions.lock_plan(proposed, ben, at=datetime(2026, 3, 1, 12, tzinfo=UTC))

    assert CorrectiveAction.objects.get().status == "proposed"


def test_a_locked_plan_is_replaced_only_with_a_reason_and_by_a_second_person(planned, ben, ana, agreed):
    with pytest.raises(Refusal, match="needs its reason"):
        actions.plan_effectiveness(planned, ben, at=LOCKED, **agreed)

    later = agreed | {"follow_up_to": date(2026, 12, 31), "reason": "The trays come a month late."}
    second = actions.plan_effectiveness(planned, ben, at=LOCKED, **later)

    # Until it is locked, the first version stays in force.
    assert planned.plan.version == 1
    with pytest.raises(Refusal, match="ask Ana Brandt"):
        actions.lock_plan(planned, ben, at=LOCKED)
    actions.lock_plan(planned, ana, at=LOCKED)

    assert (planned.plan, planned.plan.reason) == (second, "The trays come a month late.")
    assert [plan.is_locked for plan in planned.plans.order_by("version")] == [True, True]
    assert planned.status == "planned"


@pytest.mark.parametrize("verb", ["plan", "lock"])
def test_only_who_is_involved_plans_and_locks(proposed, ben, dan, auditor, agreed, valves, eva, verb):
    actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed)

    for stranger in (dan, auditor, eva(Role.PROCESS_OWNER)):
        with pytest.raises(NotAllowed):
            if verb == "plan":
                actions.plan_effectiveness(proposed, stranger, at=LOCKED, **agreed)
            else:
                actions.lock_plan(proposed, stranger, at=LOCKED)


def test_a_verifier_of_any_role_may_lock_what_they_will_verify(proposed, ben, agreed, valves, eva):
    verifier = eva(Role.ANALYST)
    actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed | {"verifier": verifier})

    plan = actions.lock_plan(proposed, verifier, at=LOCKED)

    assert plan.locked_by == verifier


def test_a_closed_action_keeps_its_plan(planned, ben, agreed, arranging):
    with arranging():
        planned.status = "closed"
        planned.save()

    with pytest.raises(Refusal, match="is closed"):
        actions.plan_effectiveness(planned, ben, at=LOCKED, **agreed, reason="Other numbers")


def test_a_judged_action_gets_no_new_test(done, ben, ana, agreed):
    actions.judge(done, ana, at=JUDGED)
    actions.plan_effectiveness(done, ben, at=JUDGED, **agreed, reason="Other numbers")

    with pytest.raises(Refusal, match="A new plan can't change that"):
        actions.lock_plan(done, ana, at=JUDGED)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"follow_up_from": date(2026, 2, 1), "settling_until": None}, "The change was made only on 2 February 2026"),
        (
            {"baseline_to": date(2026, 2, 28), "settling_until": None, "trigger_on": None},
            "The change was begun on 26 January 2026",
        ),
    ],
)
def test_a_version_that_comes_later_fits_what_was_done_meanwhile(done, ben, ana, agreed, changes, words):
    """Months with the change are never counted as before it, nor months without as after it."""
    actions.plan_effectiveness(done, ben, at=DONE, **agreed | changes, reason="Other months")

    with pytest.raises(Refusal, match=words):
        actions.lock_plan(done, ana, at=DONE)

    assert done.plan.version == 1


def test_an_action_that_starts_over_gets_no_test_after_its_numbers_either(judged, ben, ana, agreed, valves):
    valves.complaints = [*valves.complaints[:14], 19, 23, 21, 22, 20, 23, 19, 20]
    actions.sign_verdict(actions.judge(judged, ana, at=JUDGED), ana, at=JUDGED, password="ana")
    actions.reopen(judged, "Other trays.", ben, at=JUDGED)
    actions.plan_effectiveness(judged, ben, at=JUDGED, **agreed, reason="Other trays")

    with pytest.raises(Refusal, match="a test that is chosen after the numbers proves nothing"):
        actions.lock_plan(judged, ana, at=JUDGED)


def test_measuring_longer_leaves_nobody_a_task_of_the_version_before(judged, ben, ana, agreed):
    actions.sign_verdict(judged.verdict, ana, at=JUDGED, password="ana", agrees=False, note="Fewer large valves.")
    longer = agreed | {"follow_up_to": date(2027, 3, 31)}
    actions.plan_effectiveness(judged, ben, at=JUDGED, **longer, reason="Longer")

    actions.lock_plan(judged, ana, at=JUDGED)

    assert (judged.status, open_tasks(judged)) == ("done", [])
