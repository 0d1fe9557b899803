import hashlib
import hmac
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellheard.ground.canonical import NotCanonical, canonical, digest, salted_digest

SALT = "0123456789abcdef0123456789abcdef"

texts = st.text(st.characters(exclude_categories=["Cs"]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


class Status(StrEnum):
    OPEN = "open"


class Level(IntEnum):
    HIGH = 3


def test_every_kind_of_value_has_one_exact_text():
    value = {
        "score": 9,
        "größe": 'Größe \u2028 \n"ü" u\u0308',
        "amount": Decimal("86.50"),
        "large": Decimal("1E+3"),
        "due": datetime(2026, 11, 16, 16, 30, tzinfo=timezone(timedelta(hours=1))),
        "on": date(2026, 11, 16),
        "id": UUID(int=5),
        "parts": (1, [True, None], MappingProxyType({"b": 1, "a": 2})),
        "status": Status.OPEN,
        "level": Level.HIGH,
        "none": None,
    }

    assert canonical(value) == (
        '{"amount":"86.50","due":"2026-11-16T15:30:00.000000Z","größe":"Größe \u2028 \\n\\"ü\\" u\u0308",'
        '"id":"00000000-0000-0000-0000-000000000005","large":"1E+3","level":3,"none":null,"on":"2026-11-16",'
        '"parts":[1,[true,null],{"a":2,"b":1}],"score":9,"status":"open"}'
    )


def test_moments_always_carry_six_decimals_and_four_digits_of_the_year():
    assert canonical(datetime(987, 1, 2, 3, 4, 5, 60, tzinfo=UTC)) == '"0987-01-02T03:04:05.000060Z"'


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (0.5, "the value is the float 0.5, which has no single text; give a Decimal or a string"),
        (float("nan"), "the float nan"),
        ({"a": [1, {"b": 2.0}]}, "the value › a › 2 › b is the float 2.0"),
        (Decimal("NaN"), "which is no number"),
        (Decimal("-Infinity"), "which is no number"),
        (b"abc", "is bytes"),
        ({1: "a"}, "has the key 1, which is no text"),
        (datetime(2026, 1, 1), "without a time zone"),  # noqa: DTZ001
        ({1, 2}, "is a set"),
        (timedelta(1), "is a timedelta"),
        ("\ud800", "lone surrogate"),
    ],
)
def test_what_has_no_single_text_is_refused_with_its_place(value, sentence):
    with pytest.raises(NotCanonical, match=sentence):
        canonical(value)


def test_a_value_that_contains_itself_is_refused():
    loop: list[object] = []
    loop.append(loop)

    with pytest.raises(NotCanonical, match="contains itself"):
        canonical(loop)


def test_the_digest_is_sha256_of_the_text_in_utf8():
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest("ß") == hashlib.sha256(b"\xc3\x9f").hexdigest()


def test_a_salted_digest_depends_on_the_salt_and_the_value():
    expected = hmac.new(SALT.encode(), b'"Cleo"', hashlib.sha256).hexdigest()

    assert salted_digest(SALT, "Cleo") == expected
    assert len({salted_digest(SALT, "Cleo"), salted_digest(SALT[::-1], "Cleo"), salted_digest(SALT, "Dan")}) == 3


def test_a_short_salt_is_refused():
    with pytest.raises(ValueError, match="has 4 characters"):
        salted_digest("salt", "Cleo")


@given(st.dictionaries(texts, json_values), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(value, random):
    items = list(value.items())
    random.shuffle(items)

    assert digest(canonical(dict(items))) == digest(canonical(value))


@given(json_values)
def test_plain_values_come_back_from_their_text(value):
    assert json.loads(canonical(value)) == value


@given(json_values, json_values)
def test_different_values_have_different_texts(one, other):
    # 1 and True are equal in Python, but not in JSON.
    assert (canonical(one) == canonical(other)) == (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )
