"""What a change to a customer must not do: take somebody else's address, or leave what its author looks after."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, Site
from wellheard.customers.actions import (
    add_account,
    add_person,
    change_account,
    change_person,
    directory,
    reaching,
    upsert_person,
)
from wellheard.customers.actions.directory import person_for
from wellheard.customers.models import Account, ContactPoint, Person

pytestmark = pytest.mark.django_db

KATRIN = "katrin@holzapfel.example"


@pytest.fixture
def looked_too_early(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The first question whether an address is taken was asked before the other's transaction ended."""
    asked: list[Any] = []
    really = reaching.refuse_taken_address

    def refuse(*args: Any, **kwargs: Any) -> None:
        asked.append(args)
        if len(asked) > 1:
            really(*args, **kwargs)

    for module in (directory, reaching):
        monkeypatch.setattr(module, "refuse_taken_address", refuse)
    return asked


def test_who_adds_an_address_at_the_same_moment_is_told_whose_it_is(
    ana: Member, now: datetime, request: pytest.FixtureRequest
):
    add_person("Katrin Holzapfel", ana, at=now, email=KATRIN)
    request.getfixturevalue("looked_too_early")

    with pytest.raises(Refusal, match="already belongs to Katrin Holzapfel") as refused:
        add_person("Someone", ana, at=now, email=KATRIN.upper())

    assert (refused.value.field, refused.value.code) == ("email", "taken_address")
    assert [*Person.objects.order_by("pk").values_list("name", flat=True)] == ["Katrin Holzapfel"]


def test_who_changes_an_address_at_the_same_moment_is_told_whose_it_is(
    ana: Member, now: datetime, request: pytest.FixtureRequest
):
    add_person("Katrin Holzapfel", ana, at=now, email=KATRIN)
    other = add_person("Someone", ana, at=now, email="someone@holzapfel.example")
    request.getfixturevalue("looked_too_early")

    with pytest.raises(Refusal, match="already belongs to Katrin Holzapfel"):
        change_person(other, ana, at=now, email=KATRIN)

    assert Person.objects.get(pk=other.pk).email == "someone@holzapfel.example"
    assert [*ContactPoint.objects.filter(person=other).values_list("value", flat=True)] == ["someone@holzapfel.example"]


def test_who_notes_a_further_address_at_the_same_moment_is_told_whose_it_is(
    ana: Member, now: datetime, request: pytest.FixtureRequest
):
    add_person("Katrin Holzapfel", ana, at=now, email=KATRIN)
    other = add_person("Someone", ana, at=now)
    request.getfixturevalue("looked_too_early")
    only_hers = ContactPoint.objects.none()
    request.getfixturevalue("monkeypatch").setattr(reaching, "others_with", lambda *_: only_hers)

    with pytest.raises(Refusal, match="already belongs to Katrin Holzapfel") as refused:
        reaching.note_contact_point(other, "email", KATRIN, ana, at=now)

    assert refused.value.field == "value"


@pytest.mark.parametrize("find", ["person_for", "upsert_person"])
def test_whoever_was_added_at_the_same_moment_is_found_by_the_second_look(
    find: str, ana: Member, now: datetime, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
):
    katrin = add_person("Katrin Holzapfel", ana, at=now, email=KATRIN)
    request.getfixturevalue("looked_too_early")
    really, looked = directory.known_person, []

    def known(*args: Any, **kwargs: Any) -> tuple[Person | None, bool]:
        looked.append(args)
        return (None, False) if len(looked) <= (1 if find == "person_for" else 2) else really(*args, **kwargs)

    monkeypatch.setattr("wellheard.customers.actions.directory.known_person", known)
    monkeypatch.setattr("wellheard.customers.actions.upserting.known_person", known)

    found = (
        person_for(KATRIN, "Katrin", ana, at=now)
        if find == "person_for"
        else upsert_person("", "", {"email": KATRIN}, ana, at=now, key="email").record
    )

    assert (found, Person.objects.count()) == (katrin, 1)


@pytest.mark.parametrize(("add", "change"), [(add_account, change_account), (add_person, change_person)])
def test_nobody_moves_a_customer_to_a_site_that_they_dont_look_after(
    add: Callable[..., Account | Person],
    change: Callable[..., object],
    ana: Member,
    ben: Member,
    leipzig: Site,
    lyon: Site,
    now: datetime,
):
    record = add("Holzapfel", ana, at=now, site=leipzig)

    with pytest.raises(NotAllowed) as refused:
        change(record, ben, at=now, site=lyon)

    record.refresh_from_db()
    assert (record.site, refused.value.field) == (leipzig, "site")
    change(record, ana, at=now, site=lyon)
    assert record.site == lyon
