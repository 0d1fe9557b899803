"""The register of interested parties."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from wellheard.core.lists import Column, Filter, ListPage, how_many, site_filter
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.customers.models import InterestedParty, PartyNeed

DUE_SOON_DAYS = 30


def parties(member: Member) -> Rows:
    """The register with the numbers of its relevant needs: all of them, those met, those not met."""
    rows = InterestedParty.objects.visible_to(member).select_related("owner", "site", "segment")
    needs = PartyNeed.objects.filter(party=OuterRef("pk"), retired_at=None, is_relevant=True).order_by().values("party")

    def number(which: Q | None = None) -> Coalesce:
        counted = needs.annotate(number=Count("pk", filter=which))
        return Coalesce(Subquery(counted.values("number")), 0)

    return rows.annotate(need_count=number(), met_count=number(Q(met="met")), not_met_count=number(Q(met="not_met")))


def needs_words(party: InterestedParty) -> str:
    number = int(getattr(party, "need_count", 0))
    return how_many(number, "need", "needs") if number else "No needs yet"


def met_words(party: InterestedParty) -> str:
    """`2 of 3 met`; what is not met comes first."""
    number, met, not_met = (int(getattr(party, name, 0)) for name in ("need_count", "met_count", "not_met_count"))
    if not number:
        return ""
    if not_met:
        return f"{not_met} of {number} not met"
    return f"{met} of {number} met"


def met_tone(party: InterestedParty) -> str:
    number, met, not_met = (int(getattr(party, name, 0)) for name in ("need_count", "met_count", "not_met_count"))
    return "worse" if not_met else "better" if number and met == number else "wait" if number else ""


def review_note(party: InterestedParty) -> str:
    """Whether the next review is late."""
    if party.retired_at is not None:
        return "no longer relevant"
    if party.next_review_on is None:
        return "no review is planned"
    return "overdue" if party.next_review_on < timezone.localdate() else ""


def by_review(rows: Rows, value: str) -> Rows:
    today = timezone.localdate()
    if value == "overdue":
        return rows.filter(next_review_on__lt=today)
    if value == "soon":
        return rows.filter(next_review_on__range=(today, today + timedelta(days=DUE_SOON_DAYS)))
    return rows.filter(reviews__isnull=True)


def by_met(rows: Rows, value: str) -> Rows:
    wanted = {
        "not_met": Q(not_met_count__gt=0),
        "met": Q(need_count__gt=0, not_met_count=0, met_count__gte=1),
        "none": Q(need_count=0),
    }
    return rows.filter(wanted[value])


def by_state(rows: Rows, value: str) -> Rows:
    return rows.filter(retired_at__isnull=value == "current")


def owners(member: Member) -> Sequence[tuple[str, str]]:
    own = InterestedParty.objects.visible_to(member).filter(owner__isnull=False).order_by().values("owner")
    named = Member.objects.filter(pk__in=own).order_by("name").values_list("pk", "name")
    return [("none", "Nobody yet"), *((str(pk), name) for pk, name in named)]


def by_owner(rows: Rows, value: str) -> Rows:
    return rows.filter(owner__isnull=True) if value == "none" else rows.filter(owner_id=value)


def choices_of(choices: Sequence[tuple[str, object]]) -> Sequence[tuple[str, str]]:
    return [(value, f"{label}"[:1].upper() + f"{label}"[1:]) for value, label in choices]


PARTIES = ListPage(
    key="customers.parties",
    title=lambda count: how_many(count, "interested party", "interested parties"),
    rows=parties,
    columns=(
        Column(
            "name",
            "Party",
            lambda p: p.name,
            url=InterestedParty.get_absolute_url,
            sort="name",
            note=lambda p: p.get_sort_display(),
        ),
        Column("needs", "Needs", needs_words, sort="need_count"),
        Column("met", "Met?", met_words, kind="state", tone=met_tone),
        Column(
            "review", "Next review", lambda p: p.next_review_on, kind="date", sort="next_review_on", note=review_note
        ),
        Column("owner", "Looked after by", lambda p: p.owner or "Nobody yet", sort="owner__name"),
    ),
    also=(
        Column("reference", "Reference", lambda p: p.reference),
        Column("sort", "Sort", lambda p: p.get_sort_display()),
        Column("influence", "Influence", lambda p: p.influence, kind="number"),
        Column("interest", "Interest", lambda p: p.interest, kind="number"),
        Column("climate", "Climate change", lambda p: p.get_climate_display()),
        Column("climate_reason", "Why", lambda p: p.climate_reason),
    ),
    filters=(
        Filter(
            "review",
            "Review",
            lambda member: [("overdue", "Overdue"), ("soon", "Due within 30 days"), ("never", "Never reviewed")],
            by_review,
        ),
        Filter(
            "met",
            "Needs",
            lambda member: [("not_met", "Something is not met"), ("met", "Met as far as known"), ("none", "None yet")],
            by_met,
        ),
        Filter(
            "sort_of",
            "Sort",
            lambda member: choices_of(InterestedParty.Sort.choices),
            lambda rows, value: rows.filter(sort=value),
        ),
        Filter(
            "climate",
            "Climate change",
            lambda member: choices_of(InterestedParty.Climate.choices),
            lambda rows, value: rows.filter(climate=value),
        ),
        Filter("owner", "Looked after by", owners, by_owner),
        site_filter(),
        Filter(
            "state",
            "Register",
            lambda member: [("current", "Relevant now"), ("retired", "No longer relevant")],
            by_state,
            default="current",
        ),
    ),
    search=("name", "reference", "why_relevant"),
    default_sort="review",
    lead="Who affects what we deliver, or is affected by it: what they need, whether it is met, and when we look again.",
    teach={
        "title": "No interested parties yet",
        "why": "Customers are not one party: each segment has needs of its own, and then there are authorities, suppliers, "
        "the people who work here. Begin with a small set and keep what fits you.",
        "clause": "ISO 9001 asks in 4.2 who they are, what they require, and that you watch and review it.",
        "button": "Begin with a starter set",
        "url": "customers:party-starters",
        "permission": "customers.add_party",
    },
    actions=(
        ("Add a party", "customers:new-party", "customers.add_party"),
        ("Influence, interest and climate", "customers:party-picture", "customers.see_interestedparty"),
    ),
    views=(("Review overdue", "review=overdue&state=current"), ("Something is not met", "met=not_met&state=current")),
)
