"""The navigation shows what one may use, says where one is, and never keeps a page from being shown."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from wellheard.core import navigation
from wellheard.core.models import Member
from wellheard.core.navigation import Place, navigation_for, register_place

Shown = list[tuple[str, list[tuple[str, str, bool, int | None]]]]


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`places(Place(…), …)`: the navigation is these places and no others."""

    def register(*wanted: Place) -> None:
        monkeypatch.setattr(navigation, "_places", [])
        for place in wanted:
            register_place(place)

    return register


def shown(member: Member, path: str = "/") -> Shown:
    return [
        (
            section["label"],
            [(place["label"], place["url"], place["current"], place["count"]) for place in section["places"]],
        )
        for section in navigation_for(member, path)
    ]


HOME, WORK = Place("", "Home", "home", order=1), Place("", "My work", "my-work", order=2)


def test_places_stand_in_their_sections_by_order_and_name(places: Callable[..., None], ana: Member):
    places(Place("Show", "Search", "search"), WORK, Place("Act", "B", "search"), Place("Act", "A", "search"), HOME)

    assert [(label, [place[0] for place in rows]) for label, rows in shown(ana)] == [
        ("", ["Home", "My work"]),
        ("Act", ["A", "B"]),
        ("Show", ["Search"]),
    ]


def test_what_one_may_not_do_is_not_shown_and_an_empty_section_is_left_out(
    places: Any, ana: Member, dan: Member, auditor: Member
):
    places(HOME, Place("Act", "Imports", "search", permission="core.import"))

    assert [[label for label, _ in shown(member)] for member in (ana, dan, auditor)] == [["", "Act"], [""], [""]]


def test_one_is_at_a_place_also_on_the_pages_that_belong_to_it(places: Any, ana: Member):
    places(HOME, Place("Know", "Care", "my-work", besides=("search",)))

    assert [place[0] for _, rows in shown(ana, reverse("search")) for place in rows if place[2]] == ["Care"]


def test_one_is_at_the_place_with_the_longest_address_that_fits(places: Any, ana: Member):
    places(HOME, WORK)
    work = reverse("my-work")

    def current(path: str) -> list[str]:
        return [place[0] for _, rows in shown(ana, path) for place in rows if place[2]]

    assert [current("/"), current(work), current(f"{work}12/"), current("/elsewhere/")] == [
        ["Home"],
        ["My work"],
        ["My work"],
        [],
    ]


def test_what_waits_is_counted_for_the_member(places: Any, ana: Member, dan: Member):
    places(Place("", "Home", "home", count=lambda member: len(member.held())))

    assert [shown(member)[0][1][0][3] for member in (ana, dan)] == [1, 0]


def test_a_count_that_fails_is_left_out_and_the_page_goes_on(
    places: Any, ana: Member, caplog: pytest.LogCaptureFixture
):
    places(Place("", "Home", "home", order=1, count=lambda member: 1 // 0), WORK)

    assert shown(ana) == [("", [("Home", "/", True, None), ("My work", reverse("my-work"), False, None)])]
    assert "Home could not be counted" in caplog.text


def test_an_address_that_is_not_there_is_left_out(places: Any, ana: Member):
    places(HOME, Place("Act", "Nowhere", "nowhere-at-all"))

    assert [label for label, _ in shown(ana)] == [""]


def test_a_place_is_registered_once_and_in_a_section_that_there_is(places: Any, ana: Member):
    places(HOME, HOME)

    assert len(shown(ana)[0][1]) == 1
    with pytest.raises(ValueError, match="no section “Actt”"):
        Place("Actt", "Complaints", "home")
