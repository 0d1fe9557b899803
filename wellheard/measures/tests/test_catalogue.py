"""The catalogue keeps each indicator once and knows what it can be narrowed to."""

import pytest

from wellheard.measures import catalogue
from wellheard.measures.catalogue import Indicator, ScopeField


def nothing(scope, first, last, period="month"):
    return []


def fields():
    return (
        ScopeField("site", "Site", (("1", "Leipzig"), ("2", "Lyon"))),
        ScopeField("survey", "Survey", (("7", "After delivery"),), required=True),
    )


@pytest.fixture
def indicator():
    made = catalogue.register(
        Indicator("tests.a", "A rate", "rate", "down", nothing, base="orders", per=1000, scopes=fields)
    )
    yield made
    catalogue.unregister("tests.a")


def test_an_indicator_is_found_by_its_key(indicator):
    assert catalogue.get("tests.a") == indicator
    assert indicator in catalogue.every()


def test_a_key_is_taken_once(indicator):
    with pytest.raises(ValueError, match="registered twice"):
        catalogue.register(indicator)


def test_an_unknown_key_is_refused():
    with pytest.raises(catalogue.UnknownIndicator, match="no indicator called tests"):
        catalogue.get("tests.nowhere")


def test_a_rate_says_per_what(indicator):
    assert (indicator.unit, indicator.measure) == ("per 1,000 orders", "A rate")


def test_a_scope_keeps_only_what_can_be_chosen(indicator):
    wanted = {"site": "2", "survey": "99", "colour": "red"}

    assert catalogue.cleaned_scope(indicator, wanted) == {"site": "2", "survey": "7"}
    assert catalogue.scope_in_words(indicator, {"site": "2", "survey": "7"}) == "Lyon, After delivery"
    assert catalogue.scope_in_words(indicator, {}) == ""
