"""What customers read: the same in each language."""

from datetime import UTC, datetime
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from wellheard.cases import mails
from wellheard.cases.models import Kind
from wellheard.cases.texts import LANGUAGES, TEXTS, kind_words, moment_words, spoken


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", ["de", "fr"])
def test_each_language_says_everything_and_asks_for_no_other_values(language):
    assert TEXTS[language].keys() == TEXTS["en"].keys()
    assert [key for key, text in TEXTS[language].items() if places(text) - places(TEXTS["en"][key])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_its_word(language):
    assert all(kind_words(kind, language) for kind in Kind.values)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Sunday 1 November 2026, 00:05"),
        ("de", "Sonntag, 1. November 2026, 00:05 Uhr"),
        ("fr", "dimanche 1er novembre 2026 à 00 h 05"),
    ],
)
def test_moments_are_written_as_the_language_does(language, words):
    assert moment_words(datetime(2026, 10, 31, 23, 5, tzinfo=UTC), ZoneInfo("Europe/Berlin"), language) == words


@pytest.mark.parametrize(
    ("asked", "answer"), [("de-AT", "de"), ("FR_fr", "fr"), ("pl", "en"), ("", "en"), (None, "en")]
)
def test_a_language_that_we_do_not_speak_is_answered_in_english(asked, answer):
    assert spoken(asked) == answer


def test_braces_in_a_customers_name_are_only_letters(opened):
    case = opened(contact_name="{0.__class__} {owner}")

    assert mails.receipt(case)[1].startswith("Guten Tag {0.__class__} {owner},")
