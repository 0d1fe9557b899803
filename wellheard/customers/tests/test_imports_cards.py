"""Contacts from vCards, as real programs write them."""

from datetime import datetime, timedelta

import pytest

from wellheard.core.models import Member
from wellheard.core.models.trail import TrailEntry
from wellheard.customers.models import Person
from wellheard.customers.tests.importing import Bring, bringing, counts
from wellheard.ground.tests.shared_data import shared_file


@pytest.fixture
def bring(ana: Member, now: datetime) -> Bring:
    return bringing(ana, now)


@pytest.mark.parametrize(
    ("name", "created", "first"),
    [
        ("John_Doe_ANDROID.vcf", {"people": 6, "accounts": 2}, "john.doe@company.com"),
        ("John_Doe_BLACK_BERRY.vcf", {"people": 1, "accounts": 1}, "John Doe"),
        ("John_Doe_LOTUS_NOTES.vcf", {"people": 1, "accounts": 1}, "Mr. Doe John I Johny"),
        ("John_Doe_MS_OUTLOOK.vcf", {"people": 1, "accounts": 1}, "Mr. John Richter James Doe Sr."),
        ("gmail-single2.vcf", {"people": 1, "accounts": 1}, "VCard Test"),
        ("outlook-2003.vcf", {"people": 1, "accounts": 1}, "John Doe III"),
        ("rfc6350-example.vcf", {"people": 1, "accounts": 1}, "Simon Perreault"),
    ],
)
def test_cards_of_real_programs(bring: Bring, name: str, created: dict[str, int], first: str) -> None:
    batch = bring(shared_file(f"vcards/{name}").read_bytes(), name)

    assert (batch.format, batch.created, batch.rejected) == ("vcard", created, [])
    assert str(Person.objects.order_by("pk").first()) == first


def test_what_a_card_holds_is_kept_and_its_photo_said(bring: Bring) -> None:
    bring(shared_file("vcards/gmail-single2.vcf").read_bytes(), "a.vcf")
    lotus = bring(shared_file("vcards/John_Doe_LOTUS_NOTES.vcf").read_bytes(), "b.vcf")

    test = Person.objects.get(name="VCard Test")
    assert test.contact_points.filter(what="phone").count() == 11
    assert test.contact_points.get(key="customcategory@example.com").use == "CustomEmailCategory"
    assert (test.addresses.count(), test.contact_points.filter(what="website").count()) == (5, 6)
    assert lotus.left_out["photo, on a card"] == 1
    assert lotus.left_out["birthday, on a card"] == 1


def test_bad_cards_are_named_and_the_good_ones_kept(bring: Bring) -> None:
    good = "BEGIN:VCARD\nVERSION:3.0\nFN:Good\nEND:VCARD\n"

    batch = bring(good + "BEGIN:VCARD\nVERSION:3.0\nNOTE:nobody\nEND:VCARD\n" + "BEGIN:VCARD\nFN:Half\n", "c.vcf")

    assert batch.verdicts == {"created": 1, "changed": 0, "same": 0, "rejected": 2}
    assert batch.rejected == [
        {
            "row": 2,
            "field": "FN",
            "reason": "Nobody is named on this card: there is no name, no address and no number.",
        },
        {
            "row": 3,
            "field": "END",
            "reason": "Line 9: The file ends before the card does: it was cut off. (the card of Half)",
        },
    ]


@pytest.mark.parametrize("name", ["gmail-single2.vcf", "John_Doe_ANDROID.vcf", "outlook-2003.vcf"])
def test_the_second_import_of_cards_changes_nothing(now: datetime, bring: Bring, name: str) -> None:
    data = shared_file(f"vcards/{name}").read_bytes()
    bring(data, name)
    before = counts()

    batch = bring(data, name, at=now + timedelta(minutes=1))

    assert (batch.verdicts["created"], batch.verdicts["changed"], counts()) == (0, 0, before)
    assert not TrailEntry.objects.filter(kind="customers.person", at__gt=now).exists()
