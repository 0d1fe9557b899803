"""A merge leaves each customer with one main way of each sort, no group within itself, and nothing chosen unseen."""

from datetime import datetime

import pytest

from wellheard.core.models import Member
from wellheard.customers.actions import add_account, add_person, change_account, define_field, note_contact_point
from wellheard.customers.actions.duplicates import merge, undo_merge
from wellheard.customers.merging.planning import planned
from wellheard.customers.models import Account, Person

pytestmark = pytest.mark.django_db


def points(owner: Account | Person) -> list[tuple[str, bool, bool]]:
    return list(owner.contact_points.order_by("pk").values_list("value", "is_main", "is_former"))


def test_a_merged_account_has_one_main_number_and_website(ana: Member, now: datetime):
    one, two = (add_account(name, ana, at=now) for name in ("Saaleblick", "Saale Blick"))
    for firm, number in ((one, "1"), (two, "2")):
        note_contact_point(firm, "phone", f"+49 345 210123{number}", ana, at=now)
        note_contact_point(firm, "website", f"saaleblick{number}.example", ana, at=now)
    before = [points(one), points(two)]
    made = merge("account", one.pk, two.pk, ana, at=now)

    assert [value for value, is_main, _ in points(one) if is_main] == ["+49 345 2101231", "saaleblick1.example"]
    assert not any(is_former for _, _, is_former in points(one))
    undo_merge(made, ana, at=now, reason="two firms")
    assert [points(one), points(two)] == before


def test_an_account_takes_the_main_number_of_the_other_where_it_has_none(ana: Member, now: datetime):
    one, two = (add_account(name, ana, at=now) for name in ("Saaleblick", "Saale Blick"))
    note_contact_point(two, "phone", "+49 345 2101232", ana, at=now)
    merge("account", one.pk, two.pk, ana, at=now)
    assert points(one) == [("+49 345 2101232", True, False)]


def test_a_merged_person_keeps_a_main_website_and_a_number_that_is_read_elsewhere(ana: Member, now: datetime):
    swiss, german = (add_account(code, ana, at=now, country=code) for code in ("CH", "DE"))
    one = add_person("Jo Kern", ana, at=now, phone="044 668 18 00", account=swiss)
    two = add_person("J. Kern", ana, at=now, account=german)
    note_contact_point(one, "website", "kern.example", ana, at=now)
    merge("person", one.pk, two.pk, ana, at=now, choices={"account": "gone"})
    assert [(value, is_main) for value, is_main, _ in points(one)] == [("044 668 18 00", True), ("kern.example", True)]


@pytest.mark.parametrize("above", ["kept", "gone"])
def test_a_merge_makes_no_ring_of_groups(above: str, ana: Member, now: datetime):
    top = add_account("Top", ana, at=now)
    middle = add_account("Middle", ana, at=now, parent=top)
    low = add_account("Low", ana, at=now, parent=middle)
    kept, gone = (top, low) if above == "kept" else (low, top)
    merge("account", kept.pk, gone.pk, ana, at=now)

    kept = Account.objects.get(pk=kept.pk)
    middle = Account.objects.get(pk=middle.pk)
    assert (kept.parent_id, middle.parent_id) == (None, kept.pk)
    change_account(kept, ana, at=now, notes="can be changed")
    change_account(middle, ana, at=now, notes="can be changed")


def test_two_values_of_an_own_field_are_a_choice(ana: Member, now: datetime):
    define_field("account", "Contract", "text", ana, at=now)
    one = add_account("Saaleblick", ana, at=now, custom={"contract": "A-1"})
    two = add_account("Saale Blick", ana, at=now, custom={"contract": "B-2"})
    lines = {line.key: line for line in planned(one, two).lines}
    assert (lines["custom.contract"].title, lines["custom.contract"].kept, lines["custom.contract"].gone) == (
        "Contract",
        "A-1",
        "B-2",
    )
    merge("account", one.pk, two.pk, ana, at=now, choices={"custom.contract": "gone"})
    assert Account.objects.get(pk=one.pk).custom == {"contract": "B-2"}


def test_two_extensions_of_one_number_both_come_along(ana: Member, now: datetime):
    one = add_person("Jo Kern", ana, at=now, phone="+49 345 2101234 ext. 12")
    two = add_person("J. Kern", ana, at=now, phone="+49 345 2101234 ext. 34")
    merge("person", one.pk, two.pk, ana, at=now)
    assert list(one.contact_points.order_by("pk").values_list("extension", "is_main")) == [("12", True), ("34", False)]
