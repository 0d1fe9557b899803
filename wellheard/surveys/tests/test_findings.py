"""What a score says in words: no more than its interval allows, and the same number everywhere."""

from collections.abc import Sequence

import pytest

from wellheard.ground.comparison import Estimate
from wellheard.surveys.findings import (
    few_words,
    finding_of,
    left_out_words,
    segments_words,
    spread_words,
    trend_words,
)
from wellheard.surveys.scores import Counts, Part, estimate_of, parts_of


def nps(promoters: int, passives: int = 0, detractors: int = 0) -> Estimate:
    return estimate_of("nps", nps_counts(promoters, passives, detractors))


def nps_counts(promoters: int, passives: int = 0, detractors: int = 0) -> Counts:
    return (detractors, 0, 0, 0, 0, 0, 0, passives, 0, 0, promoters)


def csat(satisfied: int, others: int) -> Estimate:
    return estimate_of("csat", csat_counts(satisfied, others))


def csat_counts(satisfied: int, others: int) -> Counts:
    return (0, others, 0, 0, 0, satisfied, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("kind", "now", "headline"),
    [
        ("nps", nps(0), "Nobody has given a score yet"),
        ("nps", nps(1), "1 answer is too few to say"),
        ("nps", nps(9), "9 answers are too few to say"),
        ("nps", nps(60, 25, 15), "More people recommend us than not"),
        ("nps", nps(15, 25, 60), "Fewer people recommend us than not"),
        ("nps", nps(7, 3, 5), "About as many people recommend us as not"),
        ("csat", csat(80, 20), "Most customers are satisfied"),
        ("csat", csat(20, 80), "Most customers are not satisfied"),
        ("csat", csat(11, 9), "About half of the customers are satisfied"),
    ],
)
def test_a_level_is_said_only_where_the_interval_allows_it(kind: str, now: Estimate, headline: str) -> None:
    assert finding_of(kind, now).headline == headline


@pytest.mark.parametrize(
    ("kind", "now", "before", "headline", "tone"),
    [
        ("nps", nps(60, 25, 15), nps(45, 30, 25), "People recommend us more than in May", "better"),
        ("nps", nps(45, 30, 25), nps(60, 25, 15), "People recommend us less than in May", "worse"),
        ("nps", nps(60, 25, 15), nps(55, 30, 15), "People recommend us as much as in May", ""),
        ("nps", nps(60, 25, 15), nps(0, 0, 9), "More people recommend us than not", ""),
        ("csat", csat(90, 10), csat(60, 40), "More customers are satisfied than in May", "better"),
        ("csat", csat(60, 40), csat(90, 10), "Fewer customers are satisfied than in May", "worse"),
    ],
)
def test_a_change_is_named_only_when_it_is_no_chance(
    kind: str, now: Estimate, before: Estimate, headline: str, tone: str
) -> None:
    found = finding_of(kind, now, before, "May")

    assert (found.headline, found.tone) == (headline, tone)


def test_the_difference_stands_with_its_interval() -> None:
    found = finding_of("nps", nps(60, 25, 15), nps(45, 30, 25), "May")

    assert found.sentence == "Rose, and not by chance, since May:"
    assert found.rest == ("45, between 29 and 58, from 100 answers. The difference of 25 lies between 3 and 46.")


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (nps_counts(999, 1), "Nearly everyone gave a 9 or a 10."),
        (nps_counts(1, 999), "Hardly anyone gave a 9 or a 10."),
        (nps_counts(1000), "Everyone gave a 9 or a 10."),
        (nps_counts(0, 5), "Nobody gave a 9 or a 10."),
        (nps_counts(5, 3), "63 of 100 gave a 9 or a 10."),
    ],
)
def test_a_share_is_never_rounded_to_all_or_none(counts: Sequence[int], words: str) -> None:
    assert spread_words("nps", estimate_of("nps", counts), counts)[0] == words


def test_the_spread_says_how_the_score_follows_from_it() -> None:
    rises, halves = nps_counts(60, 25, 15), csat_counts(5, 3)

    assert spread_words("nps", estimate_of("nps", rises), rises)[1] == (
        "60 promoters, 25 in between, 15 detractors: (60 − 15) of 100 makes 45."
    )
    assert spread_words("csat", estimate_of("csat", halves), halves) == (
        "63 of 100 gave a 4 or a 5.",
        "5 of 8 makes 63 %.",
    )


def test_groups_are_named_only_when_they_truly_differ() -> None:
    parts = parts_of(
        "nps", {"Landscapers": nps_counts(90, 0, 10), "Cities": nps_counts(10, 0, 90), "Few": nps_counts(2)}
    )
    alike = parts_of("nps", {"Landscapers": nps_counts(50, 0, 50), "Cities": nps_counts(51, 0, 49), "": nps_counts(3)})

    assert segments_words(parts) == "Higher than the rest: Landscapers. Lower than the rest: Cities."
    assert few_words(parts) == "About Few we know little: 2 answers."
    assert (segments_words(alike), few_words(alike)) == ("No group differs from the others beyond chance.", "")


def test_months_stand_out_only_when_they_truly_differ() -> None:
    steady = parts_of("nps", {"May": nps_counts(50, 0, 50), "June": nps_counts(51, 0, 49)})
    fell: list[Part] = parts_of("nps", {"May": nps_counts(90, 0, 10), "June": nps_counts(10, 0, 90)})

    assert trend_words(steady[:1], "month") == "One month of answers: nothing to compare it with yet."
    assert trend_words(steady, "month") == "No month stands out."
    assert trend_words(fell, "month") == (
        "May was higher than the rest, and not by chance. June was lower than the rest, and not by chance."
    )


def test_what_was_left_out_is_said_with_its_reason() -> None:
    assert [left_out_words("no score", 1_280), left_out_words("test", 2)] == [
        "1,280 without a score",
        "2 left out: test",
    ]
