"""The reaction “alert the owner”: someone who looks after this customer calls back in the time that we promised."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q

from wellheard.core.actors import Actor, Role
from wellheard.core.clock import calendar_around
from wellheard.core.models import Member, Site, Task
from wellheard.core.outbox import post
from wellheard.core.tasks import open_task
from wellheard.feedback.models import ListeningRule, Source, Statement
from wellheard.ground.working_time import Deadline, NoWorkingTime, Promise, in_words

CALL_BACK = "call_back"


def alert_owner(statement: Statement, rule: ListeningRule, by: Actor, *, at: datetime) -> str:
    """Give the owner the task to call back, and write them a mail with the customer's words whole."""
    owner = owner_for(statement, rule)
    if owner is None:
        return "Nobody was alerted: the customer has no owner, the rule neither, and no quality manager was found"
    site = site_for(statement, owner)
    deadline = promised(statement, rule, site)
    present = Task.objects.filter(
        about_kind=statement.kind, about_id=statement.pk, verb=CALL_BACK, status=Task.Status.OPEN
    ).first()
    if present is not None and (deadline is None or (present.due_at is not None and present.due_at <= deadline.due)):
        return f"{present.owner} was alerted already"
    open_task(
        owner,
        title_for(statement),
        by,
        at=at,
        about=statement,
        verb=CALL_BACK,
        due_at=deadline.due if deadline else None,
        note=short(statement),
        button="Read it" if is_nameless(statement) else "Read and call",
        url=statement.get_absolute_url(),
        site_id=site.pk if site else None,
    )
    until = in_words(deadline.due, at, site.time_zone) if deadline and site else ""
    post(
        owner.email,
        f"{title_for(statement)}{f' by {until}' if until else ''}",
        mail_text(statement, owner, deadline, until),
        key=f"alert:{rule.pk}:{statement.pk}",
        purpose="alert",
        at=at,
        about=statement,
    )
    what = "to read it" if is_nameless(statement) else "to call back"
    return f"Alerted {owner.name}{f', {what} by {until}' if until else ''}"


def owner_for(statement: Statement, rule: ListeningRule) -> Member | None:
    """The customer's owner, else the rule's, else a quality manager: of the site before one of every site."""
    account = statement.account
    for member in (account.owner if account else None, rule.owner):
        if member is not None and member.is_active:
            return member
    return quality_manager_of(statement.site)


def quality_manager_of(site: Site | None) -> Member | None:
    """A quality manager whose role reaches this site."""
    reaches = Q(grants__site__isnull=True)
    if site is not None:
        reaches |= Q(grants__site=site)
    found = Member.objects.filter(reaches, grants__role=Role.QUALITY_MANAGER, is_active=True).distinct().order_by("pk")
    managers = list(found)
    if site is not None:
        managers.sort(key=lambda member: member.site_id != site.pk)
    return managers[0] if managers else None


def site_for(statement: Statement, owner: Member) -> Site | None:
    """Whose hours count: the site where it was said, else the customer's, else the owner's."""
    return statement.site or (statement.account.site if statement.account else None) or owner.site


def promised(statement: Statement, rule: ListeningRule, site: Site | None) -> Deadline | None:
    """Until when we promised to call back. The clock began when the customer spoke, not when we noted it."""
    if rule.promised_minutes is None or site is None:
        return None
    minutes = rule.promised_minutes
    promise = Promise(minutes, "working_minutes") if minutes % 60 else Promise(minutes // 60, "working_hours")
    try:
        return calendar_around(site, statement.heard_at).deadline(statement.heard_at, promise)
    except NoWorkingTime:
        return None


def is_nameless(statement: Statement) -> bool:
    """Nobody said who they are: there is something to read, and nobody to call."""
    return statement.account is None and statement.person is None


def title_for(statement: Statement) -> str:
    """`Call Jardins du Rhône back`; without a name, what there is to read."""
    if is_nameless(statement):
        return f"Read what someone said {Source(statement.source).label}"
    return f"Call {statement.who} back"


def short(statement: Statement) -> str:
    """`Gave 2 out of 10: “nobody picks up”`."""
    if statement.rating_words:
        return f"Gave {statement.in_short}"
    return f"Said {Source(statement.source).label}: {statement.in_short}"


def mail_text(statement: Statement, owner: Member, deadline: Deadline | None, until: str) -> str:
    """What the owner reads: who, what, the words whole, until when and why then, and where to go on."""
    gave = f"gave {statement.rating_words}" if statement.rating_words else "spoke to us"
    person = f" ({statement.person})" if statement.person and statement.account else ""
    parts = [
        f"Hello {owner.name},",
        f"{statement.who}{person} {gave} {Source(statement.source).label}.",
    ]
    if statement.verbatim:
        parts.append(f"In their own words:\n\n{statement.verbatim}")
    if deadline is not None and until:
        parts.append(f"We promised to call back by {until}. {deadline.explanation}.")
    parts.append(f"Everything we know about it:\n{settings.PUBLIC_URL}{statement.get_absolute_url()}")
    return "\n\n".join(parts) + "\n"
