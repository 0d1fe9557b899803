"""The organisation's own fields, and their values."""

from datetime import date, datetime
from typing import Any

import pytest

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member
from wellheard.customers.actions import (
    add_account,
    add_person,
    change_account,
    change_field,
    define_field,
    retire_field,
    use_field_again,
)
from wellheard.customers.models import Account, CustomField

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("value_type", "given", "kept"),
    [
        ("text", "  two words ", "two words"),
        ("number", "12,5", 12.5),
        ("number", "1 200", 1200),
        ("number", -3, -3),
        ("date", date(2026, 2, 28), "2026-02-28"),
        ("date", "2026-02-28", "2026-02-28"),
        ("yes_no", "Yes", True),
        ("yes_no", False, False),
        ("choice", "GOLD", "gold"),
    ],
)
def test_values_are_kept_by_type(value_type: str, given: Any, kept: Any, ana: Member, now: datetime):
    define_field("account", "Own", value_type, ana, at=now, choices="gold\nsilver")

    account = add_account("Acme", ana, at=now, custom={"own": given})

    account.refresh_from_db()
    assert account.custom == {"own": kept}
    change_account(account, ana, at=now, custom={"own": ""})
    assert Account.objects.get().custom == {}


@pytest.mark.parametrize(
    ("value_type", "given"),
    [
        ("number", "twelve"),
        ("number", "NaN"),
        ("number", "1e99"),
        ("number", "9" * 5000),
        ("number", True),
        ("date", "28.02.2026"),
        ("date", "2026-02-30"),
        ("yes_no", "perhaps"),
        ("choice", "bronze"),
        ("text", "x" * 2001),
        ("text", "x\x00"),
    ],
)
def test_what_does_not_fit_is_refused_and_named(value_type: str, given: Any, ana: Member, now: datetime):
    define_field("person", "Own", value_type, ana, at=now, choices=["gold", "silver"])

    with pytest.raises(Refusal) as refused:
        add_person("Jane", ana, at=now, custom={"own": given})

    assert refused.value.field in {"custom_own", "custom"}


def test_only_the_keys_given_change(ana: Member, now: datetime):
    for name in ("One", "Two"):
        define_field("account", name, "text", ana, at=now)
    account = add_account("Acme", ana, at=now, custom={"one": "1", "two": "2"})

    change_account(account, ana, at=now, custom={"two": "3"})

    assert Account.objects.get().custom == {"one": "1", "two": "3"}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Customer number", "customer-number"),
        ("2024", "field-2024"),
        ("客户等级", "field"),
        ("  Größe_x ", "groe-x"),
    ],
)
def test_keys_are_read_from_names_and_never_look_like_numbers(name: str, key: str, ana: Member, now: datetime):
    made = define_field("account", name, "text", ana, at=now)

    account = add_account("Acme", ana, at=now, custom={made.key: "x"})
    found = Account.objects.filter(**{f"custom__{made.key}": "x"})
    assert (made.key.startswith(key[:5]), list(found)) == (True, [account])


def test_names_are_unique_among_the_fields_in_use(ana: Member, now: datetime):
    first = define_field("account", "Size", "text", ana, at=now)
    with pytest.raises(Refusal, match="already"):
        define_field("account", "size", "text", ana, at=now)
    define_field("person", "Size", "text", ana, at=now)
    retire_field(first, ana, at=now)

    assert define_field("account", "Size", "number", ana, at=now).key == "size-2"


def test_a_retired_field_keeps_its_values_and_takes_no_new_ones(ana: Member, now: datetime):
    made = define_field("account", "Size", "text", ana, at=now)
    account = add_account("Acme", ana, at=now, custom={"size": "L"})
    retire_field(made, ana, at=now)

    change_account(account, ana, at=now, custom={"size": "L"}, city="Halle")
    with pytest.raises(Refusal, match="no longer used"):
        change_account(account, ana, at=now, custom={"size": "M"})

    assert Account.objects.get().custom == {"size": "L"}
    use_field_again(made, ana, at=now)
    change_account(account, ana, at=now, custom={"size": "M"})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"about": "case"}, "about"),
        ({"name": " "}, "name"),
        ({"value_type": "colour"}, "value_type"),
        ({"value_type": "choice", "choices": "one"}, "choices"),
        ({"value_type": "choice", "choices": [str(n) for n in range(300)]}, "choices"),
        ({"name": "x" * 200}, "name"),
    ],
)
def test_a_field_that_can_not_be_is_refused(values: dict[str, Any], field: str, ana: Member, now: datetime):
    with pytest.raises(Refusal) as refused:
        define_field(**({"about": "account", "name": "Own", "value_type": "text"} | values), by=ana, at=now)

    assert refused.value.field == field
    assert not CustomField.objects.exists()


def test_who_defines_fields(ben: Member, auditor: Member, ana: Member, now: datetime):
    made = define_field("account", "Size", "choice", ana, at=now, choices="S\nM")
    change_field(made, ana, at=now, name="Height", choices="S\nM\nL", help_words="of the gate")

    assert (made.key, made.choices) == ("size", ["S", "M", "L"])
    for member in (ben, auditor):
        with pytest.raises(NotAllowed):
            retire_field(made, member, at=now)
