"""Reading vCards: every version, every program's habits; what can't be taken is named, the good cards are kept."""

from pathlib import Path

import pytest

from wellheard.ground.tests.shared_data import shared_file
from wellheard.ground.vcard import Contact, PostalAddress, Reach, contact_of, looks_like_cards, read_cards

FILES = Path(__file__).parent / "vcards"


def contacts(data: bytes) -> list[Contact]:
    return [contact_of(card) for card in read_cards(data).cards]


def card(*lines: str, version: str = "3.0") -> bytes:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()


def only(*lines: str, version: str = "3.0") -> Contact:
    (found,) = contacts(card(*lines, version=version))
    return found


def test_quoted_printable_with_soft_breaks_of_an_android_phone() -> None:
    found = read_cards((FILES / "John_Doe_ANDROID.vcf").read_bytes())
    people = [contact_of(each) for each in found.cards]

    assert (found.faults, sum(len(each.all("TEL")) for each in found.cards)) == ([], 9)
    assert [each.name for each in people] == ["", "", "Ñ Ñ Ñ Ñ Ñ", "Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ", "Ñ Ñ Ñ Ñ", "ÑÑÑÑ"]
    assert [[each.value for each in one.emails] for one in people] == [
        ["john.doe@company.com"],
        ["jane.doe@company.com"],
        [],
        [],
        ["bob@company.com", "ÑÑÑÑÑÑÑÑÑÑÑÑÑÑ"],
        ["henry@company.com"],
    ]
    assert people[4].phones == [Reach("123456", "mobile, work, work fax", is_main=True)]
    assert people[4].left_out == ["photo that can’t be read"]
    assert people[5].left_out == ["further organisations"]


def test_groups_and_their_labels_of_gmail() -> None:
    (found,) = contacts((FILES / "gmail-single2.vcf").read_bytes())

    assert [(each.value, each.use) for each in found.emails] == [
        ("email@example.com", ""),
        ("homeemail@example.com", "home"),
        ("workemail@example.com", "work"),
        ("otheremail@example.com", ""),
        ("customcategory@example.com", "CustomEmailCategory"),
    ]
    assert (len(found.phones), len(found.addresses), len(found.websites)) == (11, 5, 6)
    assert found.websites[0].value == "http://www.example1.com"
    assert [each.use for each in found.websites if each.value.endswith("4.com")] == ["HomePage"]
    assert found.notes == "note line 1\nnote line 2\nCustomField: field value"
    assert (found.organisation, found.job_title) == ("TheCompany", "TheJobTitle")


def test_labels_and_keys_of_outlook() -> None:
    (found,) = contacts((FILES / "outlook-2003.vcf").read_bytes())

    assert (found.name, found.given_name, found.family_name, found.prefix) == ("John Doe III", "John", "Doe", "Mr.")
    assert (found.organisation, found.department) == ("Company, The", "TheDepartment")
    assert found.notes == "This is the note field!!\nSecond line\n\nThird line is empty"
    assert found.phones[3] == Reach("BusinessFaxPhone", "work fax")
    assert found.addresses == [
        PostalAddress("work", "TheOffice\n123 Main St", "Austin", "TX", "12345", "United States of America")
    ]
    assert found.left_out == ["key", "birthday", "FBURL", "nickname"]


def test_parameters_of_version_4() -> None:
    (found,) = contacts((FILES / "rfc6350-example.vcf").read_bytes())

    assert (found.name, found.language) == ("Simon Perreault", "fr")
    assert found.phones == [
        Reach("+1-418-656-9254 ext. 102", "work", is_main=True),
        Reach("+1-418-262-6501", "work mobile"),
    ]
    assert found.addresses[0].lines == "Suite D2-630\n2875 Laurier"
    assert "key elsewhere (only its address)" in found.left_out


@pytest.mark.parametrize(
    ("name", "cards", "names", "emails", "phones", "photo"),
    [
        ("John_Doe_BLACK_BERRY.vcf", 1, ["John Doe"], [], 1, True),
        ("John_Doe_LOTUS_NOTES.vcf", 1, ["Mr. Doe John I Johny"], ["john.doe@ibm.com", "billy_bob@gmail.com"], 2, True),
        ("John_Doe_MS_OUTLOOK.vcf", 1, ["Mr. John Richter James Doe Sr."], ["john.doe@ibm.cm"], 2, True),
    ],
)
def test_real_cards_of_further_programs(
    name: str, cards: int, names: list[str], emails: list[str], phones: int, photo: bool
) -> None:
    found = read_cards(shared_file(f"vcards/{name}").read_bytes())
    people = [contact_of(each) for each in found.cards]

    assert (len(people), found.faults) == (cards, [])
    assert [each.name for each in people] == names
    assert [each.value for one in people for each in one.emails] == emails
    assert sum(len(each.phones) for each in people) == phones
    assert ("photo" in people[0].left_out) is photo


def test_an_address_with_escapes() -> None:
    found = only(r"FN:Ann \, Bee", r"ADR;TYPE=home:;;25 Long Road\, Floor 3\nBack;Lyon;;69001;France", "N:Bee;Ann;;;")

    assert found.name == "Ann , Bee"
    assert found.addresses == [PostalAddress("home", "25 Long Road, Floor 3\nBack", "Lyon", "", "69001", "France")]


def test_backslashes_of_the_oldest_version_stay() -> None:
    assert only(r"FN:A", r"NOTE:C:\new\;folder", version="2.1").notes == r"C:\new;folder"


