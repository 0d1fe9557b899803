"""What an auditor is shown about causes and actions, and what is said to be missing."""

from datetime import UTC, date, datetime, timedelta

from wellheard.evidence.collectors import items_of, rules_of
from wellheard.improvement import actions
from wellheard.improvement.tests.conftest import DONE, JUDGED

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def shown(slug, actor, *, site_id=None, keys=("improvement.",)) -> list[tuple[str, str, date]]:
    items = items_of(slug, *YEAR, actor, site_id=site_id)
    return [(item.kind, item.label, item.on) for item in items if item.kind.startswith(keys)]


def gaps(rule_id, actor) -> list[tuple[str, str, date | None]]:
    slugs = ("action.effectiveness", "nonconformity.action")
    rule = next(rule for slug in slugs for rule in rules_of(slug) if rule.id == rule_id)
    return [(gap.sentence, gap.owner, gap.due) for gap in rule.find(*YEAR, actor)]


def test_causes_actions_and_signed_verdicts_are_shown_with_their_day(done, ana, ben, auditor):
    analysis = actions.open_analysis("Cracks", "They crack.", ana, at=DONE, site=done.site)
    actions.add_why(analysis, "They knock together", ana, at=DONE, is_root=True, evidence="Shaken in a box.")
    actions.find_cause(analysis, "Valves knock together", ana, at=DONE)
    verdict = actions.judge(done, ana, at=JUDGED)
    assert shown("action.effectiveness", auditor) == []
    actions.sign_verdict(verdict, ana, at=JUDGED, password="ana")

    says = f"{done.reference} Pack valves in moulded trays: It worked."
    assert shown("nonconformity.cause", auditor) == [
        ("improvement.causeanalysis", "RCA-2026-0001 Valves knock together", date(2026, 2, 2))
    ]
    assert shown("nonconformity.action", auditor) == [("improvement.correctiveaction", str(done), date(2026, 2, 2))]
    assert shown("action.effectiveness", auditor) == [("improvement.verdict", says, date(2026, 11, 1))]
    assert shown("improvement.continual", auditor) == [("improvement.verdict", says, date(2026, 11, 1))]


def test_another_site_and_a_stranger_are_shown_nothing(done, dan, auditor, lyon):
    assert shown("nonconformity.action", auditor, site_id=lyon.pk) == []
    assert shown("nonconformity.action", dan) == []


def test_closed_without_a_verdict_is_a_gap(done, auditor, arranging):
    with arranging():
        done.status, done.closed_at = "closed", JUDGED
        done.save()

    assert gaps("improvement.closed_without_verdict", auditor) == [
        (
            f"{done.reference} was closed, and nobody signed whether it worked. Done is not the same as effective.",
            "Ben Okafor",
            None,
        )
    ]


def test_a_verdict_that_waits_too_long_is_a_gap_of_the_verifier(done, ana, auditor, today):
    actions.judge(done, ana, at=JUDGED)
    today(JUDGED + timedelta(days=14))
    assert gaps("improvement.verdict_waits", auditor) == []

    today(JUDGED + timedelta(days=15))

    assert gaps("improvement.verdict_waits", auditor) == [
        (
            f"{done.reference} was judged on 1 November 2026, and the verdict is not signed yet.",
            "Ana Brandt",
            date(2026, 11, 15),
        )
    ]


def test_an_action_past_its_day_is_a_gap_until_it_is_done(planned, ben, auditor, arranging, today):
    with arranging():
        planned.due_on = date(2026, 2, 1)
        planned.save()
    today(datetime(2026, 2, 2, 12, tzinfo=UTC))

    assert gaps("improvement.action_late", auditor) == [
        (f"{planned.reference} should have been done by 1 February 2026.", "Ben Okafor", date(2026, 2, 1))
    ]
    actions.start(planned, ben, at=DONE)
    actions.finish(planned, ben, at=DONE)
    assert gaps("improvement.action_late", auditor) == []
