"""People who were noted before there were contact points."""

from datetime import datetime

import pytest

from wellheard.conftest import Arranging
from wellheard.core.actors import Public
from wellheard.core.models import Member, TrailEntry
from wellheard.customers.actions import add_account, person_for
from wellheard.customers.jobs.directory import reach_everybody
from wellheard.customers.models import Person

pytestmark = pytest.mark.django_db


def test_whoever_was_noted_before_is_found_by_their_address(ana: Member, now: datetime, arranging: Arranging):
    account = add_account("Acme", ana, at=now, country="DE")
    with arranging():
        old = Person(name="Katrin", email="katrin@acme.example", phone="0341 1234567", account=account)
        old.save()
        Person(name="Blank", phone=" ").save()

    reach_everybody()
    entries = TrailEntry.objects.count()
    reach_everybody()

    assert person_for("KATRIN@acme.example", "", Public(), at=now) == old
    assert old.affiliations.get().is_main is True
    assert sorted(old.contact_points.values_list("key", flat=True)) == ["+493411234567", "katrin@acme.example"]
    assert TrailEntry.objects.count() == entries
