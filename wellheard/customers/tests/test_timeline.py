from datetime import datetime, timedelta

import pytest

from wellheard.core.actors import Actor
from wellheard.core.models import Member
from wellheard.customers import timeline
from wellheard.customers.actions import add_account
from wellheard.customers.models import Account, Person
from wellheard.customers.timeline import TimelineItem

pytestmark = pytest.mark.django_db


def test_the_timeline_joins_what_its_sources_know_newest_first(
    ana: Member, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    account = add_account("Holzapfel", ana, at=now)
    older = TimelineItem(now - timedelta(days=2), "complained", actor="Katrin", heard=True)
    newer = TimelineItem(now, "was called")
    asked: list[tuple[object, object]] = []

    def first(record: Account | Person, actor: Actor) -> list[TimelineItem]:
        asked.append((record, actor))
        return [older]

    monkeypatch.setattr(timeline, "_sources", [])
    timeline.register_source(first)
    timeline.register_source(first)
    timeline.register_source(lambda record, actor: [newer])

    assert timeline.timeline_of(account, ana) == [newer, older]
    assert asked == [(account, ana)]
