"""Home: what needs me today, then the truth about our customers."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wellheard.core import access
from wellheard.core.home import home_of
from wellheard.core.models import Member, Site
from wellheard.core.tasks import work_of
from wellheard.core.templatetags.words import in_words
from wellheard.core.views import member_of
from wellheard.web.agenda import agenda_of
from wellheard.web.views.places import week_in_words

SHOWN = 5

# What to begin with: title, why, the button, its address, the permission that it needs.
FIRST_STEPS = (
    (
        "Bring what you have",
        "The answers that you have in the tools of today, as a table. Nothing is saved before you have seen it.",
        "Import an export",
        "surveys:import",
        "core.import",
    ),
    (
        "Ask your customers",
        "One question and room for their words is enough. The standard asks how satisfied they are, and how you know.",
        "Make a survey",
        "surveys:new",
        "surveys.add_survey",
    ),
    (
        "Write down a complaint",
        "The one that came by telephone this morning. From there on the clock runs and nobody forgets it.",
        "Enter a complaint",
        "cases:new",
        "cases.open_case",
    ),
)


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The morning page."""
    member = member_of(request)
    now = timezone.localtime()
    work = work_of(member)
    count = work.count()
    beside = home_of(member, now)
    is_new = not (count or beside.truths or beside.tallies or beside.news)
    return render(
        request,
        "web/home.html",
        {
            "now": now,
            "greeting": f"{greeting(now)}, {(member.name.split() or ['you'])[0]}.",
            "needs": needs_in_words(count),
            "agenda": agenda_of(member, work.select_related("site")[:SHOWN], now),
            "more": f"And {in_words(count - SHOWN)} more" if count > SHOWN else "",
            "beside": beside,
            "news": [
                {"moment": item.at, "text": item.text, "url": item.url, "link": item.link or None}
                for item in beside.news
            ],
            "first_steps": first_steps(member) if is_new else [],
            "hours": hours_to_set(member) if is_new else None,
        },
    )


def greeting(now: datetime) -> str:
    """The greeting that fits the hour on the wall."""
    if 5 <= now.hour < 12:
        return "Good morning"
    return "Good afternoon" if 12 <= now.hour < 18 else "Good evening"


def needs_in_words(count: int) -> str:
    """`Five things need you.`"""
    if count == 0:
        return "Nothing needs you today."
    words = in_words(count)
    return f"{words[:1].upper()}{words[1:]} {'thing needs' if count == 1 else 'things need'} you."


def hours_to_set(member: Member) -> dict[str, str] | None:
    """The hours with which a new house counts its promises, for whoever may set them: nobody has chosen them yet."""
    site = Site.objects.visible_to(member).order_by("pk").first() if access.may(member, "core.add_site") else None
    if site is None:
        return None
    holidays = "with its holidays" if site.country else "without holidays"
    counted_in = f"{site.name}, {week_in_words(site)}, {site.time_zone} time, {holidays}"
    return {"words": counted_in, "url": reverse("site", args=[site.pk])}


def first_steps(member: Member) -> list[dict[str, str]]:
    """What a new house begins with, as far as this member may."""
    steps = []
    for title, why, button, url_name, permission in FIRST_STEPS:
        try:
            url = reverse(url_name)
        except NoReverseMatch:
            continue
        if permission in access.TABLE and access.may(member, permission):
            steps.append({"title": title, "why": why, "button": button, "url": url})
    return steps
