"""Interested parties: kept in a register with their needs, decided about, and looked at again."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Site
from wellheard.core.references import next_reference
from wellheard.core.tasks import end_tasks_about, open_task
from wellheard.customers.current import refuse_out_of_reach
from wellheard.customers.models import InterestedParty, PartyNeed, PartyReview, Segment
from wellheard.customers.needs import look
from wellheard.customers.values import clean_reason
from wellheard.measures import catalogue

PARTY_FIELDS = frozenset(
    {"name", "sort", "site", "owner", "why_relevant", "influence", "interest", "review_every_months"}
)
NEED_FIELDS = frozenset(
    {
        "words",
        "standing",
        "is_relevant",
        "relevance_reason",
        "is_about_climate",
        "through",
        "through_reason",
        "addressed_by",
        "monitored_by",
        "owner",
    }
)
REVIEW = "review"
MOST_MONTHS = 60


@action("customers.add_party")
def add_party(
    name: str,
    by: Actor,
    *,
    at: datetime,
    sort: str = InterestedParty.Sort.OTHER,
    segment: Segment | None = None,
    site: Site | None = None,
    owner: Member | None = None,
    why_relevant: str = "",
    influence: int | None = None,
    interest: int | None = None,
    review_every_months: int = 12,
) -> InterestedParty:
    """A new entry of the register. Its first review is due after the months between two of them."""
    party = InterestedParty(
        reference=next_reference("IPA", at),
        name=name.strip(),
        sort=sort,
        segment=segment,
        site=site,
        owner=owner,
        why_relevant=why_relevant,
        influence=influence,
        interest=interest,
        review_every_months=review_every_months,
        noted_at=at,
    )
    _refuse_unfit(party)
    party.next_review_on = months_after(_day(at), party.review_every_months)
    party.save()
    _ask_for_review(party, by, at)
    return party


@action("customers.change_party")
def change_party(party: InterestedParty, by: Actor, *, at: datetime, **changes: Any) -> InterestedParty:
    """Correct what we know about a party. `changes` are among `PARTY_FIELDS`. A segment's party bears the segment's name."""
    _set(party, changes, PARTY_FIELDS)
    if "site" in changes:
        refuse_out_of_reach(party, by, "customers.change_party")
    if party.segment is not None:
        party.name, party.sort = party.segment.name, InterestedParty.Sort.SEGMENT
    party.name = party.name.strip()
    _refuse_unfit(party)
    if "review_every_months" in changes:
        reviews = PartyReview.objects.filter(party=party)
        last = reviews.order_by("-at").values_list("at", flat=True).first() or party.noted_at or at
        party.next_review_on = months_after(_day(last), party.review_every_months)
    party.save()
    if "site" in changes:
        parts: list[PartyNeed | PartyReview] = [*PartyNeed.objects.filter(party=party).order_by("pk")]
        parts += PartyReview.objects.filter(party=party).order_by("pk")
        for part in parts:
            if part.site_id != party.site_id:
                part.site = party.site
                part.save()
    _ask_for_review(party, by, at)
    return party


@action("customers.decide_climate")
def decide_climate(party: InterestedParty, by: Actor, *, at: datetime, climate: str, reason: str) -> InterestedParty:
    """Say whether this party asks for something because of climate change, and why we think so."""
    if climate not in {InterestedParty.Climate.RELEVANT, InterestedParty.Climate.NOT_RELEVANT}:
        raise Refusal("Choose one of the two. Nothing was saved.", field="climate")
    if not reason.strip():
        raise Refusal(
            "A decision needs its reason, also when the answer is no. Nothing was saved; write one sentence.",
            field="climate_reason",
        )
    party.climate, party.climate_reason, party.climate_decided_at = climate, reason.strip(), at
    party.save()
    return party


@action("customers.retire_party")
def retire_party(party: InterestedParty, by: Actor, *, at: datetime, reason: str) -> InterestedParty:
    """This party no longer concerns us; the entry stays with its reviews."""
    why = clean_reason(reason)
    if not why:
        raise Refusal("Say why it no longer concerns us. Nothing was saved.", field="reason")
    if party.retired_at is None:
        party.retired_at, party.retired_reason = at, why
        party.save()
        end_tasks_about(party, by, at=at, verb=REVIEW, done=False)
    return party


@action("customers.return_party")
def return_party(party: InterestedParty, by: Actor, *, at: datetime) -> InterestedParty:
    """It concerns us again."""
    if party.retired_at is not None:
        party.retired_at, party.retired_reason = None, ""
        party.save()
        _ask_for_review(party, by, at)
    return party


@action("customers.add_need", creates=True)
def add_need(party: InterestedParty, words: str, by: Actor, *, at: datetime, **more: Any) -> PartyNeed:
    """One thing that the party needs or expects. `more` are among `NEED_FIELDS`."""
    _refuse_retired(party)
    need = PartyNeed(
        reference=next_reference("NEE", at), party=party, site=party.site, words=words.strip(), noted_at=at
    )
    _set(need, more, NEED_FIELDS)
    _refuse_unfit_need(need)
    look(need, at=at, today=_day(at)).save()
    return need


@action("customers.change_need")
def change_need(need: PartyNeed, by: Actor, *, at: datetime, **changes: Any) -> PartyNeed:
    """Correct a need, or decide about it. `changes` are among `NEED_FIELDS`."""
    _set(need, changes, NEED_FIELDS)
    need.words = need.words.strip()
    _refuse_unfit_need(need)
    need.save()
    return need


@action("customers.watch_need")
def watch_need(
    need: PartyNeed,
    by: Actor,
    *,
    at: datetime,
    indicator: str,
    scope: Mapping[str, str] | None = None,
    target: Decimal | None = None,
) -> PartyNeed:
    """Choose the indicator that shows whether the need is met, and the target; an empty key takes it away."""
    need.indicator, need.indicator_scope, need.target = "", {}, None
    if indicator:
        try:
            found = catalogue.get(indicator)
        except catalogue.UnknownIndicator:
            raise Refusal(
                f"Nothing called “{indicator}” is counted here. Nothing was saved; choose an indicator from the list.",
                field="indicator",
            ) from None
        need.indicator, need.indicator_scope, need.target = (
            indicator,
            catalogue.cleaned_scope(found, scope or {}),
            target,
        )
    look(need, at=at, today=_day(at)).save()
    return need


@action("customers.retire_need")
def retire_need(need: PartyNeed, by: Actor, *, at: datetime) -> PartyNeed:
    """They no longer ask for it; it stays in the reviews of then."""
    if need.retired_at is None:
        need.retired_at = at
        need.save()
    return need


@action("customers.review_party", creates=True)
def review_party(
    party: InterestedParty,
    by: Member,
    *,
    at: datetime,
    conclusion: str,
    judged: Mapping[int, str] | None = None,
    next_review_on: date | None = None,
) -> PartyReview:
    """Look at a party again: the conclusion is kept with the state of now, and the next review is set.

    `judged` says for needs without an indicator (by id) whether a person found them met.
    """
    _refuse_retired(party)
    if not conclusion.strip():
        raise Refusal(
            "A review needs its conclusion: what was found, and what you decide. Nothing was saved.", field="conclusion"
        )
    today = _day(at)
    if next_review_on is not None and not today < next_review_on <= months_after(today, MOST_MONTHS):
        raise Refusal(
            "The next review lies after today, and within five years. Nothing was saved.", field="next_review_on"
        )
    needs = list(PartyNeed.objects.filter(party=party, retired_at=None).order_by("pk"))
    for need in needs:
        verdict = (judged or {}).get(need.pk)
        if verdict is not None and not need.indicator:
            if verdict not in PartyNeed.Met.values:
                raise Refusal("There is no such verdict. Nothing was saved.", field="judged")
            need.judged = verdict
        look(need, at=at, today=today).save()
    review = PartyReview(
        party=party,
        site=party.site,
        at=at,
        reviewer=by,
        conclusion=conclusion.strip(),
        state=state_of(party, needs),
    )
    review.save()
    party.next_review_on = next_review_on or months_after(today, party.review_every_months)
    party.save()
    end_tasks_about(party, by, at=at, verb=REVIEW)
    _ask_for_review(party, by, at)
    return review


def state_of(party: InterestedParty, needs: list[PartyNeed]) -> dict[str, Any]:
    """How a party and its needs stand, as a review keeps it."""
    return {
        "name": party.name,
        "sort": party.get_sort_display(),
        "was_due_on": party.next_review_on.isoformat() if party.next_review_on else None,
        "influence": party.influence,
        "interest": party.interest,
        "climate": party.get_climate_display(),
        "needs": [
            {
                "reference": need.reference,
                "words": need.words,
                "is_relevant": need.is_relevant,
                "through": need.get_through_display(),
                "addressed_by": need.addressed_by,
                "monitored_by": need.monitored_by,
                "met": need.get_met_display(),
                "measured": {
                    key: need.reading.get(key, "")
                    for key in ("words", "between", "base", "months", "indicator", "target")
                }
                if need.reading
                else {},
            }
            for need in needs
        ],
    }


@action("customers.keep_party")
def keep_party(segment: Segment, by: Actor, *, at: datetime) -> InterestedParty:
    """The register's entry of a segment of customers: the one there is, under the segment's present name, or a new one."""
    party = InterestedParty.objects.filter(segment=segment).first()
    if party is None:
        owner = segment.owner or (by if isinstance(by, Member) else None)
        return add_party(segment.name, by, at=at, sort=InterestedParty.Sort.SEGMENT, segment=segment, owner=owner)
    if party.name != segment.name:
        party.name = segment.name
        party.save()
    return party


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _day(at: datetime) -> date:
    return timezone.localdate(at)


def _ask_for_review(party: InterestedParty, by: Actor, at: datetime) -> None:
    """The task of the owner, at the end of the day of the next review."""
    if party.owner is None or party.next_review_on is None or party.retired_at is not None:
        return
    zone = party.site.zone if party.site else timezone.get_current_timezone()
    open_task(
        party.owner,
        f"Look again at what {party.name} need",
        by,
        at=at,
        about=party,
        verb=REVIEW,
        due_at=datetime.combine(party.next_review_on, time(17), zone),
        button="Review it",
        site_id=party.site_id,
    )


def _refuse_unfit(party: InterestedParty) -> None:
    if not party.name:
        raise Refusal("A party needs a name. Nothing was saved; give it one and save again.", field="name")
    if party.sort not in InterestedParty.Sort.values:
        raise Refusal("There is no such sort of party. Nothing was saved.", field="sort")
    for field in ("influence", "interest"):
        value = getattr(party, field)
        if value is not None and not 1 <= value <= 5:
            raise Refusal("It goes from 1, little, to 5, very much. Nothing was saved.", field=field)
    if not 1 <= party.review_every_months <= MOST_MONTHS:
        raise Refusal("Between two reviews lie 1 to 60 months. Nothing was saved.", field="review_every_months")


def _refuse_unfit_need(need: PartyNeed) -> None:
    if not need.words:
        raise Refusal("Write down what they need. Nothing was saved.", field="words")
    if need.standing not in PartyNeed.Standing.values:
        raise Refusal("There is no such reason to meet it. Nothing was saved.", field="standing")
    if need.through not in PartyNeed.Through.values:
        raise Refusal("There is no such decision. Nothing was saved.", field="through")
    if not need.is_relevant and not need.relevance_reason.strip():
        raise Refusal(
            "A need that does not concern us needs a reason. Nothing was saved; write one sentence.",
            field="relevance_reason",
        )
    if need.through == PartyNeed.Through.NO and not need.through_reason.strip():
        raise Refusal(
            "Say why it is not met through the quality system. Nothing was saved; write one sentence.",
            field="through_reason",
        )


def _refuse_retired(party: InterestedParty) -> None:
    if party.retired_at is not None:
        raise Refusal(
            f"{party.name} no longer concerns us, as the register says. Nothing was saved; take it back into the register first."
        )


def _set(record: InterestedParty | PartyNeed, changes: Mapping[str, Any], allowed: frozenset[str]) -> None:
    if unknown := set(changes) - allowed:
        raise TypeError(f"There is no {', '.join(sorted(unknown))} to change here")
    for field, value in changes.items():
        setattr(record, field, value)
