"""The organisation and its sites: for administrators."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from wellheard.core import access, setup
from wellheard.core.lists import Column, ListPage, how_many, list_view
from wellheard.core.models.members import Member
from wellheard.core.models.organisation import Organisation, Site
from wellheard.core.views import member_of
from wellheard.web.forms import OrganisationForm, SiteForm
from wellheard.web.hours import DAYS, hours_in_words


def week_in_words(site: Site) -> str:
    """`Monday to Friday 09:00-17:00`, days with the same hours together."""
    parts: list[list[str]] = []
    for day, name in enumerate(DAYS):
        hours = hours_in_words(site.week.get(str(day), []))
        if parts and parts[-1][2] == hours:
            parts[-1][1] = name
        else:
            parts.append([name, name, hours])
    return "; ".join(f"{first if first == last else f'{first} to {last}'} {hours}" for first, last, hours in parts)


SITES = ListPage(
    key="web.sites",
    title=lambda count: how_many(count, "site", "sites"),
    rows=lambda member: Site.objects.visible_to(member),
    columns=(
        Column("name", "Site", lambda site: site.name, url=lambda site: reverse("site", args=[site.pk]), sort="name"),
        Column("hours", "Hours", week_in_words),
        Column("zone", "Time zone", lambda site: site.time_zone, sort="time_zone"),
        Column("holidays", "Holidays of", lambda site: f"{site.country} {site.region}".strip() or "none"),
    ),
    default_sort="name",
    lead="Every promise of time is counted in the hours of a site, without its holidays.",
    teach={
        "title": "No site yet",
        "why": "A site has hours, holidays and a time zone; promises to customers are counted with them.",
        "button": "Add a site",
        "url": "site-new",
        "permission": "core.add_site",
    },
    actions=(("Add a site", "site-new", "core.add_site"), ("Members", "members", "core.add_member")),
    permission="core.add_site",
)

sites = list_view(SITES)


def _administrator(request: HttpRequest, permission: str) -> Member:
    member = member_of(request)
    if not access.may(member, permission):
        raise Http404
    return member


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def site_new(request: HttpRequest) -> HttpResponse:
    """Add a site."""
    by = _administrator(request, "core.add_site")
    form = SiteForm(None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        site = setup.add_site(by=by, at=timezone.now(), **form.values())
        messages.success(request, f"{site.name} is there. Give members their roles at it.")
        return redirect("sites")
    return render(request, "web/site.html", {"form": form, "hours": _hours(form), "heading": "Add a site"})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a site's hours and closing days."""
    by = _administrator(request, "core.change_site")
    subject = get_object_or_404(Site.objects.visible_to(by), pk=pk)
    form = SiteForm(subject, request.POST or None)
    if request.method == "POST" and form.is_valid():
        setup.change_site(subject, by, at=timezone.now(), **form.values())
        messages.success(
            request, f"Saved. New promises at {subject.name} are counted with it; those already made stay."
        )
        return redirect("sites")
    return render(request, "web/site.html", {"form": form, "hours": _hours(form), "heading": subject.name})


def _hours(form: SiteForm) -> list[object]:
    return [form[f"day_{day}"] for day in range(7)]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest) -> HttpResponse:
    """Who we are on the public pages and in mails."""
    by = _administrator(request, "core.set_up_organisation")
    form = OrganisationForm(request.POST or None, instance=Organisation.current())
    if request.method == "POST" and form.is_valid():
        setup.set_up_organisation(by=by, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "Saved. The public pages carry it from now on.")
        return redirect("organisation")
    return render(request, "web/organisation.html", {"form": form})
