"""The trail in plain words, and how people can be reached hidden from those who only look."""

import pytest
from django.apps import apps

from wellheard.evidence.masking import mask_contacts, masked
from wellheard.evidence.words import done_in_words, in_words, kind_in_words, several_in_words


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("cases.acknowledge", "acknowledged"),
        ("cases.hand_over", "handed over"),
        ("cases.customer_writes", "wrote"),
        ("feedback.tell_everyone", "told everyone"),
        ("surveys.reply", "replied"),
        ("improvement.lock_plan", "locked plan"),
        ("core.undo_import", "undid import"),
    ],
)
def test_an_action_is_told_in_the_past(action: str, words: str):
    assert done_in_words(action) == words


def test_a_kind_that_nobody_knows_any_more_keeps_its_name():
    assert (kind_in_words("core.storedfile"), kind_in_words("gone.thing")) == ("stored file", "thing")


@pytest.mark.parametrize(
    ("kind", "several"),
    [("cases.entry", "entries"), ("improvement.causeanalysis", "cause analyses"), ("improvement.why", "whys")],
)
def test_several_of_a_kind_are_named_as_people_name_them(kind: str, several: str):
    assert several_in_words(apps.get_model(kind)) == several


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (["a", "b"], "a, b"),
        ({"asked": "money", "decided": ""}, "asked: money"),
        ([{"asked": "a"}, {"asked": "b"}], "asked: a; asked: b"),
        ("  as they  wrote it\n", "  as they  wrote it\n"),
        (None, ""),
    ],
)
def test_a_value_is_put_in_words_and_a_text_is_left_as_it_is(value: object, words: str):
    assert in_words(value) == words


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Write to cleo.h+x@mail.holzapfel.example!", "Write to •••@mail.holzapfel.example!"),
        ("Ring +49 341 123 456, or 0341/123457.", "Ring •••••• 56, or •••••• 57."),
        ("(0341) 123458", "•••••• 58"),
    ],
)
def test_contact_data_is_masked(text: str, hidden: str):
    assert mask_contacts(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "CAS-2026-0042",
        "16.11.2026 and 01.02.2026",
        "2026-11-16 09:30",
        "1,280 answers",
        "0 to 10",
        "between 0.36 and 0.65",
    ],
)
def test_references_dates_and_numbers_are_not_taken_for_telephones(text: str):
    assert mask_contacts(text) == text


def test_masking_reaches_into_structures():
    assert masked({"a": ["x@y.example", {"b": "0341 123456"}], "n": 3}) == {
        "a": ["•••@y.example", {"b": "•••••• 56"}],
        "n": 3,
    }
