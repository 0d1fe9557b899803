"""How alike customers are: what a person would call the same, and what not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellheard.ground.likeness import (
    Described,
    names_alike,
    organisation_words,
    organisations_alike,
    people_alike,
    person_words,
)

SHOWN = 75


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Katrin Holzapfel", "Holzapfel, Katrin"),
        ("Dr. Katrin Holzapfel", "Katrin Holzapfel"),
        ("Jürgen Müller", "Juergen Mueller"),
        ("José Nuñez", "Jose Nunez"),
    ],
)
def test_the_same_name_however_it_is_written(one: str, other: str):
    assert names_alike(person_words(one), person_words(other)) == 100


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gärtnerei Holzapfel GmbH", "Gaertnerei Holzapfel"),
        ("Rosetau Ltd.", "ROSETAU LIMITED"),
        ("Jardins du Rhône S.A.R.L.", "Jardins du Rhone SARL"),
        ("Meyer & Co. KG", "Meyer"),
    ],
)
def test_the_same_firm_whatever_its_form(one: str, other: str):
    assert names_alike(organisation_words(one), organisation_words(other)) == 100


def test_initials_and_slips_are_alike():
    assert names_alike(person_words("K. Holzapfel"), person_words("Katrin Holzapfel")) == 90
    assert names_alike(person_words("Katrin Holzapfl"), person_words("Katrin Holzapfel")) >= 90


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hans Müller", "Maria Müller"),
        ("Katrin Holzapfel", "Karin Holzmann"),
        ("Anna Schmidt", "Anton Schmitz"),
    ],
)
def test_different_people_are_not_alike_by_name_and_phone(one: str, other: str):
    phones = ("+493412345",)

    assert people_alike(Described(one, phones=phones), Described(other, phones=phones)).score < SHOWN


def test_a_name_alone_is_not_enough_but_with_the_firm_it_is():
    hans = Described("Hans Müller")

    assert people_alike(hans, hans).score < SHOWN
    firm = Described("Hans Müller", organisation="Stadt Halle")
    assert people_alike(firm, firm).score >= SHOWN


def test_a_shared_mailbox_makes_nobody_the_same():
    one = Described("Katrin Holzapfel", ("info@holzapfel.example",))
    other = Described("Ben Okafor", ("info@holzapfel.example",))

    assert people_alike(one, other).score < SHOWN


def test_the_reasons_are_sentences():
    one = Described("Katrin Holzapfel", ("katrin.holzapfel@firm.example",), ("+493412345",), "Holzapfel GmbH", "Halle")
    other = Described("K. Holzapfel", ("katrinholzapfel@firm.example",), ("+493412345",), "Holzapfel", "Halle")

    found = people_alike(one, other)

    assert found.score == 100
    assert found.reasons == (
        "“Katrin Holzapfel” and “K. Holzapfel” are alike.",
        "Their addresses are alike: katrin.holzapfel@firm.example and katrinholzapfel@firm.example.",
        "Both have the number +493412345.",
        "Both speak for Holzapfel GmbH.",
        "Both are in Halle.",
    )


def test_branches_in_different_towns_are_not_the_same():
    assert organisations_alike(Described("Bauhof", city="Halle"), Described("Bauhof", city="Lyon")).score < SHOWN
    assert organisations_alike(Described("Bauhof", city="Halle"), Described("Bauhof", city="Halle")).score >= SHOWN


def test_someone_without_a_name_is_found_by_the_address():
    assert people_alike(Described("Cleo", ("c@a.example",)), Described("", ("c@a.example",))).score >= SHOWN


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_has_no_direction_and_stays_in_bounds(one: str, other: str):
    a, b = Described(one, city=other), Described(other, city=one)

    for compare in (people_alike, organisations_alike):
        assert compare(a, b).score == compare(b, a).score
        assert 0 <= compare(a, b).score <= 100
