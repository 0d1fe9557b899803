"""What the home page says about what was heard, and about what customers were told."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.urls import reverse

from wellheard.core import access
from wellheard.core.home import NewsItem, TallyItem, register_news, register_tally
from wellheard.core.models import Member
from wellheard.feedback.models import Notice, Statement

DAYS = 90
LATELY = timedelta(days=60)


def heard(member: Member, now: datetime) -> TallyItem | None:
    """How much customers told us lately, and how much of it somebody has looked after."""
    if not access.may(member, "feedback.see_statement"):
        return None
    rows = Statement.objects.visible_to(member).filter(heard_at__gte=now - timedelta(days=DAYS)).exclude(verbatim="")
    counted = rows.aggregate(all=Count("pk"), handled=Count("pk", filter=Q(status="handled")))
    if not counted["all"]:
        return None
    label = f"things that customers told us in the last {DAYS} days were looked after by somebody"
    return TallyItem(f"{counted['handled']} of {counted['all']}", label, reverse("feedback:list"))


def told(member: Member, now: datetime) -> Iterable[NewsItem]:
    """Which changes customers were told of lately."""
    lately = Q(tellings__told_at__gte=now - LATELY, tellings__told_at__lte=now)
    notices = Notice.objects.visible_to(member).annotate(
        people=Count("tellings", filter=lately), last=Max("tellings__told_at", filter=lately)
    )
    for notice in notices.filter(people__gt=0).order_by("-last")[:5]:
        count, last = getattr(notice, "people"), getattr(notice, "last")  # noqa: B009  annotated
        people = "One person was" if count == 1 else f"{count} people were"
        yield NewsItem(last, f"{people} told: {notice}.", notice.get_absolute_url(), "The notice")


def register() -> None:
    """Take part in the home page."""
    register_tally(heard, order=40)
    register_news(told)
