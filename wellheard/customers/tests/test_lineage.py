from datetime import datetime

import pytest

from wellheard.core.models import Member, Site
from wellheard.customers.actions import add_account, add_person, affiliate, end_affiliation
from wellheard.customers.actions.duplicates import merge
from wellheard.customers.lineage import Lineage, ids_of, lineage_of
from wellheard.customers.models import Account, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def holzapfel(ana: Member, leipzig: Site, now: datetime) -> Account:
    return add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig)


@pytest.fixture
def cleo(ana: Member, holzapfel: Account, now: datetime) -> Person:
    return add_person("Cleo Holzapfel", ana, at=now, account=holzapfel)


def test_the_lineage_of_an_account_are_its_duplicates_and_those_who_speak_for_it_today(
    ana: Member, holzapfel: Account, cleo: Person, now: datetime
):
    double = add_account("Holzapfel GmbH", ana, at=now)
    marc, twin = (add_person(name, ana, at=now) for name in ("Marc", "Marc P."))
    affiliate(marc, holzapfel, ana, at=now)
    merge("person", marc.pk, twin.pk, ana, at=now)
    merge("account", holzapfel.pk, double.pk, ana, at=now)

    assert ids_of(holzapfel) == (holzapfel.pk, double.pk)
    assert lineage_of(holzapfel) == Lineage((holzapfel.pk, double.pk), (cleo.pk, marc.pk, twin.pk))
    assert lineage_of(marc) == Lineage((), (marc.pk, twin.pk))


def test_who_has_left_an_account_is_no_longer_part_of_it(ana: Member, holzapfel: Account, cleo: Person, now: datetime):
    town = add_account("Stadt Halle", ana, at=now)
    spoke = affiliate(cleo, town, ana, at=now)
    assert lineage_of(town).people == (cleo.pk,)

    end_affiliation(spoke, ana, at=now)

    assert lineage_of(town).people == ()
