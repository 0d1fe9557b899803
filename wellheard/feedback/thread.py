"""How statements and notices stand in the thread, and in the timeline of a customer."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from wellheard.core.actors import Actor
from wellheard.core.thread import register_step
from wellheard.customers.lineage import lineage_of
from wellheard.customers.matters import Matter, register_matters
from wellheard.customers.models import Account, Person
from wellheard.customers.timeline import TimelineItem, register_source, until_moment
from wellheard.feedback.flow import NoticeStatus
from wellheard.feedback.models import Notice, Source, Statement, Telling
from wellheard.feedback.telling import audience_of

SURVEY_RESPONSE = "surveys.response"


def is_own_answer(statement: Statement) -> bool:
    """What came from a survey is shown by its response instead."""
    return bool(statement.origin_kind != SURVEY_RESPONSE)


def answer_step(statement: Statement) -> tuple[str, str]:
    """`3 out of 10, 16 November`."""
    day = f"{timezone.localtime(statement.heard_at):%-d %B}"
    source = str(Source(statement.source).label)
    return f"{statement.rating_words or source[:1].upper() + source[1:]}, {day}", "done"


def told_step(notice: Notice) -> tuple[str, str]:
    """`41 people told`, `12 people to tell`, or `Draft`."""
    if notice.status == NoticeStatus.DRAFT:
        return "Draft", "doing"
    audience = audience_of(notice)
    if notice.status == NoticeStatus.TOLD:
        return f"{people(audience.told)} told", "done"
    return f"{people(audience.to_tell)} to tell", "doing"


def people(count: int) -> str:
    """`one person`, `12 people`."""
    return "1 person" if count == 1 else f"{count} people"


def spoken(record: Account | Person, actor: Actor, until: datetime | None, most: int) -> Iterator[TimelineItem]:
    """What this customer said; answers to surveys are told by the surveys."""
    lineage = lineage_of(record)
    statements = lineage.of(Statement.objects.visible_to(actor)).filter(until_moment("heard_at", until))
    statements = statements.exclude(origin_kind=SURVEY_RESPONSE).select_related("person", "account")
    for statement in statements.order_by("-heard_at", "-pk")[:most]:
        gave = f"gave {statement.rating_words}" if statement.rating_words else "said"
        quoted = f": “{statement.excerpt}”" if statement.verbatim.strip() else ""
        yield TimelineItem(
            at=statement.heard_at,
            actor=str(statement.person or "Someone"),
            text=f"{gave} {Source(statement.source).label}{lineage.for_another(statement.account)}{quoted}",
            url=statement.get_absolute_url(),
            link=statement.reference,
            heard=True,
        )


def unhandled(record: Account | Person, actor: Actor, most: int) -> Iterator[Matter]:
    """What this customer said and nobody has looked after yet."""
    statements = lineage_of(record).of(Statement.objects.visible_to(actor).waiting())
    for statement in statements.select_related("person").order_by("heard_at", "pk")[:most]:
        yield Matter(
            title=f"{statement.person or 'Someone'} spoke to us {Source(statement.source).label}: {statement.in_short}",
            url=statement.get_absolute_url(),
            since=statement.heard_at,
            state="not yet handled",
            tone="wait",
        )


def told(record: Account | Person, actor: Actor, until: datetime | None, most: int) -> Iterator[TimelineItem]:
    """What this customer was told about what became of their words."""
    tellings = Telling.objects.visible_to(actor).filter(
        until_moment("told_at", until), told_at__isnull=False, person__in=lineage_of(record).people
    )
    for telling in tellings.select_related("notice", "person").order_by("-told_at", "-pk")[:most]:
        if telling.told_at is not None:
            yield TimelineItem(
                at=telling.told_at,
                text=f"{telling.person} was told {telling.get_way_display()}: {telling.notice}",
                url=telling.notice.get_absolute_url(),
                link="The notice",
            )


def register() -> None:
    """Take part in the thread and in the customers' timelines."""
    register_step("answer", "feedback.statement", answer_step, stands=is_own_answer)
    register_step("told", "feedback.notice", told_step)
    register_source(spoken, "said")
    register_source(told, "told")
    register_matters(unhandled)
