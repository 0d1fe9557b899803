"""Pages of measures: what is counted, how it moved, and the volumes that are entered by hand."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from wellheard.core import access
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, Site
from wellheard.core.templatetags.words import counted
from wellheard.core.views import member_of, only_those_who
from wellheard.ground.effectiveness import Observation
from wellheard.ground.periods import month_of
from wellheard.measures import catalogue
from wellheard.measures.actions import count_volume
from wellheard.measures.catalogue import Indicator, Scope
from wellheard.measures.charts import chart_of
from wellheard.measures.forms import VolumeYearForm, months_of
from wellheard.measures.models import VolumeCount
from wellheard.measures.scopes import sites_where
from wellheard.measures.words import Finding, Reading, finding, latest

MONTHS_SHOWN = 24
COLUMNS = [{"label": "Measure"}, {"label": "Latest"}, {"label": "What it says"}]


KINDS = {
    "rate": "{events} divided by {base}",
    "count": "{events}",
    "proportion": "{events} as a share of {base}",
    "nps": "answers of 9 and 10 minus answers of 0 to 6, for each 100 answers",
    "mean": "the mean of all answers",
}


@dataclass(frozen=True)
class Shown:
    """An indicator as a list shows it: its latest value with its base, and what its series says."""

    indicator: Indicator
    url: str
    value: str
    base: str
    finding: Finding


@login_required
@require_GET
def indicators(request: HttpRequest) -> HttpResponse:
    """Everything that is counted, with its latest value and whether it really changed."""
    _reader(request)
    today = timezone.localdate()
    shown = [_shown(each, catalogue.cleaned_scope(each, {}), today) for each in catalogue.every()]
    return render(request, "measures/indicators.html", {"shown": shown, "columns": COLUMNS})


@login_required
@require_GET
def indicator(request: HttpRequest, key: str) -> HttpResponse:
    """One indicator over 24 months, for everything or for what was chosen."""
    _reader(request)
    try:
        found = catalogue.get(key)
    except catalogue.UnknownIndicator:
        raise Http404 from None
    today = timezone.localdate()
    scope = catalogue.cleaned_scope(found, request.GET.dict())
    first, last, series = _series(found, scope, today)
    context = {
        "indicator": found,
        "scope": scope,
        "scope_words": catalogue.scope_in_words(found, scope),
        "fields": [(field, scope.get(field.key, "")) for field in found.scopes()],
        "finding": finding(found, series, today),
        "facts": _facts(found),
        "latest": _latest_in_words(latest(found, series, today)),
        "certainty": "" if found.kind == "count" else "The band shows how sure we are of each month.",
        "chart": chart_of(found, series, scope),
        "records_url": found.records_url(scope, first, last),
        "has_numbers": bool(series),
    }
    return render(request, "measures/indicator.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def volumes(request: HttpRequest) -> HttpResponse:
    """How many orders there were, month by month and site by site; entered here, or by a program."""
    member = _reader(request)
    now = timezone.now()
    this_month = month_of(timezone.localdate(now))
    what = request.GET.get("what", "").strip().lower()[:60] or "orders"
    text = request.GET.get("year", "")
    is_year = len(text) == 4 and text.isdecimal() and 2000 <= int(text) <= this_month.first.year
    year = int(text) if is_year else this_month.first.year
    months = months_of(year)
    visible = VolumeCount.objects.visible_to(member).of(what)
    rows = visible.filter(month__gte=months[0].first, month__lte=months[-1].first)
    known = {(row.month, row.site_id): row.count for row in rows}
    own = sites_where(member, "measures.count_volume")
    sites = own or list(Site.objects.filter(pk__in={site for _, site in known}).order_by("name"))
    form = VolumeYearForm(
        request.POST if request.method == "POST" else None,
        what=what,
        months=[month for month in months if month < this_month] if own else [],
        sites=sites,
        known=known,
    )
    if request.method == "POST":
        access.require(member, "measures.count_volume")
        if form.is_valid() and (saved := _saved(request, form, what, year, member)) is not None:
            return saved
    cells = [
        (month, [(field, known.get((month.first, site.pk))) for field, site in zip(fields, sites, strict=True)])
        for month, fields in form.rows(months, sites)
    ]
    context = {
        "what": what,
        "year": year,
        "kinds": sorted({*VolumeCount.objects.visible_to(member).kinds(), "orders", what}),
        "years": list(range(this_month.first.year, this_month.first.year - 5, -1)),
        "sites": sites,
        "cells": cells,
        "form": form,
        "may_count": bool(own),
    }
    return render(request, "measures/volumes.html", context, status=422 if form.is_bound else 200)


def _saved(request: HttpRequest, form: VolumeYearForm, what: str, year: int, member: Member) -> HttpResponse | None:
    """All of the numbers or, with the reason at the form, none."""
    changed = form.changed()
    at, source = timezone.now(), form.cleaned_data["source"]
    try:
        with transaction.atomic():
            for month, site, count in changed:
                count_volume(what, month, count, member, at=at, site=site, source=source)
    except NotAllowed:
        raise
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return None
    saved = (
        f"{counted(len(changed), 'number,numbers')} saved." if changed else "Nothing had changed, so nothing was saved."
    )
    messages.success(request, saved)
    return HttpResponseRedirect(f"{reverse('measures:volumes')}?{urlencode({'what': what, 'year': year})}")


def _reader(request: HttpRequest) -> Member:
    member = member_of(request)
    only_those_who(member, "measures.see_indicator")
    return member


def _series(indicator: Indicator, scope: Scope, today: date) -> tuple[date, date, list[Observation]]:
    """The last 24 full months; the running one would look like a fall."""
    last = month_of(today).previous
    first = last.shifted(1 - MONTHS_SHOWN)
    return first.first, last.last, indicator.series(scope, first.first, last.last, "month")


def _shown(indicator: Indicator, scope: Scope, today: date) -> Shown:
    _, _, series = _series(indicator, scope, today)
    reading = latest(indicator, series, today)
    stands_on = [catalogue.scope_in_words(indicator, scope)]
    stands_on += [str(month_of(reading.month)), reading.base] if reading else []
    return Shown(
        indicator=indicator,
        url=reverse("measures:indicator", args=[indicator.key]),
        value=reading.words if reading else "nothing measured",
        base=", ".join(part for part in stands_on if part),
        finding=finding(indicator, series, today),
    )


def _latest_in_words(reading: Reading | None) -> str:
    if reading is None:
        return "Nothing was measured in these months."
    base = f", {reading.base}" if reading.base else ""
    return f"{month_of(reading.month)}: {reading.words}{base}."


def _facts(indicator: Indicator) -> list[dict[str, str]]:
    return [
        {"label": "Counted as", "value": KINDS[indicator.kind].format(events=indicator.events, base=indicator.base)},
        {"label": "Better is", "value": "less" if indicator.direction == "down" else "more"},
        {
            "label": "Called real",
            "value": "when the interval of 95 % leaves out “no change”, three months against twelve",
        },
    ]
