import pytest

from wellheard.ground.text.language import language_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The delivery was late and nobody answered the phone", "en"),
        ("Die Lieferung kam viel zu spät und niemand ging ans Telefon", "de"),
        ("La livraison était en retard et personne ne répondait", "fr"),
        ("返品したいです", "ja"),
        ("배송이 너무 늦었어요", "ko"),
    ],
)
def test_a_sentence_is_told_surely(text, code):
    assert language_of(text) == (code, True)


@pytest.mark.parametrize("text", ["Sehr gut", "très bien", "ok", "no"])
def test_a_short_text_is_never_sure(text):
    assert language_of(text)[1] is False
    assert language_of(text, ["en", "de"])[1] is False


@pytest.mark.parametrize("text", ["", "10", "!!", "👍👍", "ok"])
def test_what_fits_every_language_is_in_none(text):
    assert language_of(text) == ("und", False)


def test_the_languages_of_the_survey_make_it_surer():
    text = "Muy malo el servicio"

    assert language_of(text) == ("es", False)
    assert language_of(text, ["es", "en", "de", "xx"]) == ("es", True)


def test_a_single_candidate_is_no_evidence():
    text = "The delivery was late and nobody answered the phone"

    assert language_of(text, ["de"]) == ("en", True)
