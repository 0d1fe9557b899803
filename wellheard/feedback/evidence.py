"""What feedback shows an auditor: customers were heard, by several ways, and were told what became of it."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone

from wellheard.core.actors import Actor
from wellheard.evidence.collectors import Collector, Gap, GapRule, Item, register_collector, register_gap_rule
from wellheard.feedback.days import on_days, zone_of
from wellheard.feedback.models import Notice, NoticeStatus, Statement, is_low
from wellheard.feedback.thread import people

UNANSWERED_AFTER = timedelta(days=2)
CHUNK = 500


def heard(site_id: int | None, first: date, last: date, actor: Actor) -> Iterator[Item]:
    """What customers said in that time."""
    zone = zone_of(site_id)
    rows = Statement.objects.visible_to(actor).filter(on_days("heard_at", first, last, zone))
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    for statement in rows.order_by("heard_at", "pk").iterator(chunk_size=CHUNK):
        yield Item(
            kind=statement.kind,
            record_id=statement.pk,
            label=statement.label,
            url=statement.get_absolute_url(),
            on=statement.heard_at.astimezone(zone).date(),
            received_at=statement.typed_at,
            digest=statement.fingerprint(),
        )


def told(site_id: int | None, first: date, last: date, actor: Actor) -> Iterator[Item]:
    """News that customers were told in that time."""
    zone = zone_of(site_id)
    rows = Notice.objects.visible_to(actor).public().filter(on_days("published_at", first, last, zone))
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    for notice in rows.with_people_told().order_by("published_at", "pk").iterator(chunk_size=CHUNK):
        if notice.published_at is not None:
            told_to = people(getattr(notice, "people_told", 0))
            yield Item(
                kind=notice.kind,
                record_id=notice.pk,
                label=f"{notice}: {told_to} told",
                url=notice.get_absolute_url(),
                on=notice.published_at.astimezone(zone).date(),
                received_at=notice.written_at,
                digest=notice.fingerprint(),
            )


def unhappy_and_unanswered(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    """Unhappy customers whom nobody has called back within two days."""
    zone = zone_of()
    # A report until the end of the year asks nobody today for what has still time.
    today = timezone.localdate(timezone=zone)
    long_ago = on_days("heard_at", first, min(last, today) - UNANSWERED_AFTER, zone)
    rows = Statement.objects.visible_to(actor).waiting().filter(is_low(), long_ago)
    for statement in rows.select_related("account__owner", "person").order_by("heard_at").iterator(chunk_size=CHUNK):
        owner = statement.account.owner if statement.account else None
        yield Gap(
            sentence=f"{statement.who} gave {statement.rating_words} and nobody has looked after it.",
            kind=statement.kind,
            record_id=statement.pk,
            label=statement.reference,
            url=statement.get_absolute_url(),
            owner=str(owner or ""),
            due=statement.heard_at.astimezone(zone).date() + UNANSWERED_AFTER,
        )


def published_and_not_told(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    """News that is public, and nobody has told those who asked for it."""
    published = on_days("published_at", first, last, zone_of())
    rows = Notice.objects.visible_to(actor).filter(published, status=NoticeStatus.PUBLISHED)
    for notice in rows.order_by("published_at", "pk"):
        yield Gap(
            sentence="Published, and nobody who spoke about it has been told.",
            kind=notice.kind,
            record_id=notice.pk,
            label=str(notice),
            url=notice.get_absolute_url(),
        )


def register() -> None:
    """Offer the collectors and the gap rules to the evidence pages."""
    register_collector(Collector("perception.monitor", "feedback.heard", "What customers said", heard))
    register_collector(
        Collector("communication.feedback", "feedback.told", "Customers told what became of their words", told)
    )
    register_gap_rule(
        GapRule(
            "G9.1.2-4",
            "perception.monitor",
            "medium",
            "own rule",
            "Unhappy customers with no follow-up after two days",
            unhappy_and_unanswered,
        )
    )
    register_gap_rule(
        GapRule(
            "G8.2.1-told",
            "communication.feedback",
            "low",
            "good practice",
            "News published, customers not told",
            published_and_not_told,
        )
    )
