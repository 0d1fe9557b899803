from hypothesis import given
from hypothesis import strategies as st

from wellheard.ground.text.keeping import keepable


def test_what_no_database_keeps_is_marked_in_its_place():
    assert keepable("a\x00b\ud83dc 🙂 \u202e مرحبا") == "a\ufffdb\ufffdc 🙂 \u202e مرحبا"


@given(st.text().filter(lambda text: "\x00" not in text))
def test_everything_else_stays_as_it_is(text: str):
    assert keepable(text) == text


@given(st.text(st.characters()))
def test_whatever_comes_can_be_written_as_utf_8_and_keeps_its_length(text: str):
    kept = keepable(text)

    assert (len(kept), "\x00" in kept, kept.encode().decode()) == (len(text), False, kept)
