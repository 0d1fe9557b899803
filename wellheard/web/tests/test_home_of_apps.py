"""What the apps bring to the home page, in a house where nothing has happened yet and in one where something has."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from wellheard.core.models import Member
from wellheard.feedback.actions import handle, hear
from wellheard.feedback.home import heard, told
from wellheard.improvement.home import judged, worked

pytestmark = pytest.mark.pages


def test_nothing_is_counted_where_nothing_happened(ana: Member, now: datetime):
    assert (heard(ana, now), worked(ana, now), list(told(ana, now)), list(judged(ana, now))) == (None, None, [], [])


def test_what_was_heard_is_counted_with_what_was_looked_after(
    ana: Member, dan: Member, now: datetime, signed_in: Callable[[Member], Client]
):
    first = hear("It came late.", ana, at=now, source="phone", heard_at=now)
    hear("It came in time.", ana, at=now, source="phone", heard_at=now)
    handle(first, ana, at=now)

    item = heard(ana, now)

    assert item is not None
    assert item.value == "1 of 2"
    assert heard(dan, now) is None
    assert signed_in(ana).get("/").status_code == 200
