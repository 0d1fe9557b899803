"""Looking for the cause: why after why, until the answer is something that we can change."""

import pytest
from django.db import IntegrityError

from wellheard.core.errors import NotAllowed, Refusal, WrongStatus
from wellheard.core.models import Link, Task, TrailEntry
from wellheard.improvement import actions
from wellheard.improvement.models import CauseAnalysis, Why


def did(record) -> list[str]:
    """What the trail says was done to the record, oldest first."""
    entries = TrailEntry.objects.filter(kind=record.kind, object_id=record.pk).order_by("seq")
    return [f"{entry.action} {entry.did}" for entry in entries]


def open_tasks(record) -> list[tuple[str, str]]:
    tasks = Task.objects.filter(about_kind=record.kind, about_id=record.pk, status="open")
    return [(task.owner.name, task.verb) for task in tasks.order_by("pk")]


def test_opening_gives_a_reference_a_link_a_task_and_a_trail(ana, ben, leipzig, now):
    origin = actions.open_analysis("Wet cellar", "The cellar is wet.", ana, at=now, site=leipzig)

    analysis = actions.open_analysis("Drips", "It drips.", ana, at=now, origin=origin, owner=ben)

    assert (analysis.reference, analysis.status, analysis.site, analysis.owner) == (
        "RCA-2026-0002",
        "open",
        leipzig,
        ben,
    )
    assert [(link.source_id, link.role) for link in Link.objects.filter(target_id=analysis.pk)] == [
        (origin.pk, "analysed")
    ]
    assert open_tasks(analysis) == [("Ben Okafor", "find_cause")]
    assert did(analysis) == ["improvement.open_analysis created"]


def test_a_stranger_opens_nothing(dan, leipzig, now):
    with pytest.raises(NotAllowed):
        actions.open_analysis("Drips", "It drips.", dan, at=now, site=leipzig)

    assert not CauseAnalysis.objects.exists()


def test_front_line_opens_at_their_own_site_alone(ben, lyon, now):
    with pytest.raises(NotAllowed):
        actions.open_analysis("Drips", "It drips.", ben, at=now, site=lyon)


@pytest.mark.parametrize(("title", "problem", "field"), [(" ", "It drips.", "title"), ("Drips", "", "problem")])
def test_an_analysis_says_what_is_wrong(ben, now, title, problem, field):
    with pytest.raises(Refusal) as refused:
        actions.open_analysis(title, problem, ben, at=now)

    assert refused.value.field == field


def test_whys_make_a_tree_on_two_sides(analysis, ben, now):
    first = actions.add_why(analysis, "The seal came loose", ben, at=now)
    second = actions.add_why(analysis, "It was glued too cold", ben, at=now, parent=first, side=Why.Side.ESCAPED)
    other = actions.add_why(analysis, "The test stand has warm water only", ben, at=now, side=Why.Side.ESCAPED)

    # A because belongs to the side of what it explains, whatever was typed.
    assert [(why.text, why.parent, why.side) for why in analysis.whys.order_by("pk")] == [
        ("The seal came loose", None, "occurred"),
        ("It was glued too cold", first, "occurred"),
        ("The test stand has warm water only", None, "escaped"),
    ]
    assert did(second) == ["improvement.add_why created"]
    assert other.get_absolute_url() == f"{analysis.get_absolute_url()}#why-{other.pk}"


def test_a_why_explains_only_something_of_its_own_analysis(analysis, ben, now, leipzig):
    elsewhere = actions.open_analysis("Other", "Something else.", ben, at=now, site=leipzig)
    why = actions.add_why(elsewhere, "Because", ben, at=now)

    with pytest.raises(Refusal, match="another analysis"):
        actions.add_why(analysis, "Because of that", ben, at=now, parent=why)


def test_a_root_cause_needs_its_evidence(analysis, ben, now):
    with pytest.raises(Refusal, match="needs its evidence") as refused:
        actions.add_why(analysis, "The instruction gives no temperature", ben, at=now, is_root=True)

    assert refused.value.field == "evidence"
    assert not Why.objects.exists()


def test_the_database_knows_it_too(analysis, arranging):
    with pytest.raises(IntegrityError, match="a_root_cause_has_evidence"), arranging():
        Why(analysis=analysis, side="occurred", text="Because", is_root=True).save()


