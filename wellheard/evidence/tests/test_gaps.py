"""What is missing is said with its basis, and counted only as far as a reader may see it."""

from datetime import date, datetime, timedelta

import pytest

from wellheard.conftest import SETUP
from wellheard.core.models import Member, Site
from wellheard.core.tasks import open_task
from wellheard.evidence.collectors import Collector, GapRule, register_collector, register_gap_rule
from wellheard.evidence.gaps import by_basis, gaps_of, gravest, newest_items, state_of, states_of
from wellheard.evidence.standards import Listed, editions, requirements
from wellheard.evidence.tests.conftest import DAY, FOCUS, REACT

FIRST, LAST = date(2025, 11, 17), DAY


def sentences(slug: str, actor: Member, last: date = LAST) -> list[tuple[str, str]]:
    return [(found.rule.id, found.gap.sentence) for found in gaps_of(requirements()[slug], FIRST, last, actor)]


def test_nothing_in_the_period_is_a_gap_on_its_basis(ana: Member, tasks_show):
    tasks_show("perception.monitor")

    (found,) = gaps_of(requirements()["perception.monitor"], FIRST, LAST, ana)

    assert (found.rule.basis, found.rule.severity, found.gap.kind) == ("requirement", "high", "")
    assert found.gap.sentence == (
        "Nothing shows this from 17 November 2025 to 16 November 2026. Customers' own view has to be watched; figures "
        "from inside, such as punctual deliveries, are not their view."
    )


def test_what_no_part_collects_for_has_no_gap(ana: Member, registry: None):
    assert sentences("perception.monitor", ana) == []


def test_evidence_that_is_too_old_is_a_gap_by_our_own_rule(ana: Member, tasks_show, open_tasks, now: datetime):
    tasks_show("perception.monitor")
    open_tasks(2)
    fresh = sentences("perception.monitor", ana)

    (stale,) = gaps_of(requirements()["perception.monitor"], FIRST, DAY + timedelta(days=93), ana)

    assert fresh == []
    assert (stale.rule.id, stale.rule.basis, stale.gap.label) == (
        "perception.monitor.stale",
        "own rule",
        "Call Cleo back, 1",
    )
    assert stale.gap.sentence == (
        "The newest is of 16 November 2026, more than 92 days before 17 February 2027. An opinion from longer ago says "
        "little about today."
    )


@pytest.fixture(autouse=True)
def _a_later_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Periods of the tests lie in the past, whenever they run."""
    monkeypatch.setattr("wellheard.evidence.gaps.timezone.localdate", lambda *_: date(2099, 1, 1))


def test_a_gap_never_calls_anything_conforming_or_not():
    said = [f"{each.nothing.why} {each.fresh.why if each.fresh else ''}" for each in requirements().values()]

    assert [each for each in said if "conform" in each or "complian" in each] == []


def test_without_a_complaint_in_the_right_no_cause_is_missing(ana: Member, tasks_show):
    tasks_show(REACT)
    register_collector(Collector("nonconformity.cause", "tests.no_causes", "Nothing", lambda *_: iter(())))

    assert sentences("nonconformity.cause", ana) == []


def test_with_a_complaint_in_the_right_a_missing_cause_is_a_gap(ana: Member, tasks_show, open_tasks):
    tasks_show(REACT)
    open_tasks(1)
    register_collector(Collector("nonconformity.cause", "tests.no_causes", "Nothing", lambda *_: iter(())))

    ((rule, sentence),) = sentences("nonconformity.cause", ana)

    assert rule == "nonconformity.cause.nothing"
    assert sentence.endswith(
        "Something went wrong and no cause is on record; without it, it is likely to happen again."
    )


def test_records_of_other_sites_are_neither_counted_nor_named(
    ben: Member, lyon: Site, leipzig: Site, now: datetime, tasks_show, late_tasks_are_gaps, ana: Member
):
    tasks_show(REACT)
    open_task(ben, "Mine", SETUP, at=now, site_id=leipzig.pk)
    open_task(ana, "Hers", SETUP, at=now, site_id=lyon.pk)
    listed = Listed(requirements()[REACT], ("10.2",))

    mine = state_of(listed, FIRST, LAST, ben)

    assert (mine.items, [found.gap.label for found in mine.gaps]) == (1, ["Mine"])


def test_counting_stops_at_the_limit_and_says_so(ana: Member, open_tasks, tasks_show, late_tasks_are_gaps):
    tasks_show(REACT)
    open_tasks(4)
    listed = Listed(requirements()[REACT], ("10.2",))

    limited, whole = (state_of(listed, FIRST, LAST, ana, most=most) for most in (3, None))

    assert (limited.items, limited.has_more_items, len(limited.gaps), limited.has_more_gaps) == (3, True, 3, True)
    assert (whole.items, whole.has_more_items, len(whole.gaps), whole.has_more_gaps) == (4, False, 4, False)


def test_what_the_standard_asks_for_comes_first(ana: Member, open_tasks, tasks_show, late_tasks_are_gaps):
    tasks_show("communication.feedback", key="b")
    open_tasks(1)
    register_collector(Collector("perception.monitor", "tests.none", "Nothing", lambda *_: iter(())))
    register_collector(Collector(FOCUS, "tests.no_more", "Nothing", lambda *_: iter(())))

    states = states_of(editions()["2015"], FIRST, LAST, ana)

    assert by_basis(states) == {"requirement": 1, "own rule": 1, "good practice": 1}
    assert [found.rule.id for found in gravest(states, 5)] == [
        "perception.monitor.nothing",
        "tests.late",
        "customer.focus.nothing",
    ]


def test_the_newest_threads_come_first_and_each_once(
    ana: Member, ben: Member, leipzig: Site, now: datetime, tasks_show
):
    tasks_show(REACT)
    tasks_show("action.effectiveness", key="tests.again")
    for months in (0, 3, 7):
        open_task(ben, f"{months} months ago", SETUP, at=now - timedelta(days=30 * months), site_id=leipzig.pk)

    newest = newest_items((REACT, "action.effectiveness"), FIRST, LAST, ana, most=2)

    assert [item.label for item in newest] == ["0 months ago", "3 months ago"]


def test_a_key_is_given_once(registry: None):
    register_collector(Collector(REACT, "tests.one", "One", lambda *_: iter(())))
    register_gap_rule(GapRule("tests.rule", REACT, "low", "own rule", "One", lambda *_: iter(())))

    with pytest.raises(ValueError, match=r"two collectors called tests\.one"):
        register_collector(Collector(FOCUS, "tests.one", "Another", lambda *_: iter(())))
    with pytest.raises(ValueError, match=r"two gap rules called tests\.rule"):
        register_gap_rule(GapRule("tests.rule", FOCUS, "low", "own rule", "Another", lambda *_: iter(())))
