import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellheard.ground.phones import read_phone


@pytest.mark.parametrize(
    ("written", "country", "key", "extension"),
    [
        ("+49 341 1234567", "", "+493411234567", ""),
        ("0049 (341) 123-45-67", "", "+493411234567", ""),
        ("0341/1234567", "DE", "+493411234567", ""),
        ("0341 1234567 ext. 89", "de", "+493411234567", "89"),
        ("0341 1234567 x89", "DE", "+493411234567", "89"),
        ("04 72 00 00 01", "FR", "+33472000001", ""),
        ("04 72 00 00 01 poste 12", "FR", "+33472000001", "12"),
        ("0341 1234567, Durchwahl 89", "DE", "+493411234567", "89"),
        ("0341 1234567 DW: 89", "DE", "+493411234567", "89"),
        ("0341 1234567 (App. 89)", "DE", "+493411234567", "89"),
        ("(212) 555-0123 ext 4", "US", "+12125550123", "4"),
        ("=+493411234567", "", "+493411234567", ""),
        ("\u202a+49\u00a0341\u00a01234567\u202c", "", "+493411234567", ""),
        ("\uff0b49 341 1234567", "", "+493411234567", ""),
    ],
)
def test_the_same_number_is_found_however_it_is_written(written: str, country: str, key: str, extension: str):
    phone = read_phone(written, country)

    assert (phone.key, phone.extension, phone.is_valid) == (key, extension, True)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("111-222-3333", "1112223333"),
        ("026185", "026185"),
        ("4.93E+11", "49311"),
        ("call the workshop", "call the workshop"),
        ("", ""),
        ("+", "+"),
        ("+49", "49"),
        ("9" * 400, "9" * 400),
    ],
)
def test_what_is_no_number_is_kept_and_marked(written: str, key: str):
    phone = read_phone(written)

    assert (phone.key, phone.is_valid) == (key, False)


def test_a_country_that_there_is_not_hides_no_number():
    assert read_phone("+49 341 1234567", "XX").key == "+493411234567"
    assert read_phone("0341 1234567", "XX").is_valid is False


@given(st.text(max_size=60), st.sampled_from(["", "DE", "FR", "US", "xx"]))
def test_it_never_raises_and_its_key_can_be_kept(written: str, country: str):
    phone = read_phone(written, country)

    assert "\x00" not in phone.key
    assert not phone.is_valid or phone.key.startswith("+")
