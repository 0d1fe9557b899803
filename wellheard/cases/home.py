"""What the home page and the side navigation say about cases."""

from datetime import datetime, timedelta

from django.db.models import F
from django.urls import reverse

from wellheard.cases.models import Case, Kind
from wellheard.core import access
from wellheard.core.home import TallyItem, register_tally
from wellheard.core.models.members import Member
from wellheard.core.navigation import Place, register_place

DAYS = 90
MOST_COUNTED = 1000


def open_cases_of(member: Member) -> int:
    """How many customers wait for our answer, as far as this member may see; counted up to a limit, on every page."""
    return Case.objects.visible_to(member).open()[:MOST_COUNTED].count()


def answered_in_time(member: Member, now: datetime) -> TallyItem | None:
    """ "37 of 38" answered complaints that we were told of in the last 90 days were answered in time."""
    if not access.may(member, "cases.see_case"):
        return None
    rows = Case.objects.visible_to(member).filter(
        kind_of_case=Kind.COMPLAINT, received_on__gte=(now - timedelta(days=DAYS)).date(), answered_at__isnull=False
    )
    answered, in_time = rows.count(), rows.filter(answered_at__lte=F("answer_due")).count()
    if not answered:
        return None
    return TallyItem(
        f"{in_time} of {answered}",
        f"answered complaints of the last {DAYS} days were answered in the time we promised",
        f"{reverse('cases:list')}?show=all&kind=complaint",
    )


def late(member: Member, now: datetime) -> TallyItem | None:
    """How many customers wait longer than we promised; nothing while nobody does."""
    if not access.may(member, "cases.see_case"):
        return None
    count = Case.objects.visible_to(member).late(now).count()
    words = "customer waits longer than we promised" if count == 1 else "customers wait longer than we promised"
    return TallyItem(str(count), words, f"{reverse('cases:list')}?show=late") if count else None


def register() -> None:
    """Take part in the home page and the navigation."""
    register_place(Place("Act", "Complaints", "cases:list", order=10, permission="cases.see_case", count=open_cases_of))
    register_tally(late, order=10)
    register_tally(answered_in_time, order=20)
