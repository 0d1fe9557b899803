"""How a case stands in the thread and in the timeline of a customer, and where one may be opened from."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from wellheard.cases.hearing import case_of
from wellheard.cases.models import Case, Channel
from wellheard.core.actors import Actor
from wellheard.core.models import Link
from wellheard.core.records import kind_of
from wellheard.core.thread import register_step
from wellheard.customers.lineage import lineage_of
from wellheard.customers.matters import Matter, register_matters
from wellheard.customers.models import Account, Person
from wellheard.customers.offers import Offer, register_offer
from wellheard.customers.timeline import TimelineItem, register_source, until_moment
from wellheard.feedback import next_steps
from wellheard.feedback.models import Statement
from wellheard.feedback.models.statements import TAKEN_UP
from wellheard.feedback.withheld import withhold
from wellheard.ground.local_time import MONTHS


def keeps_words(case: Case) -> bool:
    """Does the case itself keep what was said? The words of a statement are shown by the statement."""
    return bool(case.complaint_text.strip())


def answer_step(case: Case) -> tuple[str, str]:
    """ "By phone, 16 November"."""
    day = case.received_at.astimezone(case.site.zone)
    channel = str(Channel(case.channel).label)
    return f"{channel[:1].upper()}{channel[1:]}, {day.day} {MONTHS[day.month - 1]}", "done"


def case_step(case: Case) -> tuple[str, str]:
    """Where it stands, in words."""
    words = str(case.get_status_display())
    is_done = case.status in {"answered", "closed"}
    return f"{words[:1].upper()}{words[1:]}, {case.reference}", "done" if is_done else "doing"


def names_cause(case: Case) -> bool:
    return bool(case.cause_words)


def cause_step(case: Case) -> tuple[str, str]:
    """The cause that was named in the case itself; where an analysis looks for it, that one is shown."""
    return case.cause_words, "done"


def complained(record: Account | Person, actor: Actor, until: datetime | None, most: int) -> Iterator[TimelineItem]:
    """What this customer came with."""
    lineage = lineage_of(record)
    cases = lineage.of(Case.objects.visible_to(actor)).filter(until_moment("received_at", until))
    for case in cases.select_related("account").order_by("-received_at", "-pk")[:most]:
        yield TimelineItem(
            at=case.received_at,
            actor=case.customer_name if case.contact_name else str(record),
            text=f"came with a {case.get_kind_of_case_display()}{lineage.for_another(case.account)}: {case.title}",
            url=case.get_absolute_url(),
            link=case.reference,
            heard=True,
        )


def answered(record: Account | Person, actor: Actor, until: datetime | None, most: int) -> Iterator[TimelineItem]:
    """What we answered them: the first answer, which stays when a case is opened again."""
    cases = (
        lineage_of(record)
        .of(Case.objects.visible_to(actor))
        .filter(until_moment("answered_at", until), answered_at__isnull=False)
    )
    for case in cases.select_related("account").order_by("-answered_at", "-pk")[:most]:
        if case.answered_at is not None:
            finding = f": {case.get_finding_display()}" if case.finding else ""
            yield TimelineItem(
                at=case.answered_at,
                actor=case.customer_name if case.contact_name else str(record),
                text=f"was answered{finding}",
                url=case.get_absolute_url(),
                link=case.reference,
            )


def open_cases(record: Account | Person, actor: Actor, most: int) -> Iterator[Matter]:
    """What this customer still waits for, also when they came with it long ago."""
    now = timezone.now()
    cases = lineage_of(record).of(Case.objects.visible_to(actor).open())
    for case in cases.order_by("received_at", "pk")[:most]:
        is_late = case.is_late(now)
        yield Matter(
            title=f"{case.reference} {case.title}",
            url=case.get_absolute_url(),
            since=case.received_at,
            state=f"{case.get_status_display()}, overdue" if is_late else str(case.get_status_display()),
            tone="worse" if is_late else "",
        )


def new_for_customer(record: Account | Person) -> str:
    """Where a complaint of this account or person is written down."""
    return f"{reverse('cases:new')}?{'account' if isinstance(record, Account) else 'person'}={record.pk}"


def new_from_statement(statement: Statement) -> str:
    """Where a statement becomes a case; nowhere when it is one already."""
    return "" if case_of(statement) is not None else f"{reverse('cases:new')}?statement={statement.pk}"


def words_about(member_id: int) -> QuerySet[Any, int]:
    """The statements behind complaints about this member: as the case, they are not theirs to read."""
    cases = Case.objects.filter(subject_member_id=member_id).values("pk")
    links = Link.objects.filter(source_kind=kind_of(Statement), target_kind=kind_of(Case), role__in=TAKEN_UP)
    return links.filter(target_id__in=cases).values_list("source_id", flat=True)


def register() -> None:
    """Take part in the thread, in the customers' timelines, and in what may be done about a customer or a statement."""
    withhold(words_about)
    register_step("answer", "cases.case", answer_step, stands=keeps_words)
    register_step("case", "cases.case", case_step)
    register_step("cause", "cases.case", cause_step, stands=names_cause, spare=True)
    register_source(complained, "cases", "said")
    register_source(answered, "cases", "told")
    register_matters(open_cases)
    register_offer(Offer("Write down a complaint", new_for_customer, "cases.open_case"))
    next_steps.register(next_steps.NextStep("Open a complaint", new_from_statement, "cases.open_case"))
