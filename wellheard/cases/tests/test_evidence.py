"""What an auditor finds, and what is missing."""

from datetime import date, timedelta

import pytest

from wellheard.cases import actions
from wellheard.cases.evidence import late, not_accepted_without_recourse, serious_without_cause
from wellheard.core.actors import Actor, Public
from wellheard.evidence.collectors import collectors_of, items_of

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def shown(slug: str, actor: Actor, site_id: int | None = None) -> list[str]:
    return [item.label for item in items_of(slug, FIRST, LAST, actor, site_id=site_id) if item.kind == "cases.case"]


def test_an_acknowledgement_is_evidence_of_feedback_handled(acknowledged, auditor, leipzig, lyon):
    assert shown("communication.feedback", auditor) == ["CAS-2026-0001 Connectors drip: acknowledged in time"]
    assert shown("communication.feedback", auditor, site_id=leipzig.pk) == shown("communication.feedback", auditor)
    assert shown("communication.feedback", auditor, site_id=lyon.pk) == []


def test_a_justified_complaint_shows_what_the_customer_got(answered, auditor):
    assert shown("nonconformity.react", auditor) == ["CAS-2026-0001 Connectors drip: they were right; alle zwölf"]
    assert shown("nonconformity.cause", auditor) == ["CAS-2026-0001 Connectors drip: Seals glued too cold"]


def test_the_customers_word_on_our_answer_is_their_view(answered, auditor, now):
    assert shown("perception.monitor", auditor) == []

    actions.say_settled(answered, Public(f"case:{answered.pk}"), at=now)

    assert shown("perception.monitor", auditor) == ["CAS-2026-0001 Connectors drip: settled for them"]


def test_a_stranger_finds_nothing(answered, dan):
    assert shown("nonconformity.react", dan) == []


def test_an_item_carries_the_version_that_it_shows(acknowledged, auditor):
    [collector] = [each for each in collectors_of("communication.feedback") if each.key == "cases.acknowledged"]

    [item] = collector.collect(None, FIRST, LAST, auditor)

    assert (item.digest, item.received_at, item.on) == (
        acknowledged.fingerprint(),
        acknowledged.logged_at,
        date(2026, 11, 16),
    )


@pytest.fixture
def later(monkeypatch, now):
    monkeypatch.setattr("wellheard.cases.evidence.timezone.now", lambda: now + timedelta(days=9))


def test_a_late_case_is_a_gap_with_its_owner(acknowledged, auditor, later):
    [gap] = late(FIRST, LAST, auditor)

    assert gap.sentence == "The time that we promised is over, and it is not answered."
    assert (gap.owner, gap.due) == ("Ben Okafor", date(2026, 11, 20))


def test_a_serious_complaint_needs_a_cause(acknowledged, auditor, ben, now):
    case = actions.assess(acknowledged, ben, at=now, severity=3)
    case = actions.investigate(case, ben, at=now, findings="Nothing certain.")
    actions.answer(case, ben, at=now, finding="partly", text="Sorry.")

    assert [gap.record_id for gap in serious_without_cause(FIRST, LAST, auditor)] == [case.pk]
    assert list(not_accepted_without_recourse(FIRST, LAST, auditor)) == []
