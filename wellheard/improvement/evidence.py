"""What shows that causes were found, actions taken and their effect judged; and what is missing."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from wellheard.core.actors import Actor
from wellheard.evidence.collectors import Collector, Gap, GapRule, Item, register_collector, register_gap_rule
from wellheard.ground.effectiveness.words import day
from wellheard.improvement.flow import ActionStatus
from wellheard.improvement.models import CauseAnalysis, CorrectiveAction, Verdict

DAYS_TO_SIGN = 14
Rows = Any


def between(first: date, last: date, field: str) -> dict[str, datetime]:
    """Moments of these days, both included, in the zone of the reader."""
    zone = timezone.get_current_timezone()
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)
    return {f"{field}__gte": datetime.combine(first, time(), tzinfo=zone), f"{field}__lt": end}


def at_site(rows: Rows, site_id: int | None, path: str = "site_id") -> Rows:
    return rows if site_id is None else rows.filter(**{path: site_id})


def causes(site_id: int | None, first: date, last: date, actor: Actor) -> Iterator[Item]:
    """Causes that were found, each with its whys and their evidence."""
    rows = CauseAnalysis.objects.visible_to(actor).filter(status="found", **between(first, last, "found_at"))
    for each in at_site(rows, site_id).order_by("found_at").iterator(chunk_size=500):
        label = f"{each.reference} {each.cause}"
        on = timezone.localtime(each.found_at).date()
        yield Item(each.kind, each.pk, label, each.get_absolute_url(), on, each.found_at, each.fingerprint())


def actions_done(site_id: int | None, first: date, last: date, actor: Actor) -> Iterator[Item]:
    """Corrective actions that were carried out."""
    rows = CorrectiveAction.objects.visible_to(actor).filter(**between(first, last, "done_at"))
    for each in at_site(rows, site_id).order_by("done_at").iterator(chunk_size=500):
        on = timezone.localtime(each.done_at).date()
        yield Item(each.kind, each.pk, str(each), each.get_absolute_url(), on, each.done_at, each.fingerprint())


def verdicts(word: str = "") -> Callable[[int | None, date, date, Actor], Iterable[Item]]:
    """Signed verdicts, all of them or those with this word."""

    def collect(site_id: int | None, first: date, last: date, actor: Actor) -> Iterator[Item]:
        rows = Verdict.objects.visible_to(actor).filter(**between(first, last, "signature__at"))
        rows = at_site(rows, site_id, "action__site_id").select_related("action", "signature")
        for each in (
            (rows.filter(signed_word=word) if word else rows).order_by("signature__at").iterator(chunk_size=500)
        ):
            label = f"{each.action.reference} {each.action.title}: {each.words}"
            on = timezone.localtime(each.signature.at).date()
            yield Item(each.kind, each.pk, label, each.get_absolute_url(), on, each.signature.at, each.result_digest)

    return collect


def closed_without_verdict(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    signed = Verdict.objects.filter(action=OuterRef("pk"), signature__isnull=False)
    rows = CorrectiveAction.objects.visible_to(actor).filter(
        status=ActionStatus.CLOSED, **between(first, last, "closed_at")
    )
    for each in rows.filter(~Exists(signed)).select_related("owner").order_by("pk"):
        yield gap(each, "was closed, and nobody signed whether it worked. Done is not the same as effective.")


def verdict_waits(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    """Verdicts that were computed and not signed in time."""
    before = timezone.now() - timedelta(days=DAYS_TO_SIGN)
    rows = Verdict.objects.visible_to(actor).filter(
        action__status=ActionStatus.JUDGED, is_final=True, signature__isnull=True, computed_at__lt=before
    )
    newer = Verdict.objects.filter(action=OuterRef("action"), pk__gt=OuterRef("pk"))
    for each in rows.filter(~Exists(newer)).select_related("action__owner", "plan__verifier").order_by("pk"):
        computed = timezone.localtime(each.computed_at).date()
        found = gap(each.action, f"was judged on {day(computed)}, and the verdict is not signed yet.")
        yield replace(found, owner=each.plan.verifier.name, due=computed + timedelta(days=DAYS_TO_SIGN))


def action_late(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    """Actions that should be done by now."""
    today = timezone.localdate()
    waiting = (ActionStatus.PROPOSED, ActionStatus.PLANNED, ActionStatus.UNDER_WAY)
    rows = CorrectiveAction.objects.visible_to(actor).filter(status__in=waiting, due_on__lt=min(last, today))
    for each in rows.select_related("owner").order_by("due_on", "pk"):
        if each.due_on is not None:
            yield replace(gap(each, f"should have been done by {day(each.due_on)}."), due=each.due_on)


def gap(action: CorrectiveAction, sentence: str) -> Gap:
    return Gap(
        sentence=f"{action.reference} {sentence}",
        kind=action.kind,
        record_id=action.pk,
        label=str(action),
        url=action.get_absolute_url(),
        owner=action.owner.name,
    )


register_collector(Collector("nonconformity.cause", "improvement.causes", "Causes found", causes))
register_collector(Collector("nonconformity.action", "improvement.actions", "Corrective actions done", actions_done))
register_collector(Collector("action.effectiveness", "improvement.verdicts", "Signed verdicts", verdicts()))
register_collector(
    Collector("improvement.continual", "improvement.worked", "Actions that worked", verdicts("effective"))
)
register_gap_rule(
    GapRule(
        id="improvement.closed_without_verdict",
        slug="action.effectiveness",
        severity="high",
        basis="requirement",
        title="Closed without a verdict",
        find=closed_without_verdict,
    )
)
register_gap_rule(
    GapRule(
        id="improvement.verdict_waits",
        slug="action.effectiveness",
        severity="medium",
        basis="own rule",
        title="Verdict waits for its signature",
        find=verdict_waits,
    )
)
register_gap_rule(
    GapRule(
        id="improvement.action_late",
        slug="nonconformity.action",
        severity="medium",
        basis="own rule",
        title="Action is late",
        find=action_late,
    )
)
