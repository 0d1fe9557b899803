"""Where cases show that the standard's requirements are met, and where something is missing."""

from collections.abc import Iterator
from datetime import date, datetime, time

from django.utils import timezone

from wellheard.cases.models import Case, Finding, Outcome, Severity
from wellheard.cases.models.case import CaseQuerySet
from wellheard.core.actors import Actor
from wellheard.evidence.collectors import (
    Collector,
    Gap,
    GapRule,
    Item,
    register_collector,
    register_gap_rule,
)

FEEDBACK = "communication.feedback"
PERCEPTION = "perception.monitor"
REACTION = "nonconformity.react"
CAUSE = "nonconformity.cause"


def item_of(case: Case, moment: datetime, words: str) -> Item:
    """A case as evidence for what was done on that day."""
    return Item(
        kind=case.kind,
        record_id=case.pk,
        label=f"{case.reference} {case.title}: {words}",
        url=case.get_absolute_url(),
        on=timezone.localtime(moment, case.site.zone).date(),
        received_at=case.logged_at,
        digest=case.fingerprint(),
    )


def _cases(field: str, site_id: int | None, first: date, last: date, actor: Actor) -> CaseQuerySet:
    """The cases in which something happened on these days, by the clock in force here, oldest first."""
    zone = timezone.get_current_timezone()
    begin = datetime.combine(first, time.min, zone)
    end = datetime.combine(last, time.max, zone)
    rows = Case.objects.visible_to(actor).filter(**{f"{field}__gte": begin, f"{field}__lte": end})
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    return rows.select_related("site").order_by(field, "pk")


def acknowledged(site_id: int | None, first: date, last: date, actor: Actor) -> Iterator[Item]:
    """Customers who heard from a person, and whether in the time promised."""
    for case in _cases("acknowledged_at", site_id, first, last, actor).iterator(chunk_size=500):
        if case.acknowledged_at is not None:
            words = "acknowledged in time" if case.was_acknowledged_in_time else "acknowledged late"
            yield item_of(case, case.acknowledged_at, words)


def settled(site_id: int | None, first: date, last: date, actor: Actor) -> Iterator[Item]:
    """Customers who told us whether our answer settles it."""
    rows = _cases("answered_at", site_id, first, last, actor).exclude(settled="")
    for case in rows.iterator(chunk_size=500):
        if case.answered_at is not None:
            yield item_of(case, case.answered_at, str(case.get_settled_display()))


def put_right(site_id: int | None, first: date, last: date, actor: Actor) -> Iterator[Item]:
    """Customers who were right, and what they got."""
    rows = _cases("answered_at", site_id, first, last, actor).filter(finding__in=(Finding.UPHELD, Finding.PARTLY))
    for case in rows.iterator(chunk_size=500):
        if case.answered_at is not None:
            decided = "; ".join(each["decided"] for each in case.remedies) or "answered"
            yield item_of(case, case.answered_at, f"{case.get_finding_display()}; {decided}")


def cause_named(site_id: int | None, first: date, last: date, actor: Actor) -> Iterator[Item]:
    """Cases in which we found out why."""
    rows = _cases("investigated_at", site_id, first, last, actor).exclude(cause_words="")
    for case in rows.iterator(chunk_size=500):
        if case.investigated_at is not None:
            yield item_of(case, case.investigated_at, case.cause_words)


def gap_of(case: Case, sentence: str) -> Gap:
    return Gap(
        sentence=sentence,
        kind=case.kind,
        record_id=case.pk,
        label=f"{case.reference} {case.title}",
        url=case.get_absolute_url(),
        owner=case.owner.name,
        due=timezone.localtime(case.due_at, case.site.zone).date(),
    )


def late(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    """Complaints whose time is over while the customer still waits."""
    rows = Case.objects.visible_to(actor).late(timezone.now()).filter(received_on__range=(first, last))
    for case in rows.select_related("site", "owner").order_by("received_on", "pk"):
        what = "not acknowledged" if case.acknowledged_at is None else "not answered"
        yield gap_of(case, f"The time that we promised is over, and it is {what}.")


def serious_without_cause(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    """Serious complaints that were right and answered, though nobody wrote down why it happened."""
    rows = Case.objects.visible_to(actor).filter(
        received_on__range=(first, last),
        finding__in=(Finding.UPHELD, Finding.PARTLY),
        severity__gte=Severity.SERIOUS,
        cause_words="",
    )
    for case in rows.select_related("site", "owner").order_by("received_on", "pk"):
        yield gap_of(case, "It was serious and they were right, but no cause is written down: it may happen again.")


def not_accepted_without_recourse(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    """Customers who do not accept our answer and whom nobody told where else they can turn."""
    rows = Case.objects.visible_to(actor).filter(
        received_on__range=(first, last), outcome=Outcome.NOT_ACCEPTED, recourse=""
    )
    for case in rows.select_related("site", "owner").order_by("received_on", "pk"):
        yield gap_of(case, "They do not accept our answer, and no further way was named to them.")


def register_all() -> None:
    """Offer them to the auditor's pages."""
    for collector in (
        Collector(FEEDBACK, "cases.acknowledged", "Complaints and questions acknowledged", acknowledged),
        Collector(PERCEPTION, "cases.settled", "What customers said about our answers", settled),
        Collector(REACTION, "cases.put_right", "Justified complaints, and what the customer got", put_right),
        Collector(CAUSE, "cases.cause_named", "Complaints whose cause was found", cause_named),
    ):
        register_collector(collector)
    for rule in (
        GapRule("cases.late", FEEDBACK, "high", "own rule", "Complaints beyond the time that we promised", late),
        GapRule(
            "cases.no-cause", CAUSE, "high", "requirement", "Serious complaints without a cause", serious_without_cause
        ),
        GapRule(
            "cases.no-recourse",
            FEEDBACK,
            "medium",
            "good practice",
            "Answers not accepted, without a further way named",
            not_accepted_without_recourse,
        ),
    ):
        register_gap_rule(rule)
