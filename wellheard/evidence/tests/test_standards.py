"""What the standard asks for is data; wrong data stops the start."""

import re
from pathlib import Path
from typing import Any

import pytest

from wellheard.evidence.collectors import every_slug
from wellheard.evidence.standards import Listed, editions, requirements
from wellheard.evidence.standards.editions import BadStandard, _edition, _requirement

GOOD: dict[str, Any] = {
    "slug": "a.b",
    "title": "A title",
    "must": "Something must be.",
    "asks": "Is it?",
    "documented": "retained",
    "nothing": {"basis": "requirement", "why": "Because."},
    "fresh": {"days": 7, "why": "So that it is fresh."},
}


def slug_and_clauses(listed: Listed) -> tuple[str, tuple[str, ...]]:
    return listed.slug, listed.clauses


def test_both_editions_hold_every_requirement():
    assert {year: {each.slug for each in edition.listed} for year, edition in editions().items()} == {
        "2015": set(requirements()),
        "2026": set(requirements()),
    }


def test_the_same_requirement_has_another_number_in_another_edition():
    numbers = {year: dict(map(slug_and_clauses, edition.listed)) for year, edition in editions().items()}

    assert [numbers[year]["improvement.continual"] for year in ("2015", "2026")] == [("10.3",), ("10.1",)]


def test_the_newer_edition_says_that_nobody_has_compared_it():
    assert editions()["2026"].caution.startswith("Paraphrase, unverified")


def test_everything_that_apps_collect_is_asked_for_somewhere():
    assert every_slug() - set(requirements()) == set()


def test_no_code_goes_by_a_clause_number():
    """The same number means different things in different editions: nothing may be found or compared by one."""
    number = re.compile(r"""["'](?:[4-9]|10)\.\d(?:\.\d)?["' ]""")
    sources = [path for path in Path(__file__).parents[1].rglob("*.py") if "tests" not in path.parts]

    assert [path.name for path in sources if number.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "here has no title."),
        ({"documented": "perhaps"}, "here: documented is “perhaps”, which is none of retained, not required."),
        ({"nothing": None}, "here has no nothing."),
        (
            {"nothing": {"basis": "a wish", "why": "Because."}},
            "here: the basis “a wish” is none of requirement, own rule, good practice.",
        ),
        ({"fresh": {"days": "many", "why": "x"}}, "here, fresh: days is not a whole number from 1."),
    ],
)
def test_a_wrong_requirement_is_named_with_its_place(change: dict[str, Any], sentence: str):
    with pytest.raises(BadStandard, match=re.escape(sentence)):
        _requirement(GOOD | change, "here")


def test_an_edition_can_list_only_what_is_known():
    said = {"edition": "2099", "title": "t", "caution": "c", "note": "n", "clauses": {"no.such": ["1"]}}

    with pytest.raises(BadStandard, match=r"lists no\.such, which requirements\.yaml doesn't know"):
        _edition(said, "iso9001-2099.yaml")