def test_folded_lines_are_joined_whatever_ends_them() -> None:
    data = b"BEGIN:VCARD\nVERSION:3.0\nFN:Jos\n  Pereira\nNOTE:one\n\ttwo\nEND:VCARD\n"

    assert [(each.name, each.notes) for each in contacts(data)] == [("Jos Pereira", "onetwo")]
    assert [each.name for each in contacts(data.replace(b"\n", b"\r"))] == ["Jos Pereira"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_a_byte_order_mark_hides_nothing(encoding: str) -> None:
    data = card("FN:Žofie Ångström").decode().encode(encoding)

    assert looks_like_cards(data)
    assert [each.name for each in contacts(data)] == ["Žofie Ångström"]


def test_a_charset_is_read_as_named_and_western_windows_where_none_is() -> None:
    named = b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=ISO-8859-2:\xa9koda\r\nEND:VCARD\r\n"
    none = b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN:M\xfcller\r\nEND:VCARD\r\n"

    assert [each.name for each in contacts(named)] == ["Škoda"]
    assert [each.name for each in contacts(none)] == ["Müller"]
    assert read_cards(none).encoding == "windows-1252"


def test_an_unknown_charset_is_named_and_the_other_cards_are_kept() -> None:
    bad = b"BEGIN:VCARD\r\nVERSION:2.1\r\nEMAIL:a@b.example\r\nFN;CHARSET=KLINGON:\xff\xfe\r\nEND:VCARD\r\n"

    found = read_cards(card("FN:Good") + bad + card("FN:Also good"))

    assert [contact_of(each).name for each in found.cards] == ["Good", "Also good"]
    (fault,) = found.faults
    assert (fault.number, fault.line, fault.field, fault.name) == (2, 8, "FN", "a@b.example")
    assert fault.reason == "FN is written in “KLINGON”, which is no encoding that is known here."
    assert contacts(bad.replace(b"\xff\xfe", b"plain"))[0].name == "plain"


@pytest.mark.parametrize("charset", ["rot13", "zlib", "hex", "undefined", "../../etc/passwd", "a" * 500])
def test_codecs_that_are_no_charset_are_refused(charset: str) -> None:
    found = read_cards(f"BEGIN:VCARD\r\nFN;CHARSET={charset}:".encode() + b"\xe4\r\nEND:VCARD\r\n")

    assert (len(found.cards), len(found.faults)) == (0, 1)


def test_a_card_that_is_cut_off_is_named() -> None:
    found = read_cards(card("FN:Good") + b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Half\r\nTEL:12")

    assert len(found.cards) == 1
    assert [(each.number, each.line, each.reason, each.name) for each in found.faults] == [
        (2, 5, "The file ends before the card does: it was cut off.", "Half")
    ]


def test_a_card_without_an_end_does_not_swallow_the_next() -> None:
    found = read_cards(b"BEGIN:VCARD\r\nFN:Lost\r\n" + card("FN:Good"))

    assert [contact_of(each).name for each in found.cards] == ["Good"]
    assert found.faults[0].reason == "The card has no end: another one begins in line 3."


def test_the_card_of_an_assistant_is_not_a_contact_of_its_own() -> None:
    data = card("FN:Boss", "AGENT:", "BEGIN:VCARD", "FN:Assistant", "END:VCARD", "TEL:123", version="2.1")

    (found,) = contacts(data)
    assert (found.name, [each.value for each in found.phones]) == ("Boss", ["123"])
    assert found.left_out == ["card of an assistant"]


def test_deep_nesting_ends_in_a_fault_and_not_in_a_recursion() -> None:
    found = read_cards(b"BEGIN:VCARD\r\n" + b"AGENT:\r\nBEGIN:VCARD\r\n" * 50_000)

    assert (len(found.cards), len(found.faults)) == (0, 1)


def test_endless_folding_costs_its_card_and_no_other() -> None:
    endless = b"BEGIN:VCARD\r\nFN:Long\r\nNOTE:x\r\n" + b" xxxxxxxxx\r\n" * 600_000 + b"END:VCARD\r\n"

    found = read_cards(endless + card("FN:Good"))

    assert [contact_of(each).name for each in found.cards] == ["Good"]
    assert found.faults[0].field == "NOTE"
    assert "5,000,000 are the most" in found.faults[0].reason


def test_a_huge_photo_is_left_out_and_said() -> None:
    found = only("FN:Ann", "PHOTO;ENCODING=b;TYPE=JPEG:" + "QUJD" * 1_500_000)

    assert (found.name, found.left_out) == ("Ann", ["photo"])


def test_bad_base64_of_a_photo_costs_the_photo_alone() -> None:
    found = only("FN:Ann", "PHOTO;ENCODING=b:A", "TEL:1")

    assert (found.left_out, [each.value for each in found.phones]) == (["photo that can’t be read"], ["1"])


def test_an_indented_photo_of_outlook_does_not_spill_into_the_card() -> None:
    found = only("FN:Ann", "PHOTO;TYPE=JPEG;ENCODING=BASE64:", " /9j/4AAQ", "/9j/4AAQ", "", "TEL:1", version="2.1")

    assert (found.left_out, [each.value for each in found.phones]) == (["photo"], ["1"])


def test_nul_and_half_characters_are_marked() -> None:
    assert only("FN:A\x00b").name == "A\ufffdb"


def test_thousands_of_properties_are_refused() -> None:
    found = read_cards(card("FN:Ann", *("TEL:1" for _ in range(6_000))))

    assert (len(found.cards), found.faults[0].name) == (0, "Ann")


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\x00\xff" * 100, b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", b"\xff\xfe\x00"]
)
def test_what_is_no_card_gives_none(data: bytes) -> None:
    found = read_cards(data)

    assert (found.cards, found.faults, looks_like_cards(data)) == ([], [], False)


def test_companies_and_groups_are_told_from_people() -> None:
    assert only("FN:Acme", "ORG:Acme", "X-ABShowAs:COMPANY").is_organisation
    assert only("FN:Acme", "N:;;;;", "ORG:Acme").is_organisation
    assert only("FN:Acme", "KIND:org", version="4.0").is_organisation
    assert not only("FN:Ann Bee", "N:Bee;Ann;;;", "ORG:Acme").is_organisation
    assert only("FN:Friends", "KIND:group", version="4.0").is_group


def test_quotation_marks_in_parameters_hide_their_marks() -> None:
    found = only('TEL;TYPE="work,voice";X="a;b:c":123', "FN:Ann", version="4.0")

    assert found.phones == [Reach("123", "work")]
