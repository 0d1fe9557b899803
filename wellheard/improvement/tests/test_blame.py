"""A root cause names what can be changed, never who is to blame."""

import pytest

from wellheard.improvement.blame import blames

NAMES = ("Ben Okafor", "Li Wu", "Uwe Frost")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Human error at station 4", "Human error"),
        ("It was the operator's mistake", "operator's mistake"),
        ("Carelessness", "Carelessness"),
        ("Ben forgot to heat the glue", "forgot to"),
        ("Lack of attention during packing", "Lack of attention"),
        ("Menschliches Versagen beim Kleben", "Menschliches Versagen"),
        ("Bedienerfehler", "Bedienerfehler"),
        ("Der Kollege hat nicht aufgepasst", "nicht aufgepasst"),
        ("Erreur humaine", "Erreur humaine"),
        ("Une faute de l’opérateur", "faute de l’opérateur"),
        ("Manque d'attention au collage", "Manque d'attention"),
        ("because ben okafor glued too cold", "Ben Okafor"),
        ("Okafor’s station was cold", "Okafor"),
    ],
)
def test_blame_is_found_in_three_languages_and_by_name(text, found):
    assert blames(text, NAMES) == found


@pytest.mark.parametrize(
    "text",
    [
        "The work instruction gives no temperature for the glue",
        "Nobody is told when the store falls below 15 °C",
        "The form accepts an order without a delivery date",
        "Nothing reminds the second shift of the check",
        "Die Klebestation misst keine Temperatur",
        "La consigne ne dit rien de la température",
        "Lipstick effects in the wuthering wind",
        "After a night of frost the valves crack",
    ],
)
def test_a_cause_in_the_system_passes(text):
    assert blames(text, NAMES) is None


def test_the_list_knows_phrases_and_no_meanings():
    # Said openly: other words for the same blame pass.
    assert blames("Someone wasn't thinking", NAMES) is None
