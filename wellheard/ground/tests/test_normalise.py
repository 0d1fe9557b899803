from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellheard.ground.text.normalise import search_document, search_query, search_words


def finds(query: str, document: str) -> bool:
    """As both search engines do: every group, and of each group any word."""
    indexed = set(search_document(document).split())
    groups = search_query(query)
    return bool(groups) and all(indexed.intersection(group) for group in groups)


@pytest.mark.parametrize(
    "spellings",
    [
        ("päckchen", "packchen", "paeckchen", "PÄCKCHEN", "pa\u0308ckchen"),
        ("größe", "grosse", "groesse", "GRÖSSE", "GRÖẞE"),
        ("straße", "strasse", "STRASSE"),
        ("réponse", "reponse", "RÉPONSE"),
        ("Häuser", "haeuser", "hauser"),
        ("Øresund", "oresund", "oeresund"),
        ("œuvre", "oeuvre"),
        ("Łódź", "lodz"),
        ("ﬁnden", "finden"),
        ("Ｗｅｌｌ", "well"),
        ("ｶﾞｷﾞ", "ガギ"),
        ("Ёлка", "елка"),
        ("café\u00adhaus", "cafehaus"),
        ("כַּלֶּה", "כלה"),
    ],
)
def test_spellings_of_one_word_find_one_another(spellings):
    missed = [(query, text) for query, text in product(spellings, repeat=2) if not finds(query, f"a {text} b")]

    assert missed == []


@pytest.mark.parametrize(("query", "document"), [("neu", "neue"), ("bar", "Bauer"), ("que", "queue"), ("cat", "dog")])
def test_other_words_stay_apart(query, document):
    assert not finds(query, document)


@pytest.mark.parametrize(
    ("query", "document", "is_found"),
    [
        ("返品", "商品を返品したいです", True),
        ("品", "商品を返品したいです", True),
        ("返品したい", "商品を返品したいです", True),
        ("返金", "商品を返品したいです", False),
        ("배송", "배송이 너무 늦었어요", True),
        ("手机", "我的iPhone手机坏了", True),
        ("iphone", "我的iPhone手机坏了", True),
        ("เสีย", "สินค้าเสียหาย", True),
    ],
)
def test_text_without_spaces_is_found_by_a_part_of_it(query, document, is_found):
    assert finds(query, document) is is_found


def test_all_words_of_a_query_must_be_there():
    assert finds("päckchen spät", "Das Paeckchen kam zu spät.")
    assert not finds("päckchen spät", "Das Paeckchen kam.")


def test_words_are_folded_and_keep_their_order():
    assert search_words("Die GRÖSSE: don't – CAS-2026-0042, 8,5 % 返品した a_b") == [
        *["die", "grosse", "don", "t", "cas", "2026", "0042", "8", "5"],
        *["返品", "品し", "した", "a", "b"],
    ]


def test_the_index_holds_words_keys_characters_and_pairs():
    assert search_document("Größe groesse 返品し") == "grosse groesse grosse 返 品 し 返品 品し"


def test_a_query_offers_the_spellings_of_each_word_once():
    assert search_query("groesse Größe groesse 返品し 返") == [
        *[["groesse", "grosse"], ["grosse"]],
        *[["返品"], ["品し"], ["返"]],
    ]


def test_nothing_to_find_asks_for_nothing():
    assert (search_query(" –!? "), search_document(""), search_words("…")) == ([], "", [])


def test_an_endless_word_is_cut_the_same_way_on_both_sides():
    word = "abc" * 100

    assert search_document(word) == word[:64]
    assert finds(word, word)


@given(st.text(), st.text())
def test_every_text_finds_itself_and_what_contains_it(text, rest):
    if search_query(text):
        assert finds(text, text)
        assert finds(text, f"{text} {rest}")


@given(st.text())
def test_indexed_words_are_letters_and_digits_alone_and_stay_as_they_are(text):
    words = search_document(text).split()

    assert all(word.isalnum() for word in words)
    assert [search_words(word) for word in search_words(text)] == [[word] for word in search_words(text)]
