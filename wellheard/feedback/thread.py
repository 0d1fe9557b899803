"""How statements and notices stand in the thread, and in the timeline of a customer."""

from collections.abc import Iterable

from django.utils import timezone

from wellheard.core.actors import Actor
from wellheard.core.thread import register_step
from wellheard.customers.models import Account, Person
from wellheard.customers.timeline import TimelineItem, register_source
from wellheard.feedback.flow import NoticeStatus, StatementStatus
from wellheard.feedback.models import Notice, Source, Statement, Telling
from wellheard.feedback.telling import audience_of

SHOWN = 200
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


def spoken(record: Account | Person, actor: Actor) -> Iterable[TimelineItem]:
    """What this customer said."""
    statements = Statement.objects.visible_to(actor).about(record).with_outcome().select_related("person")
    for statement in statements.newest_first()[:SHOWN]:
        gave = f"gave {statement.rating_words}" if statement.rating_words else "said"
        quoted = f": “{statement.excerpt}”" if statement.verbatim.strip() else ""
        waits = statement.status == StatementStatus.NEW and statement.band in {"low", ""}
        yield TimelineItem(
            at=statement.heard_at,
            actor=str(statement.person or "Someone"),
            text=f"{gave} {Source(statement.source).label}{quoted}",
            url=statement.get_absolute_url(),
            link=statement.reference,
            heard=True,
            is_open=waits and not getattr(statement, "is_taken_up", False),
            state="not yet handled" if waits else "",
            tone="wait",
        )


def told(record: Account | Person, actor: Actor) -> Iterable[TimelineItem]:
    """What this customer was told about what became of their words."""
    mine = {"person__account": record} if isinstance(record, Account) else {"person": record}
    tellings = (
        Telling.objects.visible_to(actor).filter(told_at__isnull=False, **mine).select_related("notice", "person")
    )
    for telling in tellings.order_by("-told_at")[:SHOWN]:
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
    register_source(spoken)
    register_source(told)
