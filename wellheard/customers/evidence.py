"""What the register of interested parties shows an auditor, and what is missing in it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from wellheard.core.actors import Actor
from wellheard.customers.models import InterestedParty, PartyNeed, PartyReview, Segment
from wellheard.evidence.collectors import Collector, Gap, GapRule, Item, register_collector, register_gap_rule

NEEDS, CLIMATE = "parties.needs", "parties.climate"
ADDRESSED_AFTER = timedelta(days=30)
CHUNK = 500


def _between(first: date, last: date) -> tuple[datetime, datetime]:
    zone = timezone.get_current_timezone()
    return datetime.combine(first, time.min, zone), datetime.combine(last, time.max, zone)


def _items(
    rows: QuerySet[Any], moment: str, site_id: int | None, first: date, last: date, words: Callable[[Any], str]
) -> Iterator[Item]:
    """The rows whose `moment` lies in that time as items, oldest first; `words` says what each shows."""
    rows = rows.filter(**{f"{moment}__range": _between(first, last)})
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    for record in rows.order_by(moment, "pk").iterator(chunk_size=CHUNK):
        at: datetime = getattr(record, moment)
        yield Item(
            kind=record.kind,
            record_id=record.pk,
            label=words(record),
            url=record.get_absolute_url(),
            on=timezone.localdate(at),
            received_at=at,
            digest=record.fingerprint(),
        )


def reviews(site_id: int | None, first: date, last: date, actor: Actor) -> Iterator[Item]:
    """Parties that were looked at again in that time, each with its conclusion."""
    rows = PartyReview.objects.visible_to(actor).select_related("party")
    return _items(rows, "at", site_id, first, last, lambda review: f"{review.party.name}, reviewed")


def needs(site_id: int | None, first: date, last: date, actor: Actor) -> Iterator[Item]:
    """Needs that were determined in that time."""
    rows = PartyNeed.objects.visible_to(actor).select_related("party")
    return _items(rows, "noted_at", site_id, first, last, lambda need: f"{need.party.name}: {need}")


def climate(site_id: int | None, first: date, last: date, actor: Actor) -> Iterator[Item]:
    """Parties about which it was decided in that time whether they ask for something because of climate change."""
    rows = InterestedParty.objects.visible_to(actor)
    return _items(
        rows, "climate_decided_at", site_id, first, last, lambda party: f"{party.name} {party.get_climate_display()}"
    )


def _parties(actor: Actor, last: date) -> QuerySet[InterestedParty]:
    """The parties that were relevant at the end of a period."""
    _, end = _between(last, last)
    rows = InterestedParty.objects.visible_to(actor).filter(retired_at=None).exclude(noted_at__gt=end)
    return rows.select_related("owner").order_by("name", "pk")


def _needs(actor: Actor, last: date) -> QuerySet[PartyNeed]:
    _, end = _between(last, last)
    rows = PartyNeed.objects.visible_to(actor).filter(retired_at=None, is_relevant=True, party__retired_at=None)
    return rows.exclude(noted_at__gt=end).select_related("party__owner", "owner").order_by("party__name", "pk")


def _gap(party: InterestedParty, sentence: str, due: date | None = None) -> Gap:
    return Gap(
        sentence=sentence,
        kind=party.kind,
        record_id=party.pk,
        label=f"{party.reference} {party.name}",
        url=party.get_absolute_url(),
        owner=str(party.owner or ""),
        due=due,
    )


def _need_gap(need: PartyNeed, sentence: str, due: date | None = None) -> Gap:
    return Gap(
        sentence=sentence,
        kind=need.kind,
        record_id=need.pk,
        label=f"{need.reference} {need.party.name}",
        url=need.get_own_url(),
        owner=str(need.owner or need.party.owner or ""),
        due=due,
    )


def not_reviewed(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    """Parties whose review is overdue."""
    until = min(last, timezone.localdate())
    for party in _parties(actor, last).filter(next_review_on__lt=until).iterator(chunk_size=CHUNK):
        yield _gap(
            party,
            f"{party.name} should have been reviewed by {party.next_review_on:%-d %B %Y}. What they need may have changed.",
            party.next_review_on,
        )


def without_needs(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    """Parties of whom no relevant need is written down."""
    there = PartyNeed.objects.filter(party=OuterRef("pk"), retired_at=None, is_relevant=True)
    for party in _parties(actor, last).filter(~Exists(there)).iterator(chunk_size=CHUNK):
        yield _gap(party, f"Nothing is written down that {party.name} need or expect, so nobody can watch it.")


def not_addressed(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    """Needs that nothing meets, 30 days after they were written down."""
    _, long_ago = _between(last, min(last, timezone.localdate()) - ADDRESSED_AFTER)
    rows = _needs(actor, last).filter(addressed_by="", noted_at__lte=long_ago).exclude(through=PartyNeed.Through.NO)
    for need in rows.iterator(chunk_size=CHUNK):
        yield _need_gap(
            need,
            f"“{need}”: no process, objective or control is named that meets it, 30 days after it was written down.",
            timezone.localdate(need.noted_at) + ADDRESSED_AFTER,
        )


def segments_without_party(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    """Segments of customers that are in no register."""
    rows = Segment.objects.visible_to(actor).filter(retired_at=None, party__isnull=True)
    for segment in rows.order_by("name").iterator(chunk_size=CHUNK):
        yield Gap(
            sentence=f"{segment.name} are customers of ours and no interested party: one entry “customers” is not enough.",
            kind=segment.kind,
            record_id=segment.pk,
            label=segment.name,
            url=segment.get_absolute_url(),
        )


def not_decided(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    """Needs of which nobody has decided whether they are met through the quality system."""
    for need in _needs(actor, last).filter(through=PartyNeed.Through.UNDECIDED).iterator(chunk_size=CHUNK):
        yield _need_gap(need, f"“{need}”: nobody has decided whether it is met through the quality system.")


def climate_undecided(first: date, last: date, actor: Actor) -> Iterator[Gap]:
    """Parties of whom nobody has decided whether they have requirements about climate change."""
    rows = _parties(actor, last).filter(climate=InterestedParty.Climate.UNDECIDED)
    for party in rows.iterator(chunk_size=CHUNK):
        yield _gap(
            party, f"It is not decided whether {party.name} ask for something because of climate change, or why not."
        )


def register() -> None:
    """Offer the collectors and the gap rules to the evidence pages."""
    register_collector(Collector(NEEDS, "customers.party_reviews", "Interested parties looked at again", reviews))
    register_collector(Collector(NEEDS, "customers.party_needs", "Needs written down", needs))
    register_collector(Collector(CLIMATE, "customers.party_climate", "Climate change decided", climate))
    for rule in (
        GapRule("G4.2-1", NEEDS, "medium", "own rule", "Interested parties not reviewed in time", not_reviewed),
        GapRule("G4.2-2", NEEDS, "high", "requirement", "Interested parties without a need", without_needs),
        GapRule("G4.2-2b", NEEDS, "low", "good practice", "Needs that nothing meets", not_addressed),
        GapRule(
            "G4.2-3", NEEDS, "medium", "good practice", "Segments that are no interested party", segments_without_party
        ),
        GapRule(
            "G4.2-4",
            NEEDS,
            "medium",
            "good practice",
            "Needs not decided about",
            not_decided,
            # The edition of 2026 asks which requirements are addressed through the quality management system.
            basis_in={"2026": "requirement"},
        ),
        GapRule("G4.2-climate", CLIMATE, "medium", "good practice", "Climate change not decided", climate_undecided),
    ):
        register_gap_rule(rule)
