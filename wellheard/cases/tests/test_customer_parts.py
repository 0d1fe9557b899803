from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from wellheard.cases.actions import open_case
from wellheard.cases.customer_parts import complaints_of
from wellheard.core.models import Member, Site
from wellheard.customers.actions import add_account, add_person
from wellheard.customers.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def holzapfel(ana: Member, leipzig: Site, now: datetime) -> Account:
    return add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig)


def test_without_complaints_nothing_is_said(ana: Member, holzapfel: Account):
    assert complaints_of(holzapfel, ana) is None


def test_complaints_of_the_last_year_are_counted_with_their_base(
    ana: Member, ben: Member, dan: Member, holzapfel: Account, leipzig: Site, arranging, now: datetime
):
    lately = timezone.now() - timedelta(days=20)
    cleo = add_person("Cleo", ana, at=now, account=holzapfel)
    cases = [
        open_case(f"Drips {number}", ana, at=lately, site=leipzig, owner=ben, account=holzapfel, person=cleo)
        for number in range(3)
    ]
    open_case("Long ago", ana, at=lately - timedelta(days=400), site=leipzig, owner=ben, account=holzapfel)
    open_case("How?", ana, at=lately, site=leipzig, owner=ben, account=holzapfel, kind="question")
    with arranging():
        for case, late, finding in ((cases[0], 0, "upheld"), (cases[1], 1, "not_upheld")):
            case.answered_at, case.finding = case.answer_due + timedelta(minutes=late), finding
            case.save()

    found = complaints_of(holzapfel, ana)

    assert found == {
        "facts": [
            {"label": "In 12 months", "value": "Three complaints"},
            {"label": "Answered in time", "value": "1 of 2"},
            {"label": "They were right", "value": "1 of 2, at least partly"},
        ]
    }
    assert complaints_of(cleo, ana) is not None
    assert complaints_of(holzapfel, dan) is None
