"""Cleo is a customer: she looks after purchasing at Gärtnerei Holzapfel, whose account is Ben's."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from wellheard.core.models import Member, Organisation, Site
from wellheard.customers.actions import add_account, add_person, add_segment
from wellheard.customers.models import Account, Person
from wellheard.feedback.actions import hear
from wellheard.feedback.models import Statement

Hearing = Callable[..., Statement]


@pytest.fixture
def holzapfel(ana: Member, ben: Member, leipzig: Site, organisation: Organisation, now: datetime) -> Account:
    segment = add_segment("Landscapers", ana, at=now)
    return add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig, owner=ben, segment=segment)


@pytest.fixture
def cleo(ana: Member, holzapfel: Account, now: datetime) -> Person:
    return add_person("Cleo Holzapfel", ana, at=now, email="cleo@holzapfel.example", account=holzapfel, language="de")


@pytest.fixture
def heard(ana: Member, now: datetime) -> Hearing:
    """`heard("Nobody picks up", rating=2)`: something that a customer said, now and by phone unless told otherwise."""

    def hear_it(verbatim: str = "Nobody picks up.", **details: Any) -> Statement:
        given: dict[str, Any] = {"by": ana, "at": now, "source": "phone", "heard_at": now} | details
        if given.get("rating") is not None:
            given.setdefault("rating_scale", "nps")
        return hear(verbatim, given.pop("by"), **given)

    return hear_it