@pytest.mark.parametrize("text", ["Human error", "Ben Okafor glued it", "Unachtsamkeit", "Erreur humaine"])
def test_blame_is_no_root_cause_and_the_refusal_says_what_to_ask_next(analysis, ben, now, text):
    with pytest.raises(Refusal, match="Keep it as a step and ask once more") as refused:
        actions.add_why(analysis, text, ben, at=now, is_root=True, evidence="Everyone says so.")

    assert refused.value.field == "text"
    assert not Why.objects.exists()


def test_the_same_words_are_welcome_as_a_step_on_the_way(analysis, ben, now):
    step = actions.add_why(analysis, "The operator's mistake", ben, at=now)

    assert not step.is_root


def test_an_answer_is_worded_better_and_becomes_the_root(analysis, ben, now):
    why = actions.add_why(analysis, "Glued cold", ben, at=now)

    actions.revise_why(
        why,
        ben,
        at=now,
        text="Glued below 15 °C",
        evidence="Store log of 12 October: 9 °C",
        therefore_holds=True,
        is_root=True,
    )

    fresh = Why.objects.get()
    assert (fresh.text, fresh.evidence, fresh.therefore_holds, fresh.is_root) == (
        "Glued below 15 °C",
        "Store log of 12 October: 9 °C",
        True,
        True,
    )
    assert did(why) == ["improvement.add_why created", "improvement.revise_why changed"]


def test_the_cause_is_not_found_without_a_root(analysis, ben, now):
    actions.add_why(analysis, "The seal came loose", ben, at=now)
    actions.add_why(analysis, "No check", ben, at=now, side="escaped", evidence="Read the plan.", is_root=True)

    # A root of why it escaped doesn't say why it happened.
    with pytest.raises(Refusal, match="marked as a root cause"):
        actions.find_cause(analysis, "Seals glued too cold", ben, at=now)

    assert CauseAnalysis.objects.get().status == "open"


def rooted(analysis, ben, now) -> Why:
    return actions.add_why(
        analysis, "The instruction gives no temperature", ben, at=now, evidence="Work instruction 12", is_root=True
    )


def test_finding_the_cause_says_it_in_one_sentence_and_ends_the_task(analysis, ben, now):
    rooted(analysis, ben, now)

    actions.find_cause(analysis, " Seals glued too cold ", ben, at=now)

    fresh = CauseAnalysis.objects.get()
    assert (fresh.status, fresh.cause, fresh.found_at) == ("found", "Seals glued too cold", now)
    assert open_tasks(analysis) == []
    assert did(analysis)[-1] == "improvement.find_cause changed"


def test_the_cause_itself_blames_nobody(analysis, ben, now):
    rooted(analysis, ben, now)

    with pytest.raises(Refusal, match="“carelessness”"):
        actions.find_cause(analysis, "Plain carelessness", ben, at=now)


def test_a_found_cause_stays_as_it_is_until_it_is_reopened(analysis, ben, now):
    why = rooted(analysis, ben, now)
    actions.find_cause(analysis, "Seals glued too cold", ben, at=now)

    with pytest.raises(Refusal, match="answers stay as they are"):
        actions.add_why(analysis, "And more", ben, at=now)
    with pytest.raises(Refusal, match="answers stay as they are"):
        actions.revise_why(why, ben, at=now, text="Other words")
    with pytest.raises(WrongStatus, match="cause found"):
        actions.find_cause(analysis, "Seals glued too cold", ben, at=now)

    actions.reopen_analysis(analysis, "The trays did not help.", ben, at=now)
    actions.add_why(analysis, "And more", ben, at=now)

    assert CauseAnalysis.objects.get().status == "open"
    assert open_tasks(analysis) == [("Ben Okafor", "find_cause")]


def test_reopening_needs_a_reason_and_something_found(analysis, ben, now):
    with pytest.raises(Refusal, match="say why"):
        actions.reopen_analysis(analysis, " ", ben, at=now)
    with pytest.raises(WrongStatus):
        actions.reopen_analysis(analysis, "Again", ben, at=now)


@pytest.mark.parametrize("verb", ["add_why", "find_cause", "reopen_analysis"])
def test_only_who_works_on_it_may_change_it(analysis, dan, auditor, now, verb):
    for stranger in (dan, auditor):
        with pytest.raises(NotAllowed):
            getattr(actions, verb)(analysis, "Because", stranger, at=now)


def test_it_is_found_by_its_words(analysis, ben, now):
    rooted(analysis, ben, now)
    actions.find_cause(analysis, "Seals glued too cold", ben, at=now)

    assert analysis.search_text() == (
        "Connectors drip",
        "RCA-2026-0001 Two of twelve drip after two weeks. Seals glued too cold",
    )
