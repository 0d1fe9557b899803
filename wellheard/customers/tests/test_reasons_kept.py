"""Reasons are kept as they were written, or refused with the field: never cut in silence."""

from collections.abc import Callable
from datetime import datetime

import pytest

from wellheard.core.errors import Refusal
from wellheard.core.models import Member
from wellheard.customers.actions import add_person
from wellheard.customers.actions.duplicates import keep_apart, merge, undo_merge
from wellheard.customers.actions.privacy import (
    check_identity,
    lift_hold,
    receive_request,
    set_hold,
    set_retention,
)
from wellheard.customers.models import DuplicatePair, Person

pytestmark = pytest.mark.django_db
LONG = "x" * 501
Attempt = Callable[[str], object]


@pytest.fixture
def attempts(admin: Member, now: datetime) -> dict[str, Attempt]:
    """What takes a reason, each asked with one."""
    cleo, finn, jo = (add_person(name, admin, at=now) for name in ("Cleo Winter", "Finn Sommer", "Jo Kern"))
    merged = merge("person", cleo.pk, jo.pk, admin, at=now)
    request, hold = receive_request(finn, "access", admin, at=now), set_hold(finn, "A court asks.", admin, at=now)

    def apart(reason: str) -> object:
        pair = DuplicatePair(about="person", first_id=cleo.pk, second_id=finn.pk, likeness=80, found_at=now)
        return keep_apart(pair, admin, at=now, reason=reason)

    def received(reason: str) -> object:
        return receive_request(Person.objects.get(pk=cleo.pk), "access", admin, at=now, identity_checked=reason)

    return {
        "apart": apart,
        "undo": lambda reason: undo_merge(merged, admin, at=now, reason=reason),
        "received": received,
        "checked": lambda reason: check_identity(request, reason, admin, at=now),
        "hold": lambda reason: set_hold(finn, reason, admin, at=now),
        "lifted": lambda reason: lift_hold(hold, admin, at=now, reason=reason),
        "retention": lambda reason: set_retention(
            "customers.conversations", admin, at=now, months=12, is_on=True, ground=reason
        ),
    }


@pytest.mark.parametrize(
    ("which", "field"),
    [
        ("apart", "reason"),
        ("undo", "reason"),
        ("received", "identity_checked"),
        ("checked", "how"),
        ("hold", "reason"),
        ("lifted", "reason"),
        ("retention", "ground"),
    ],
)
def test_a_reason_is_refused_rather_than_cut(which: str, field: str, attempts: dict[str, Attempt]):
    with pytest.raises(Refusal, match="501 characters; 500 is the most") as refused:
        attempts[which](LONG)

    assert refused.value.field == field
    attempts[which](f" {LONG[1:]} ")
