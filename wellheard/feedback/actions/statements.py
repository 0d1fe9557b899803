"""Hearing customers, and looking after what they said."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Model

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.links import key_of, link
from wellheard.core.models import Link, Member, Site
from wellheard.core.references import next_reference
from wellheard.core.tasks import end_tasks_about
from wellheard.customers.models import Account, Person
from wellheard.customers.segmenting.membership import segments_at
from wellheard.feedback.flow import STATEMENT_FLOW
from wellheard.feedback.models import SCALES, Source, Statement
from wellheard.feedback.rules import consider
from wellheard.ground.text.keeping import keepable
from wellheard.ground.text.language import language_of


def hear(
    verbatim: str,
    by: Actor,
    *,
    at: datetime,
    source: str,
    heard_at: datetime,
    person: Person | None = None,
    account: Account | None = None,
    site: Site | None = None,
    segment: str = "",
    segments: Sequence[str] | None = None,
    language: str = "",
    rating: int | None = None,
    rating_scale: str = "",
    origin: Model | None = None,
    typed_at: datetime | None = None,
    key: str | None = None,
) -> Statement:
    """Keep what a customer said, and let the listening rules react to it; both or neither.

    `origin` is the record that it comes from (a survey response): it is linked “heard as” the statement. Heard again from
    the same origin, or under the same `key`, the first statement is returned and nothing happens anew. What is not said
    about account, site, segments and language is taken from the person, from the account, and from the words themselves.
    """
    known = already_heard(origin, key)
    if known is not None:
        return known
    try:
        return _hear(
            verbatim,
            by,
            at=at,
            source=source,
            heard_at=heard_at,
            person=person,
            account=account,
            site=site,
            segment=segment,
            segments=segments,
            language=language,
            rating=rating,
            rating_scale=rating_scale,
            origin=origin,
            typed_at=typed_at,
            key=key,
        )
    except IntegrityError:
        # The same submission arrived twice at the same moment.
        known = already_heard(origin, key)
        if known is None:
            raise
        return known


def already_heard(origin: Model | None = None, key: str | None = None) -> Statement | None:
    """The statement that came from this origin, or under this key."""
    if origin is not None:
        kind, pk = key_of(origin)
        return Statement.objects.filter(origin_kind=kind, origin_id=pk).first()
    return Statement.objects.filter(key=key).first() if key else None


@action("feedback.hear")
def _hear(
    verbatim: str,
    by: Actor,
    *,
    at: datetime,
    source: str,
    heard_at: datetime,
    person: Person | None,
    account: Account | None,
    site: Site | None,
    segment: str,
    segments: Sequence[str] | None,
    language: str,
    rating: int | None,
    rating_scale: str,
    origin: Model | None,
    typed_at: datetime | None,
    key: str | None,
) -> Statement:
    verbatim = keepable(verbatim)
    _check(verbatim, source, rating, rating_scale)
    account = account or (person.account if person else None)
    kind, pk = key_of(origin) if origin is not None else ("", None)
    statement = Statement(
        reference=next_reference("STA", at),
        verbatim=verbatim,
        language=language or language_said(verbatim, person),
        source=source,
        heard_at=heard_at,
        typed_at=typed_at or at,
        person=person,
        account=account,
        site=site or (person.site if person else None) or (account.site if account else None),
        segment=segment or (account.segment.name if account and account.segment else ""),
        segments=list(segments_at(account, person, heard_at) if segments is None else segments),
        rating=rating,
        rating_scale=rating_scale if rating is not None else "",
        origin_kind=kind,
        origin_id=pk,
        key=key or None,
    )
    statement.save()
    if origin is not None:
        link(origin, statement, "heard as", by, at=at)
    consider(statement, by, at=at)
    return statement


def language_said(verbatim: str, person: Person | None) -> str:
    """The language of the words when the machine is sure of it, else the one that the person prefers."""
    language, is_sure = language_of(verbatim)
    return language if is_sure else (person.language if person else "")


def _check(verbatim: str, source: str, rating: int | None, rating_scale: str) -> None:
    if not verbatim.strip() and rating is None:
        raise Refusal(
            "There is nothing said here, in words or as a rating. Nothing was saved; write what they said.",
            field="verbatim",
        )
    if source not in Source.values:
        raise Refusal(f"“{source}” is no way of hearing customers. Nothing was saved.", field="source")
    if rating is None:
        return
    scale = SCALES.get(rating_scale)
    if scale is None:
        raise Refusal("A rating needs its scale. Nothing was saved; choose the scale.", field="rating_scale")
    if not scale.lowest <= rating <= scale.highest:
        raise Refusal(
            f"{rating} is not on a scale from {scale.lowest} to {scale.highest}. Nothing was saved; correct the rating.",
            field="rating",
        )


@action("feedback.handle")
def handle(statement: Statement, by: Actor, *, at: datetime, note: str = "") -> Statement:
    """Someone has looked after it; `note` says what came of it. Whatever was to be done about it is done."""
    STATEMENT_FLOW.take(statement, "handle")
    statement.handled_at = at
    statement.handled_by = by if isinstance(by, Member) else None
    statement.handled_note = note
    statement.save(update_fields=["status", "handled_at", "handled_by", "handled_note"])
    end_tasks_about(statement, by, at=at)
    return statement


@action("feedback.reopen")
def reopen(statement: Statement, by: Actor, *, at: datetime) -> Statement:
    """It was not finished after all."""
    STATEMENT_FLOW.take(statement, "reopen")
    statement.handled_at = statement.handled_by = None
    statement.save(update_fields=["status", "handled_at", "handled_by"])
    return statement


@action("feedback.add_voice")
def add_voice(statement: Statement, record: Model, by: Actor, *, at: datetime) -> Link:
    """This statement is about the same matter as that action or case: whoever said it is told what became of it."""
    return link(statement, record, "concerns", by, at=at)
