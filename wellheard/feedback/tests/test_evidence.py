from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from wellheard.core.models import Member, Site
from wellheard.customers.models import Account, Person
from wellheard.evidence.collectors import collectors_of, rules_of
from wellheard.feedback.actions import add_voice, handle, publish, tell_everyone, write_notice
from wellheard.feedback.indicators import STATEMENTS
from wellheard.feedback.tests.conftest import Hearing
from wellheard.ground.effectiveness import Observation
from wellheard.improvement.actions import open_action
from wellheard.measures import catalogue

pytestmark = pytest.mark.django_db

TEXTS = {"en": {"headline": "The tap is at the front", "said": "I cannot reach it.", "did": "We moved it."}}
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def collector(slug: str, key: str) -> Callable[..., Any]:
    return next(each.collect for each in collectors_of(slug) if each.key == key)


def rule(slug: str, name: str) -> Callable[..., Any]:
    return next(each.find for each in rules_of(slug) if each.id == name)


def test_what_was_heard_is_evidence_on_the_day_it_was_said(
    heard: Hearing, auditor: Member, dan: Member, leipzig: Site, lyon: Site, now: datetime
):
    midnight = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    first = heard(site=leipzig, heard_at=midnight)
    second = heard(site=lyon)
    collect = collector("perception.monitor", "feedback.heard")

    items = list(collect(None, *YEAR, auditor))

    assert [(item.record_id, item.on, item.received_at) for item in items] == [
        (first.pk, date(2026, 7, 1), now),
        (second.pk, date(2026, 11, 16), now),
    ]
    assert items[0].digest == first.fingerprint()
    assert [item.record_id for item in collect(lyon.pk, *YEAR, auditor)] == [second.pk]
    assert [item.record_id for item in collect(None, date(2026, 7, 1), date(2026, 7, 1), auditor)] == [first.pk]
    assert list(collect(None, *YEAR, dan)) == []


def test_what_was_told_is_evidence_and_what_was_not_is_a_gap(
    heard: Hearing, ana: Member, auditor: Member, cleo: Person, now: datetime
):
    action = open_action("Move the tap", "To the front.", ana, at=now)
    add_voice(heard(person=cleo), action, ana, at=now)
    notice = publish(write_notice(action, TEXTS, "worked", ana, at=now), ana, at=now)
    collect = collector("communication.feedback", "feedback.told")
    gaps = rule("communication.feedback", "G8.2.1-told")

    untold = [gap.record_id for gap in gaps(*YEAR, auditor)]
    tell_everyone(notice, ana, at=now)

    assert [item.label for item in collect(None, *YEAR, auditor)] == ["The tap is at the front: 1 person told"]
    assert (untold, list(gaps(*YEAR, auditor))) == ([notice.pk], [])


def test_an_unhappy_customer_without_an_answer_after_two_days_is_a_gap(
    heard: Hearing,
    ana: Member,
    ben: Member,
    auditor: Member,
    holzapfel: Account,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("wellheard.feedback.evidence.timezone.localdate", lambda **_: now.date())
    late = heard(rating=2, account=holzapfel, heard_at=now - timedelta(days=2))
    heard(rating=2, heard_at=now)
    heard(rating=9, heard_at=now - timedelta(days=9))
    handle(heard(rating=2, heard_at=now - timedelta(days=9)), ana, at=now)
    gaps = rule("perception.monitor", "G9.1.2-4")

    (gap,) = gaps(date(2026, 1, 1), now.date(), auditor)
    assert list(gaps(date(2026, 1, 1), date(2026, 12, 31), auditor)) == [gap]  # what was said today has still time
    assert list(gaps(date(1, 1, 1), date(9999, 12, 31), auditor)) == [gap]

    assert (gap.record_id, gap.owner, gap.due) == (late.pk, "Ben Okafor", date(2026, 11, 16))
    assert gap.sentence == "Gärtnerei Holzapfel gave 2 out of 10 and nobody has looked after it."


def test_statements_are_counted_by_the_month_of_the_site(heard: Hearing, leipzig: Site, lyon: Site):
    heard(site=leipzig, heard_at=datetime(2026, 8, 31, 22, 30, tzinfo=UTC))
    heard(site=leipzig, source="visit")
    heard(site=lyon)
    months = (date(2026, 6, 1), date(2026, 11, 30))

    def counts(**scope: str) -> list[Observation]:
        return STATEMENTS.series(scope, *months)

    assert catalogue.get("feedback.statements") is STATEMENTS
    assert counts() == [
        Observation(date(2026, 9, 1), count=1),
        Observation(date(2026, 10, 1), count=0),
        Observation(date(2026, 11, 1), count=2),
    ]
    assert [each.count for each in counts(site=str(leipzig.pk))] == [1, 0, 1]
    assert [each.count for each in counts(source="visit")] == [0, 0, 1]
    assert [each.key for each in STATEMENTS.scopes()] == ["site", "source"]


@pytest.mark.usefixtures("leipzig")
def test_before_anything_was_said_nothing_is_counted():
    assert STATEMENTS.series({}, date(2026, 1, 1), date(2026, 12, 31)) == []


def test_weeks_and_quarters_are_counted_too(heard: Hearing, leipzig: Site):
    heard(site=leipzig)

    assert STATEMENTS.series({}, date(2026, 10, 1), date(2026, 12, 31), period="quarter") == [
        Observation(date(2026, 10, 1), count=1)
    ]
    assert STATEMENTS.series({}, date(2026, 11, 16), date(2026, 11, 22), period="week") == [
        Observation(date(2026, 11, 16), count=1)
    ]


def test_a_number_opens_the_records_behind_it():
    november = (date(2026, 11, 1), date(2026, 11, 30))

    assert STATEMENTS.records_url({"site": "3", "source": ""}, *november) == "/feedback/?site=3&period=2026-11"
    assert STATEMENTS.records_url({}, date(2026, 1, 1), date(2026, 12, 31)) == "/feedback/?period=2026"
    assert STATEMENTS.records_url({}, date(2026, 1, 1), date(2026, 3, 31)) == ""
