"""Causes and actions that name somebody who is erased."""

from datetime import datetime

import pytest

from wellheard.conftest import Arranging
from wellheard.core.models import Member, TrailPersonal
from wellheard.core.trail.verify import verify
from wellheard.customers.actions import add_person
from wellheard.customers.actions.privacy import check_identity, erase, erase_on, offered, receive_request
from wellheard.customers.models import Person
from wellheard.ground.text.removing import REMOVED
from wellheard.improvement.models import CauseAnalysis, CorrectiveAction

pytestmark = pytest.mark.django_db


@pytest.fixture
def cleo(ana: Member, now: datetime) -> Person:
    return add_person("Cleo Winter", ana, at=now, email="cleo@winter.example")


@pytest.mark.parametrize("is_chosen", [False, True])
def test_names_go_and_chosen_texts_go_whole(
    is_chosen: bool,
    cleo: Person,
    analysis: CauseAnalysis,
    proposed: CorrectiveAction,
    ana: Member,
    now: datetime,
    arranging: Arranging,
):
    with arranging():
        analysis.problem = "Cleo Winter says that her taps leak."
        analysis.save()
    title, other = analysis.title, proposed.title
    request = check_identity(receive_request(cleo, "erasure", ana, at=now), "By phone.", ana, at=now)
    key = f"improvement.causeanalysis:{analysis.pk}"
    assert offered([cleo.pk]) == {key}

    erase_on(erase(request, ana, at=now, chosen=[key] if is_chosen else []), at=now)

    analysis.refresh_from_db()
    proposed.refresh_from_db()
    assert analysis.problem == (REMOVED if is_chosen else f"{REMOVED} says that her taps leak.")
    assert (analysis.title, proposed.title) == (title, other)
    assert not TrailPersonal.objects.filter(value__contains="Winter").exists()
    assert verify().ok
