"""The register of interested parties: kept, decided about, measured, looked at again."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from wellheard.core.actors import Role, System
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.links import key_of
from wellheard.core.models import Member, Site, Task, TrailEntry
from wellheard.core.setup import add_member
from wellheard.customers.actions import add_segment
from wellheard.customers.actions.parties import (
    add_need,
    add_party,
    change_need,
    change_party,
    decide_climate,
    keep_party,
    months_after,
    retire_need,
    retire_party,
    return_party,
    review_party,
    watch_need,
)
from wellheard.customers.jobs.parties import keep_parties_of_segments, measure_needs
from wellheard.customers.models import InterestedParty, PartyNeed, Segment
from wellheard.customers.needs import look, measured, pooled
from wellheard.ground.effectiveness import Observation
from wellheard.measures import catalogue
from wellheard.measures.catalogue import Indicator

pytestmark = pytest.mark.django_db


@pytest.fixture
def regulator(ana: Member, leipzig: Site, now: datetime) -> InterestedParty:
    return add_party("Market surveillance", ana, at=now, sort="regulator", owner=ana, site=leipzig)


@pytest.fixture
def watched() -> Iterator[dict[str, Any]]:
    """An indicator whose months a test sets: `watched["series"]`."""
    said: dict[str, Any] = {"series": []}

    def series(scope: Any, first: date, last: date, period: str = "month") -> list[Observation]:
        return list(said["series"])

    for kind, direction in (("proportion", "up"), ("rate", "down"), ("count", "down"), ("nps", "up"), ("mean", "up")):
        catalogue.register(
            Indicator(
                key=f"tests.{kind}", title=f"Tests by {kind}", kind=kind, direction=direction, series=series,  # type: ignore[arg-type]
                events="answers in time", base="answers",
            )
        )  # fmt: skip
    yield said
    for kind in ("proportion", "rate", "count", "nps", "mean"):
        catalogue.unregister(f"tests.{kind}")


def month(number: int, **values: Any) -> Observation:
    return Observation(date(2026, number, 1), **values)


def test_a_new_party_is_reviewed_in_a_year_by_its_owner(ana: Member, regulator: InterestedParty):
    task = Task.objects.get()

    assert (regulator.reference, regulator.next_review_on) == ("IPA-2026-0001", date(2027, 11, 16))
    assert (task.owner, task.title, (task.about_kind, task.about_id)) == (
        ana,
        "Look again at what Market surveillance need",
        key_of(regulator),
    )
    assert task.due_at is not None
    assert task.due_at.date() == date(2027, 11, 16)
    assert TrailEntry.objects.filter(action="customers.add_party").count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "  "}, "name"),
        ({"sort": "alien"}, "sort"),
        ({"influence": 6}, "influence"),
        ({"interest": 0}, "interest"),
        ({"review_every_months": 0}, "review_every_months"),
        ({"review_every_months": 61}, "review_every_months"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any], field: str, ana: Member, now: datetime):
    with pytest.raises(Refusal) as refused:
        add_party(given.pop("name", "Owners"), ana, at=now, **given)

    assert refused.value.field == field
    assert not InterestedParty.objects.exists()


def test_only_stewards_keep_the_register(ben: Member, dan: Member, regulator: InterestedParty, now: datetime):
    for member in (ben, dan):
        with pytest.raises(NotAllowed):
            add_party("Owners", member, at=now)
        with pytest.raises(NotAllowed):
            change_party(regulator, member, at=now, name="Nobody")
        with pytest.raises(NotAllowed):
            add_need(regulator, "Reports", member, at=now)

    assert list(InterestedParty.objects.visible_to(dan)) == []
    assert list(InterestedParty.objects.visible_to(ben)) == [regulator]


def test_every_segment_has_its_entry_once(ana: Member, now: datetime):
    segment = add_segment("Landscapers", ana, at=now)
    add_segment("Landscapers", ana, at=now)

    (party,) = InterestedParty.objects.all()

    assert (party.name, party.sort, party.segment, party.owner) == ("Landscapers", "segment", segment, ana)


def test_the_entry_of_a_segment_follows_its_name(ana: Member, arranging: Any, now: datetime):
    segment = add_segment("Landscapers", ana, at=now)
    with arranging():
        segment.name = "Gardeners"
        segment.save()

    assert keep_party(segment, ana, at=now).name == "Gardeners"
    assert change_party(InterestedParty.objects.get(), ana, at=now, name="Others").name == "Gardeners"


def test_segments_from_before_get_their_entries_once(arranging: Any):
    with arranging():
        for name in ("Landscapers", "Municipalities"):
            Segment(name=name).save()

    assert [keep_parties_of_segments(), keep_parties_of_segments()] == [2, 0]
    assert list(InterestedParty.objects.values_list("name", flat=True).order_by("name")) == [
        "Landscapers",
        "Municipalities",
    ]


def test_climate_is_decided_with_a_reason(ana: Member, regulator: InterestedParty, now: datetime):
    for given in ({"climate": "relevant", "reason": " "}, {"climate": "undecided", "reason": "Later."}):
        with pytest.raises(Refusal):
            decide_climate(regulator, ana, at=now, **given)

    decide_climate(regulator, ana, at=now, climate="not_relevant", reason="They check meters only.")

    regulator.refresh_from_db()
    assert (regulator.climate, regulator.climate_decided_at) == ("not_relevant", now)


def test_a_need_is_written_down_in_seconds_and_decided_later(ana: Member, regulator: InterestedParty, now: datetime):
    need = add_need(regulator, " Reports within a month ", ana, at=now)
    later = change_need(
        need, ana, at=now, through="yes", addressed_by="Process 4", monitored_by="A list", standing="law"
    )

    assert (need.words, need.reference, need.site, need.met) == (
        "Reports within a month",
        "NEE-2026-0001",
        regulator.site,
        "",
    )
    assert (later.through, later.get_standing_display()) == ("yes", "the law asks for it")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"words": ""}, "words"),
        ({"is_relevant": False}, "relevance_reason"),
        ({"through": "no"}, "through_reason"),
        ({"through": "perhaps"}, "through"),
        ({"standing": "whim"}, "standing"),
    ],
)
def test_a_need_that_makes_no_sense_is_refused(
    given: dict[str, Any], field: str, ana: Member, regulator: InterestedParty, now: datetime
):
    with pytest.raises(Refusal) as refused:
        add_need(regulator, given.pop("words", "Reports"), ana, at=now, **given)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("kind", "series", "target", "met"),
    [
        # 180 of 200: between 85 and 93 per cent.
        ("proportion", [month(9, count=90, exposure=100), month(10, count=90, exposure=100)], "0.80", "met"),
        ("proportion", [month(9, count=90, exposure=100), month(10, count=90, exposure=100)], "0.88", "unclear"),
        ("proportion", [month(9, count=90, exposure=100), month(10, count=90, exposure=100)], "0.95", "not_met"),
        ("proportion", [month(10, count=1, exposure=1)], "0.80", "unclear"),
        ("proportion", [], "0.80", "unclear"),
        ("proportion", [month(10, count=90, exposure=100)], None, "unclear"),
        ("count", [month(10, count=2)], "2", "met"),
        ("count", [month(10, count=3)], "2", "not_met"),
        ("rate", [month(10, count=400, exposure=1000)], "0.5", "met"),
        ("rate", [month(10, count=600, exposure=1000)], "0.5", "not_met"),
        ("nps", [month(10, counts=[0] * 9 + [0, 400])], "60", "met"),
        ("nps", [month(10, counts=[1] + [0] * 8 + [0, 1])], "60", "unclear"),
        ("mean", [month(10, counts={5: 100, 4: 100})], "4.2", "met"),
    ],
)
def test_a_need_is_met_when_the_whole_interval_is(
    kind: str,
    series: Sequence[Observation],
    target: str | None,
    met: str,
    ana: Member,
    regulator: InterestedParty,
    watched: dict[str, Any],
    now: datetime,
):
    watched["series"] = series
    need = add_need(regulator, "Answers in time", ana, at=now)

    watch_need(need, ana, at=now, indicator=f"tests.{kind}", target=None if target is None else Decimal(target))

    need.refresh_from_db()
    assert (need.met, need.measured_at) == (met, now)


def test_a_reading_names_what_it_stands_on(
    ana: Member, regulator: InterestedParty, watched: dict[str, Any], now: datetime
):
    watched["series"] = [
        month(8, count=30, exposure=40),
        month(9, count=30, exposure=30),
        month(10, count=30, exposure=30),
    ]
    need = add_need(regulator, "Answers in time", ana, at=now)
    watch_need(need, ana, at=now, indicator="tests.proportion", target=Decimal("0.95"))

    found = measured(need, date(2026, 11, 16))

    assert found is not None
    assert (found.words, found.between, found.base, found.months, found.target, found.sentence) == (
        "90 %",
        "between 83 % and 94 %",
        "90 of 100 answers",
        "August to October 2026",
        "95 %",
        "90 %, where at least 95 % is wanted.",
    )


def test_an_indicator_that_is_gone_says_so(
    ana: Member, regulator: InterestedParty, watched: dict[str, Any], arranging: Any, now: datetime
):
    need = add_need(regulator, "Answers in time", ana, at=now)
    with arranging():
        need.indicator = "tests.gone"
        need.save()

    found = measured(need, date(2026, 11, 16))

    assert found is not None
    assert (found.met, "no longer counted" in found.sentence) == ("unclear", True)
    with pytest.raises(Refusal):
        watch_need(need, ana, at=now, indicator="tests.gone")


def test_a_mean_without_its_answers_is_not_added_up(watched: dict[str, Any]):
    indicator = catalogue.get("tests.mean")

    assert pooled(indicator, [month(9, value=4.0), month(10, value=5.0)]) is None
    assert pooled(indicator, []) is None


def test_needs_are_measured_again_without_an_entry(
    ana: Member, regulator: InterestedParty, watched: dict[str, Any], now: datetime, monkeypatch: pytest.MonkeyPatch
):
    watched["series"] = [month(10, count=3)]
    need = add_need(regulator, "No accidents", ana, at=now)
    watch_need(need, ana, at=now, indicator="tests.count", target=Decimal(2))
    watched["series"] = [month(10, count=1)]
    entries = TrailEntry.objects.count()
    monkeypatch.setattr("wellheard.customers.jobs.parties.timezone.now", lambda: now + timedelta(days=1))

    assert measure_needs() == 1
    need.refresh_from_db()
    assert (need.met, TrailEntry.objects.count()) == ("met", entries)


def test_a_review_freezes_the_state_and_asks_for_the_next(
    ana: Member, regulator: InterestedParty, watched: dict[str, Any], now: datetime
):
    watched["series"] = [month(10, count=3)]
    by_hand = add_need(regulator, "Reports", ana, at=now)
    by_number = add_need(regulator, "No accidents", ana, at=now)
    watch_need(by_number, ana, at=now, indicator="tests.count", target=Decimal(2))

    review = review_party(
        regulator, ana, at=now, conclusion="One more report.", judged={by_hand.pk: "met", by_number.pk: "met"}
    )
    change_need(by_hand, ana, at=now, words="Quicker reports")

    review.refresh_from_db()
    assert [(need["words"], need["met"]) for need in review.state["needs"]] == [
        ("Reports", "met"),
        ("No accidents", "not met"),
    ]
    assert review.state["needs"][1]["measured"]["words"] == "3 answers in time"
    assert [task.status for task in Task.objects.order_by("pk")] == ["done", "open"]
    regulator.refresh_from_db()
    assert regulator.next_review_on == date(2027, 11, 16)


@pytest.mark.parametrize("next_review_on", [date(2026, 11, 16), date(2020, 1, 1), date(2099, 1, 1)])
def test_a_next_review_lies_ahead(next_review_on: date, ana: Member, regulator: InterestedParty, now: datetime):
    with pytest.raises(Refusal):
        review_party(regulator, ana, at=now, conclusion="Fine.", next_review_on=next_review_on)
    with pytest.raises(Refusal):
        review_party(regulator, ana, at=now, conclusion=" ")


def test_a_party_that_no_longer_concerns_us_rests_and_can_return(
    ana: Member, regulator: InterestedParty, now: datetime
):
    need = add_need(regulator, "Reports", ana, at=now)
    retire_party(regulator, ana, at=now, reason="We no longer sell meters.")

    for refused in (
        lambda: add_need(regulator, "More", ana, at=now),
        lambda: review_party(regulator, ana, at=now, conclusion="Fine."),
    ):
        with pytest.raises(Refusal):
            refused()
    assert [task.status for task in Task.objects.all()] == ["dropped"]
    return_party(regulator, ana, at=now)
    assert Task.objects.filter(status="open").count() == 1
    assert retire_need(need, ana, at=now).retired_at == now


def test_moving_a_party_to_another_site_moves_its_needs(
    ana: Member, regulator: InterestedParty, lyon: Site, now: datetime
):
    need = add_need(regulator, "Reports", ana, at=now)
    review = review_party(regulator, ana, at=now, conclusion="Fine.")

    change_party(regulator, ana, at=now, site=lyon)

    assert (PartyNeed.objects.get(pk=need.pk).site, type(review).objects.get().site) == (lyon, lyon)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 16), 12, date(2027, 11, 16)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_later_is_the_same_day_or_the_last(day: date, months: int, then: date):
    assert months_after(day, months) == then


def test_what_was_changed_meanwhile_is_measured_as_it_is_now(
    ana: Member, regulator: InterestedParty, watched: dict[str, Any], now: datetime, monkeypatch: pytest.MonkeyPatch
):
    watched["series"] = [month(10, count=3, exposure=10)]
    first, second = (add_need(regulator, words, ana, at=now) for words in ("No accidents", "Reports"))
    for need in (first, second):
        watch_need(need, ana, at=now, indicator="tests.count", target=Decimal(2))

    def meddling(need: PartyNeed, **more: Any) -> PartyNeed:
        if need.pk == first.pk:
            watch_need(PartyNeed.objects.get(pk=second.pk), ana, at=now, indicator="tests.rate", target=Decimal(1))
        return look(need, **more)

    monkeypatch.setattr("wellheard.customers.jobs.parties.look", meddling)
    monkeypatch.setattr("wellheard.customers.jobs.parties.timezone.now", lambda: now)

    assert measure_needs() == 2
    second.refresh_from_db()
    assert second.reading["indicator"] == "Tests by rate"


def test_an_indicator_that_fails_keeps_no_other_need_from_being_measured(
    ana: Member, regulator: InterestedParty, watched: dict[str, Any], now: datetime, monkeypatch: pytest.MonkeyPatch
):
    watched["series"] = [month(10, count=3)]
    first, second = (add_need(regulator, words, ana, at=now) for words in ("No accidents", "Reports"))
    for need in (first, second):
        watch_need(need, ana, at=now, indicator="tests.count", target=Decimal(2))

    def failing(need: PartyNeed, **more: Any) -> PartyNeed:
        if need.pk == first.pk:
            raise ZeroDivisionError
        return look(need, **more)

    monkeypatch.setattr("wellheard.customers.jobs.parties.look", failing)
    monkeypatch.setattr("wellheard.customers.jobs.parties.timezone.now", lambda: now)

    assert measure_needs() == 1


def test_the_reason_why_a_party_no_longer_concerns_us_is_not_cut(
    ana: Member, regulator: InterestedParty, now: datetime
):
    with pytest.raises(Refusal, match="500"):
        retire_party(regulator, ana, at=now, reason="x" * 501)


def test_nobody_moves_a_party_to_a_site_that_they_dont_look_after(
    regulator: InterestedParty, leipzig: Site, lyon: Site, now: datetime
):
    zoe = add_member("Zoe", "zoe@rosetau.example", System("tests"), at=now, roles=(Role.ANALYST,), site=leipzig,
                     only_at_site=True)  # fmt: skip

    with pytest.raises(NotAllowed) as refused:
        change_party(regulator, zoe, at=now, site=lyon)

    regulator.refresh_from_db()
    assert (regulator.site, refused.value.field) == (leipzig, "site")
