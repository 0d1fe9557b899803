from collections.abc import Callable
from datetime import datetime

import pytest
from django.template import engines
from django.test import Client

from wellheard.core.models import Member, Organisation
from wellheard.customers import parts
from wellheard.customers.actions import add_account
from wellheard.customers.parts import Part, parts_for, register_part
from wellheard.customers.templatetags import customer_parts

pytestmark = [pytest.mark.pages, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def no_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_parts", {})


def test_parts_stand_in_their_order_and_only_when_they_have_something_to_say(
    ana: Member, organisation: Organisation, now: datetime
):
    account = add_account("Holzapfel", ana, at=now)
    register_part(Part("b", "Later", lambda record, member: {}, "b.html", order=20))
    register_part(Part("a", "Silent", lambda record, member: None, "a.html"))
    register_part(Part("c", "First", lambda record, member: {"number": 3}, "c.html", order=10))
    register_part(Part("d", "Beside", lambda record, member: {}, "d.html", place="aside"))

    assert [(each["title"], each["context"]) for each in parts_for(account, ana, "story")] == [
        ("First", {"number": 3}),
        ("Later", {}),
    ]
    assert [each["title"] for each in parts_for(account, ana, "aside")] == ["Beside"]


@pytest.mark.parametrize("place", ["story", "aside", "foot"])
def test_a_part_is_drawn_with_its_own_names(
    place: parts.Place,
    ana: Member,
    organisation: Organisation,
    now: datetime,
    signed_in: Callable[[Member], Client],
    monkeypatch: pytest.MonkeyPatch,
):
    account = add_account("Holzapfel", ana, at=now)
    drawn = engines["django"].from_string("{{ what }}, mostly, says {{ member.name }}.")
    monkeypatch.setattr(customer_parts, "get_template", {"x.html": drawn}.__getitem__)
    register_part(Part("x", "What they buy", lambda record, member: {"what": "Taps"}, "x.html", place))

    page = signed_in(ana).get(account.get_absolute_url()).content.decode()

    assert ("What they buy" in page, "Taps, mostly, says Ana Brandt." in page) == (True, True)
